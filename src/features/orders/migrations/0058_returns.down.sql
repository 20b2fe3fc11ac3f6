DROP TABLE return_items, returns;
ALTER TABLE order_items DROP COLUMN returned;
ALTER TABLE markets DROP COLUMN return_days;
