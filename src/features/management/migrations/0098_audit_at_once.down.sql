CREATE OR REPLACE FUNCTION marque_note_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    whole jsonb := coalesce(after, before);
    known text := coalesce(current_setting('marque.changes', true), '');
    left_out text := coalesce(nullif(current_setting('marque.changes_left_out', true), ''), '0');
    key text := TG_TABLE_NAME;
    part text;
BEGIN
    IF length(known) > 100000 THEN
        PERFORM set_config('marque.changes_left_out', (left_out::integer + 1)::text, true);
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, whole -> o.key) INTO before, after
        FROM jsonb_each(before) AS o WHERE whole -> o.key <> o.value;
        IF before IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    FOREACH part IN ARRAY coalesce(TG_ARGV, '{}') LOOP
        key := key || '/' || (whole ->> part);
    END LOOP;
    PERFORM set_config('marque.changes', known || CASE WHEN known = '' THEN '' ELSE E'\n' END ||
        jsonb_build_object('key', key, 'before', marque_audited(before), 'after', marque_audited(after))::text, true);
    RETURN NULL;
END $$;
