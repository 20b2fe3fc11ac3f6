DROP TABLE sales_counting;
DROP INDEX order_status_history_xid;
ALTER TABLE order_status_history DROP COLUMN xid;
