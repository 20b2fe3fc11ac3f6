-- Row-level security as a habit: a table with a column `market` is closed from its first moment and opened to one role a
-- market. Policies name the role and the market's code as a literal, never a setting that a session could change.

-- Closes every table that has a column `market`, for its owner, too. Each later migration that makes a table ends with it.
CREATE FUNCTION marque_secure_tables() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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

-- One policy, made where missing.
CREATE FUNCTION marque_make_policy(table_oid oid, policy text, command text, role_name text, condition text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_policy WHERE polrelid = table_oid AND polname = policy) THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE POLICY %I ON %s FOR %s TO %I %s', policy, table_oid::regclass, command, role_name, condition);
END $$;

-- The policies of one market's role and of the shared role on one table. A market reads its own rows and those of ALL,
-- but writes and deletes its own only: were USING to name ALL for UPDATE or DELETE, too, one market could take a shared
-- row away from the others.
CREATE FUNCTION marque_make_policies(table_oid oid, code text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    role_name text := 'marque_' || lower(code);
    prefix text := 'market_' || lower(code);
    -- The role must be taken on, not just granted: the URL's own user is a member of every market's role, and a member
    -- inherits its policies, so that a forgotten SET ROLE would otherwise see all markets at once.
    own text := format('(market = %L AND current_user = %L)', code, role_name);
    visible text := format('(market IN (%L, ''ALL'') AND current_user = %L)', code, role_name);
BEGIN
    PERFORM marque_make_policy(table_oid, prefix || '_select', 'SELECT', role_name, 'USING ' || visible);
    PERFORM marque_make_policy(table_oid, prefix || '_insert', 'INSERT', role_name, 'WITH CHECK ' || own);
    PERFORM marque_make_policy(table_oid, prefix || '_update', 'UPDATE', role_name, 'USING ' || own || ' WITH CHECK ' || own);
    PERFORM marque_make_policy(table_oid, prefix || '_delete', 'DELETE', role_name, 'USING ' || own);
    PERFORM marque_make_policy(table_oid, 'market_shared', 'ALL', 'marque_shared',
                               'USING (market = ''ALL'' AND current_user = ''marque_shared'') '
                               'WITH CHECK (market = ''ALL'' AND current_user = ''marque_shared'')');
END $$;

-- What one role may do with tables, views and sequences; nothing is granted twice.
CREATE FUNCTION marque_grant_tables(role_name text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_one record;
    wanted text;
BEGIN
    IF NOT has_schema_privilege(role_name, 'public', 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', role_name);
    END IF;
    FOR found_one IN
        SELECT c.oid, c.relname, c.relkind,
               EXISTS (SELECT FROM pg_attribute a
                       WHERE a.attrelid = c.oid AND a.attname = 'market' AND NOT a.attisdropped) AS market_owned
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace
          AND c.relname <> 'marque_migrations'
          AND (c.relkind IN ('r', 'p', 'S')
               -- A view answers with its owner's rights unless it is a security_invoker, so only such are opened.
               OR c.relkind = 'v' AND c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'])
    LOOP
        IF found_one.relkind = 'S' THEN
            IF NOT has_sequence_privilege(role_name, found_one.oid, 'USAGE') THEN
                EXECUTE format('GRANT USAGE ON SEQUENCE public.%I TO %I', found_one.relname, role_name);
            END IF;
            CONTINUE;
        END IF;
        FOREACH wanted IN ARRAY CASE WHEN found_one.relkind <> 'v' AND found_one.market_owned
                                     THEN ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] ELSE ARRAY['SELECT'] END
        LOOP
            IF NOT has_table_privilege(role_name, found_one.oid, wanted) THEN
                EXECUTE format('GRANT %s ON TABLE public.%I TO %I', wanted, found_one.relname, role_name);
            END IF;
        END LOOP;
    END LOOP;
END $$;

-- Opens the schema to one market: policies and grants for marque_<code> and marque_shared, both of which must exist.
-- Run after every migration for every market; what is already there is left alone.
CREATE FUNCTION marque_provision_market(code text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_one record;
BEGIN
    IF code !~ '^[A-Z]{2,8}$' OR code IN ('ALL', 'SHARED') THEN
        RAISE EXCEPTION '% is no market code: two to eight capital letters, neither ALL nor SHARED', quote_literal(code);
    END IF;
    -- Two servers that start together would otherwise both find a policy missing.
    PERFORM pg_advisory_xact_lock(hashtext('marque_provision_market'));
    PERFORM marque_secure_tables();
    FOR found_one IN
        SELECT c.oid, c.relname, c.relkind FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
          AND EXISTS (SELECT FROM aclexplode(c.relacl) WHERE grantee = 0)
    LOOP
        EXECUTE format('REVOKE ALL ON %s public.%I FROM PUBLIC',
                       CASE found_one.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, found_one.relname);
    END LOOP;
    -- PostgreSQL before 15 lets everybody create in public. Who does not own the schema gets a warning, no error.
    IF has_schema_privilege('marque_shared', 'public', 'CREATE') THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
    PERFORM marque_make_policies(c.oid, code)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attname = 'market' AND NOT a.attisdropped;
    PERFORM marque_grant_tables('marque_' || lower(code));
    PERFORM marque_grant_tables('marque_shared');
END $$;

REVOKE ALL ON FUNCTION marque_secure_tables(), marque_make_policy(oid, text, text, text, text),
    marque_make_policies(oid, text), marque_grant_tables(text), marque_provision_market(text) FROM PUBLIC;
