CREATE OR REPLACE FUNCTION marque_secure_tables() RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owned record;
BEGIN
    FOR owned IN
        SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
          AND a.attname = 'market' AND NOT a.attisdropped
    LOOP
        IF NOT owned.relrowsecurity THEN
            EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', owned.relname);
        END IF;
        IF NOT owned.relforcerowsecurity THEN
            EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', owned.relname);
        END IF;
    END LOOP;
END $$;
DROP FUNCTION marque_note_change() CASCADE;
DROP TABLE manager_audit;
DROP FUNCTION marque_audit_tables(), marque_audit_side(text, text), marque_audited(jsonb), marque_keep_audit();
