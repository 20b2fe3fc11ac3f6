-- Dated sale prices, and what a SKU cost before: whoever lowers a price must be able to name the lowest of the last 30 days.
ALTER TABLE prices
    ADD COLUMN sale_minor bigint CHECK (sale_minor > 0),
    ADD COLUMN sale_from timestamptz,
    ADD COLUMN sale_until timestamptz,
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
    ADD CONSTRAINT prices_sale_is_lower CHECK (sale_minor < price_minor),
    ADD CONSTRAINT prices_sale_is_dated CHECK (sale_minor IS NOT NULL OR (sale_from IS NULL AND sale_until IS NULL)),
    ADD CONSTRAINT prices_sale_has_time CHECK (sale_until > sale_from);
CREATE INDEX prices_sale_ahead ON prices (market, sale_from, sale_until) WHERE sale_minor IS NOT NULL;

-- What a SKU costs at this moment. The one place that says so; simple enough for PostgreSQL to write it into each query.
CREATE FUNCTION marque_price(price_minor bigint, sale_minor bigint, sale_from timestamptz, sale_until timestamptz)
RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN sale_minor IS NOT NULL AND (sale_from IS NULL OR sale_from <= now())
                     AND (sale_until IS NULL OR now() < sale_until) THEN sale_minor ELSE price_minor END
$$;

-- What it cost before a sale, for the crossed-out figure: the price it goes back to, or the one somebody set for it.
CREATE FUNCTION marque_original_price(price_minor bigint, original_minor bigint, sale_minor bigint,
                                      sale_from timestamptz, sale_until timestamptz)
RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN sale_minor IS NOT NULL AND (sale_from IS NULL OR sale_from <= now())
                     AND (sale_until IS NULL OR now() < sale_until) THEN coalesce(original_minor, price_minor)
                ELSE original_minor END
$$;

-- The rows of `prices` as they were, each with the time it held.
CREATE TABLE price_history (
    market text NOT NULL,
    sku_id bigint NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    price_minor bigint NOT NULL,
    sale_minor bigint,
    sale_from timestamptz,
    sale_until timestamptz,
    PRIMARY KEY (market, sku_id, valid_from),
    CHECK (valid_until > valid_from),
    FOREIGN KEY (market, sku_id) REFERENCES prices (market, sku_id) ON DELETE CASCADE
);
CREATE INDEX price_history_until ON price_history (market, valid_until);

CREATE FUNCTION marque_keep_price() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (OLD.price_minor, OLD.sale_minor, OLD.sale_from, OLD.sale_until)
       IS DISTINCT FROM (NEW.price_minor, NEW.sale_minor, NEW.sale_from, NEW.sale_until) THEN
        -- A price that was changed twice in one transaction was never anybody's price in between.
        IF OLD.changed_at < now() THEN
            INSERT INTO price_history (market, sku_id, valid_from, valid_until, price_minor, sale_minor, sale_from, sale_until)
            VALUES (OLD.market, OLD.sku_id, OLD.changed_at, now(), OLD.price_minor, OLD.sale_minor, OLD.sale_from,
                    OLD.sale_until)
            ON CONFLICT DO NOTHING;
        END IF;
        NEW.changed_at := now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prices_keep_history BEFORE UPDATE ON prices FOR EACH ROW EXECUTE FUNCTION marque_keep_price();
SELECT marque_secure_tables();
