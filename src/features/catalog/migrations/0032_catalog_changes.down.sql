DROP INDEX stock_market_in_stock;
DO $$
DECLARE
    noting record;
BEGIN
    FOR noting IN
        SELECT t.tgname, t.tgrelid::regclass AS owner FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE p.proname LIKE 'marque\_note\_%' AND NOT t.tgisinternal
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', noting.tgname, noting.owner);
    END LOOP;
END $$;
DROP FUNCTION marque_note_own(), marque_note_product(), marque_note_named(), marque_note_sku(), marque_note_all(),
    marque_note_stock();
DROP TABLE catalog_changes;
DROP FUNCTION marque_changed_market(text);
CREATE TABLE catalog_versions (
    market text PRIMARY KEY,
    version bigint NOT NULL DEFAULT 1
);
SELECT marque_secure_tables();
