ALTER TABLE products DROP COLUMN source_key;
