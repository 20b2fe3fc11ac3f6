DROP FUNCTION marque_customer_data(bigint), marque_told_row(jsonb);
DROP TABLE customer_erasures;
DROP TABLE customer_notes;
ALTER TABLE users DROP COLUMN blocked_at, DROP COLUMN blocked_by, DROP COLUMN blocked_reason;
