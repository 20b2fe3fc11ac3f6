DROP TRIGGER prices_keep_history ON prices;
DROP FUNCTION marque_keep_price();
DROP TABLE price_history;
DROP FUNCTION marque_original_price(bigint, bigint, bigint, timestamptz, timestamptz);
DROP FUNCTION marque_price(bigint, bigint, timestamptz, timestamptz);
ALTER TABLE prices
    DROP COLUMN sale_minor,
    DROP COLUMN sale_from,
    DROP COLUMN sale_until,
    DROP COLUMN changed_at;
