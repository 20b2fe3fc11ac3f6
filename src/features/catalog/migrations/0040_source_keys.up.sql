-- The name a product had in the file it came from, by which later files (reviews) speak of it.
ALTER TABLE products ADD COLUMN source_key text;
CREATE INDEX products_source_key ON products (market, source_key) WHERE source_key IS NOT NULL;
COMMENT ON COLUMN products.source_key IS 'set only where it is neither the slug nor the code of one of its SKUs';
