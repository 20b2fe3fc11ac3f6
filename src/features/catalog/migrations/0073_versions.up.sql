-- What managers change carries a count of its changes, raised by a trigger: whoever writes in whichever way makes stale
-- what was read before. Stock is counted by pieces instead, and its ledger names who changed it.
ALTER TABLE products ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE skus ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE categories ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE prices ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE stock_ledger ADD COLUMN changed_by text;
COMMENT ON COLUMN stock_ledger.changed_by IS 'manager:kg/4 where a manager did; of orders the order says it';

CREATE FUNCTION marque_raise_version() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.version := OLD.version + 1;
    RETURN NEW;
END $$;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['products', 'skus', 'categories', 'prices'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) '
                       'EXECUTE FUNCTION marque_raise_version()', name || '_raise_version', name);
    END LOOP;
END $$;

-- The lists of managers go by the newest id, of the market's own and of ALL.
CREATE INDEX products_newest ON products (id DESC);
CREATE INDEX stock_ledger_newest ON stock_ledger (market, sku_id, id DESC);
