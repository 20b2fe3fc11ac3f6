-- The audit log says for ever what managers did. What it shows of a customer's rows goes when the customer is erased: each
-- such row is then told as {"erased": true}, and nothing else of the log can be changed.
CREATE FUNCTION marque_without(side jsonb, rows text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN key = ANY (rows) THEN '{"erased": true}' ELSE value END), '{}')
    FROM jsonb_each(side)
$$;

CREATE OR REPLACE FUNCTION marque_keep_audit() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    erased text[] := string_to_array(nullif(current_setting('marque.erased_rows', true), ''), ',');
BEGIN
    IF TG_OP = 'UPDATE' AND erased IS NOT NULL
       AND to_jsonb(NEW) - 'before' - 'after' = to_jsonb(OLD) - 'before' - 'after'
       AND NEW.before = marque_without(OLD.before, erased) AND NEW.after = marque_without(OLD.after, erased) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is not rewritten' USING ERRCODE = 'insufficient_privilege';
END $$;

-- Blanks what the log shows of a customer's rows: the account, and whatever names it or one of its orders, in any table.
-- The number of rows of the log that were changed.
CREATE FUNCTION marque_blank_audit(customer bigint) RETURNS bigint LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owned record;
    found_keys text[];
    erased text[] := ARRAY['users/' || customer];
    changed bigint;
BEGIN
    FOR owned IN
        SELECT c.relname, by_user.attname AS by_user, by_order.attname AS by_order,
               (SELECT string_agg(format('t.%I::text', k.attname), ' || ''/'' || ' ORDER BY p.n)
                FROM pg_index i, unnest(i.indkey::smallint[]) WITH ORDINALITY AS p(attnum, n), pg_attribute k
                WHERE i.indrelid = c.oid AND i.indisprimary AND k.attrelid = c.oid AND k.attnum = p.attnum
                  AND k.attname <> 'market') AS key
        FROM pg_class c JOIN pg_trigger g ON g.tgrelid = c.oid AND g.tgname = 'audit_change'
             LEFT JOIN pg_attribute by_user ON by_user.attrelid = c.oid AND by_user.attname = 'user_id'
                  AND NOT by_user.attisdropped
             LEFT JOIN pg_attribute by_order ON by_order.attrelid = c.oid AND by_order.attname = 'order_id'
                  AND NOT by_order.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND (by_user.attname IS NOT NULL OR by_order.attname IS NOT NULL)
    LOOP
        CONTINUE WHEN owned.key IS NULL;
        EXECUTE format('SELECT array_agg(%L || %s) FROM %I t WHERE %s', owned.relname || '/', owned.key, owned.relname,
                       concat_ws(' OR ', CASE WHEN owned.by_user IS NOT NULL THEN 't.user_id = $1' END,
                                 CASE WHEN owned.by_order IS NOT NULL THEN
                                     't.order_id IN (SELECT o.id FROM orders o WHERE o.user_id = $1)' END))
            INTO found_keys USING customer;
        erased := erased || coalesce(found_keys, '{}');
    END LOOP;
    PERFORM set_config('marque.erased_rows', array_to_string(erased, ','), true);
    UPDATE manager_audit SET before = marque_without(before, erased), after = marque_without(after, erased)
    WHERE before ?| erased OR after ?| erased;
    GET DIAGNOSTICS changed = ROW_COUNT;
    PERFORM set_config('marque.erased_rows', '', true);
    RETURN changed;
END $$;
