-- Who of the managers did what: one row for each transaction of a manager's request that changed something, written by
-- that transaction. What changed is gathered by triggers while the transaction runs and says nothing else, so no writer
-- can forget to tell it.
CREATE TABLE manager_audit (
    market text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    actor text NOT NULL,
    action text NOT NULL,
    thing text NOT NULL,
    thing_id text,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    left_out integer NOT NULL DEFAULT 0,
    request_id text NOT NULL,
    PRIMARY KEY (market, id)
);
COMMENT ON COLUMN manager_audit.actor IS 'manager:kg/4, as other histories name managers';
COMMENT ON COLUMN manager_audit.action IS 'the operation of the OpenAPI document';
COMMENT ON COLUMN manager_audit.before IS '"table/key": the columns that changed, of removed rows all';
COMMENT ON COLUMN manager_audit.left_out IS 'changed rows beyond those that are told';
CREATE INDEX manager_audit_actor ON manager_audit (market, actor, id);
CREATE INDEX manager_audit_thing ON manager_audit (market, thing, thing_id, id);

-- A market's role writes down and reads; what was written stays. The owner may throw old rows away.
CREATE FUNCTION marque_keep_audit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is not rewritten' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER manager_audit_stays BEFORE UPDATE OR DELETE ON manager_audit FOR EACH ROW
    WHEN (current_user LIKE 'marque\_%') EXECUTE FUNCTION marque_keep_audit();

-- A row as the log may show it: no secrets, of phones the end, of long texts the beginning.
CREATE FUNCTION marque_audited(columns jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE
        WHEN value = 'null' THEN value
        WHEN key ~ 'phone' THEN to_jsonb('…' || right(value #>> '{}', 4))
        WHEN key ~ '(secret|token|hash|hmac|password|recovery|bytes)' THEN to_jsonb('…'::text)
        WHEN length(value::text) > 2000 THEN to_jsonb(left(value::text, 2000) || '…')
        ELSE value END), '{}')
    FROM jsonb_each(columns)
$$;

-- The key of the row's table is handed over as arguments, so that no trigger has to look it up.
CREATE FUNCTION marque_note_change() RETURNS trigger LANGUAGE plpgsql
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
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(o.key, n.value) INTO before, after
        FROM jsonb_each(before) AS o JOIN jsonb_each(after) AS n ON n.key = o.key AND n.value <> o.value;
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

-- One side of all that was gathered: of a row that changed twice the first before and the last after.
CREATE FUNCTION marque_audit_side(changes text, side text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(told.key, told.columns), '{}')
    FROM (SELECT change ->> 'key' AS key,
                 jsonb_object_agg(e.key, e.value ORDER BY CASE side WHEN 'before' THEN -n ELSE n END) AS columns
          FROM unnest(string_to_array(changes, E'\n')) WITH ORDINALITY AS lines(line, n),
               LATERAL (SELECT line::jsonb AS change) AS parsed,
               LATERAL jsonb_each(change -> side) AS e
          GROUP BY 1) AS told
$$;

-- Every table of a market is told about but those that are logs, counts, caches or customers' own baskets themselves.
CREATE FUNCTION marque_audit_tables() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owned record;
BEGIN
    FOR owned IN
        SELECT c.oid, c.relname,
               (SELECT string_agg(quote_literal(k.attname), ', ' ORDER BY p.n)
                FROM pg_index i, unnest(i.indkey::smallint[]) WITH ORDINALITY AS p(attnum, n), pg_attribute k
                WHERE i.indrelid = c.oid AND i.indisprimary AND k.attrelid = c.oid AND k.attnum = p.attnum
                  AND k.attname <> 'market') AS key
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND a.attname = 'market' AND NOT a.attisdropped
          AND c.relname NOT IN (
              'banner_count_senders', 'banner_counts', 'cart_items', 'carts', 'catalog_changes', 'catalog_versions',
              'code_windows', 'development_sms', 'idempotency_keys', 'job_parts', 'job_refusals', 'manager_audit',
              'market_directory', 'media_quotas', 'notifications', 'outbox', 'payment_events', 'phone_failures',
              'price_history', 'product_stats', 'revenue_snapshots', 'rule_versions', 'sales_counting', 'sessions',
              'sms_deliveries', 'sms_messages', 'stock_ledger', 'stock_reservations', 'verification_codes',
              'wishlist_items', 'wishlists')
          AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'audit_change')
    LOOP
        EXECUTE format('CREATE TRIGGER audit_change AFTER INSERT OR UPDATE OR DELETE ON public.%I FOR EACH ROW '
                       'WHEN (current_setting(''marque.audited'', true) = ''yes'') '
                       'EXECUTE FUNCTION marque_note_change(%s)', owned.relname, coalesce(owned.key, ''));
    END LOOP;
END $$;

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
    PERFORM marque_audit_tables();
END $$;
REVOKE ALL ON FUNCTION marque_audit_tables(), marque_note_change(), marque_keep_audit() FROM PUBLIC;
SELECT marque_secure_tables();
