DROP FUNCTION marque_blank_audit(bigint);
CREATE OR REPLACE FUNCTION marque_keep_audit() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is not rewritten' USING ERRCODE = 'insufficient_privilege';
END $$;
DROP FUNCTION marque_without(jsonb, text[]);
