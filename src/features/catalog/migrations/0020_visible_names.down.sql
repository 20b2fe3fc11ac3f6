ALTER TABLE products DROP CONSTRAINT products_slug_seen_once;
ALTER TABLE categories DROP CONSTRAINT categories_slug_seen_once, DROP CONSTRAINT categories_name_seen_once;
DROP FUNCTION marque_seen_span(text, text);
DROP TYPE marque_text_span;
