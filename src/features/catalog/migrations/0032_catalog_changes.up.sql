-- What changed in the catalogue, product by product, written by triggers: whoever changes a row in whichever way tells the
-- servers. They read it several times a second. Neither ids nor times are in the order of commits, but a transaction that
-- is not yet over has a number of at least the snapshot's xmin, so a reader that begins at the xmin it saw last misses none.
CREATE TABLE catalog_changes (
    market text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    product_market text,
    product_id bigint,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, id),
    CHECK (product_market IN (market, 'ALL')),
    CHECK ((product_market IS NULL) = (product_id IS NULL))
);
CREATE INDEX catalog_changes_xid ON catalog_changes (market, xid);
COMMENT ON COLUMN catalog_changes.product_id IS 'none: categories, sizes, colours or synonyms, which concern everything';

-- Triggers run in the role of whoever changes rows. The shared role may delete a product of ALL, which takes prices of
-- markets with it; the change is then one of ALL, which every market reads.
CREATE FUNCTION marque_changed_market(market text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN current_user = 'marque_shared' THEN 'ALL' ELSE market END
$$;

-- One function for each way a table names its product. `changed` are the rows as they are, or were when deleted; of an
-- update `before` are the rows as they were, which may have been another product's.
DO $$
DECLARE
    way record;
    owned record;
    what record;
BEGIN
    FOR way IN SELECT * FROM (VALUES
        ('own', 'SELECT c.market, c.market, c.id FROM %s c'),
        ('product', 'SELECT c.market, c.market, c.product_id FROM %s c'),
        ('named', 'SELECT c.market, c.product_market, c.product_id FROM %s c'),
        ('sku', 'SELECT c.market, k.market, k.product_id FROM %s c
                 JOIN skus k ON k.market = c.owner_market AND k.id = c.sku_id'),
        ('all', 'SELECT c.market, NULL::text, NULL::bigint FROM %s c')) AS way(name, rows)
    LOOP
        EXECUTE format($function$
            CREATE FUNCTION marque_note_%s() RETURNS trigger LANGUAGE plpgsql
            SET search_path = pg_catalog, public, pg_temp AS $body$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    INSERT INTO catalog_changes (market, product_market, product_id)
                    SELECT DISTINCT marque_changed_market(w.market), w.product_market, w.product_id
                    FROM (%s UNION %s) AS w(market, product_market, product_id);
                ELSE
                    INSERT INTO catalog_changes (market, product_market, product_id)
                    SELECT DISTINCT marque_changed_market(w.market), w.product_market, w.product_id
                    FROM (%s) AS w(market, product_market, product_id);
                END IF;
                RETURN NULL;
            END $body$ $function$,
            way.name, format(way.rows, 'before'), format(way.rows, 'changed'), format(way.rows, 'changed'));
    END LOOP;
    FOR owned IN SELECT * FROM (VALUES
        ('products', 'own'), ('product_translations', 'product'), ('product_features', 'product'),
        ('product_images', 'product'), ('skus', 'product'), ('product_stats', 'named'), ('product_relations', 'named'),
        ('prices', 'sku'), ('stock', 'sku'), ('categories', 'all'), ('category_translations', 'all'),
        ('attribute_values', 'all'), ('attribute_value_translations', 'all'), ('search_synonyms', 'all'))
        AS owned(name, way)
    LOOP
        FOR what IN SELECT * FROM (VALUES
            ('INSERT', 'NEW TABLE AS changed'), ('DELETE', 'OLD TABLE AS changed'),
            ('UPDATE', 'OLD TABLE AS before NEW TABLE AS changed')) AS what(event, rows)
        LOOP
            -- Every order updates stock; only what comes or goes concerns the catalogue.
            CONTINUE WHEN owned.name = 'stock' AND what.event = 'UPDATE';
            EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION %I()',
                           owned.name || '_note_' || lower(what.event), what.event, owned.name, what.rows,
                           'marque_note_' || owned.way);
        END LOOP;
    END LOOP;
END $$;

CREATE FUNCTION marque_note_stock() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO catalog_changes (market, product_market, product_id)
    SELECT marque_changed_market(NEW.market), k.market, k.product_id
    FROM skus k WHERE k.market = NEW.owner_market AND k.id = NEW.sku_id;
    RETURN NULL;
END $$;
CREATE TRIGGER stock_note_flip AFTER UPDATE ON stock FOR EACH ROW
    WHEN (OLD.in_stock IS DISTINCT FROM NEW.in_stock) EXECUTE FUNCTION marque_note_stock();

DROP TABLE catalog_versions;

-- "Of this market, in stock" is a question lists of managers ask, too.
CREATE INDEX stock_market_in_stock ON stock (market, in_stock, sku_id);
SELECT marque_secure_tables();
