-- Ruling 13: what one market can see has each slug, and each category name below one parent, once. `ALL` and `KG` may not
-- both hold it, `KG` and `US` may. An exclusion constraint decides below row-level security, so no role can get round it,
-- and two transactions at once cannot either; it tells a market's role about rows of its own and of ALL only.
CREATE TYPE marque_text_span AS RANGE (subtype = text, collation = "C");

-- Every market is a point of the span that ALL covers whole, so two spans overlap where the word is the same and both
-- markets are the same or one is ALL. The character 1 ends the word; no slug or name contains it.
CREATE FUNCTION marque_seen_span(market text, word text) RETURNS marque_text_span
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN market = 'ALL' THEN public.marque_text_span(word || E'\x01', word || E'\x02')
                ELSE public.marque_text_span(word || E'\x01' || market, word || E'\x01' || market, '[]') END
$$;

ALTER TABLE categories
    ADD CONSTRAINT categories_slug_seen_once EXCLUDE USING gist (marque_seen_span(market, slug) WITH &&),
    ADD CONSTRAINT categories_name_seen_once
        EXCLUDE USING gist (marque_seen_span(market, coalesce(parent_id, 0) || '/' || name) WITH &&);
ALTER TABLE products
    ADD CONSTRAINT products_slug_seen_once EXCLUDE USING gist (marque_seen_span(market, slug) WITH &&);
