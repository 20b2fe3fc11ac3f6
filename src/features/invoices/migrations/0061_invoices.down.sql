DROP FUNCTION marque_order_document(bigint);
DROP TABLE invoices;
DROP FUNCTION marque_invoices_stay();
DROP TABLE document_counters;
ALTER TABLE markets DROP COLUMN seller_name, DROP COLUMN seller_address, DROP COLUMN seller_tax_id;
