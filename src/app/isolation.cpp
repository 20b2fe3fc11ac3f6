// What must hold in PostgreSQL's catalogue for markets to be walled off. Migration 0001 builds it; this is the other
// eye, which also sees what was made by hand, by a later migration that forgot something, or by an administrator.
#include "app/isolation.h"

#include "core/record.h"
#include "db/statement.h"

namespace marque::app {
namespace {

struct Sql {
    // A superuser's own rows are hidden from nobody else by a table that is open, so every one counts.
    db::Statement<std::string()> open_tables{"isolation.open_tables", R"(
        SELECT format('table %s has a column market but no forced row-level security', c.relname) AS fault
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'market' AND NOT a.attisdropped
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'f')
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
        ORDER BY 1)"};

    // Policies are compared word for word: one that says more than "my market, in my role" is a door.
    db::Statement<std::string()> policies{"isolation.policies", R"(
        WITH owned AS (
            SELECT c.oid, c.relname FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'market' AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        ), voice AS (
            SELECT lower(code) AS code, lower(code) || '_' || command AS name, command FROM markets,
                   unnest(ARRAY['select', 'insert', 'update', 'delete']) AS command
            UNION ALL SELECT 'shared', 'shared', 'all'
        ), wanted AS (
            SELECT owned.oid, owned.relname, 'market_' || name AS name, 'marque_' || code AS role,
                   CASE command WHEN 'select' THEN 'r' WHEN 'insert' THEN 'a' WHEN 'update' THEN 'w'
                                WHEN 'delete' THEN 'd' ELSE '*' END AS command,
                   CASE command WHEN 'insert' THEN '' WHEN 'all' THEN 'market=''all'''
                                WHEN 'select' THEN 'market=anyarray[''' || code || ''',''all'']'
                                ELSE 'market=''' || code || '''' END AS sees,
                   CASE WHEN command IN ('insert', 'update') THEN 'market=''' || code || ''''
                        WHEN command = 'all' THEN 'market=''all''' ELSE '' END AS writes
            FROM owned CROSS JOIN voice
        ), found AS (
            SELECT p.polrelid AS oid, owned.relname, p.polname::text AS name, p.polcmd::text AS command,
                   CASE WHEN p.polpermissive AND cardinality(p.polroles) = 1 THEN r.rolname END AS role,
                   regexp_replace(lower(coalesce(pg_get_expr(p.polqual, p.polrelid), '')),
                                  '::(text|name)|[() ]', '', 'g') AS sees,
                   regexp_replace(lower(coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')),
                                  '::(text|name)|[() ]', '', 'g') AS writes
            FROM owned JOIN pg_policy p ON p.polrelid = owned.oid LEFT JOIN pg_roles r ON r.oid = p.polroles[1]
        )
        SELECT CASE WHEN found.name IS NULL THEN format('table %s lacks the policy %s', wanted.relname, wanted.name)
                    WHEN wanted.name IS NULL THEN
                        format('table %s has the policy %s, which is none of ours', found.relname, found.name)
                    ELSE format('the policy %s of table %s was changed', found.name, found.relname) END AS fault
        FROM wanted FULL JOIN found USING (oid, name)
        WHERE found.name IS NULL OR wanted.name IS NULL OR found.command <> wanted.command
           OR found.role IS DISTINCT FROM wanted.role
           OR found.sees <> CASE wanted.sees WHEN '' THEN '' ELSE
                                 wanted.sees || 'andcurrent_user=''' || wanted.role || '''' END
           OR found.writes <> CASE wanted.writes WHEN '' THEN '' ELSE
                                   wanted.writes || 'andcurrent_user=''' || wanted.role || '''' END
        ORDER BY 1)"};

    db::Statement<std::string()> roles{"isolation.roles", R"(
        WITH ours AS (
            SELECT r.* FROM pg_roles r
            WHERE r.rolname = 'marque_shared' OR r.rolname IN (SELECT 'marque_' || lower(code) FROM markets)
        )
        SELECT format('role %s %s', rolname, what) AS fault FROM ours,
            LATERAL (VALUES (rolsuper, 'is a superuser'), (rolbypassrls, 'bypasses row-level security'),
                            (rolcanlogin, 'may log in'), (rolcreaterole, 'may create roles'),
                            (EXISTS (SELECT FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass
                                       AND d.refobjid = ours.oid AND d.deptype = 'o'), 'owns something'),
                            (EXISTS (SELECT FROM pg_auth_members m WHERE m.member = ours.oid),
                             'is a member of another role')) AS wrong(is_so, what)
        WHERE is_so ORDER BY 1)"};

    // TRUNCATE and REFERENCES pass by row-level security; a table without a market is nobody's to write.
    db::Statement<std::string()> grants{"isolation.grants", R"(
        SELECT format('role %s has %s on table %s', r.rolname, wrong.privilege, c.relname) AS fault
        FROM pg_roles r, pg_class c,
             LATERAL unnest(CASE WHEN EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
                                                AND a.attname = 'market' AND NOT a.attisdropped)
                                 THEN ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']
                                 ELSE ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'] END)
                 AS wrong(privilege)
        WHERE (r.rolname = 'marque_shared' OR r.rolname IN (SELECT 'marque_' || lower(code) FROM markets))
          AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
          AND has_table_privilege(r.oid, c.oid, wrong.privilege)
        ORDER BY 1)"};

    // What answers with its owner's rights, or keeps a copy of rows, must be out of the roles' reach.
    db::Statement<std::string()> bypasses{"isolation.bypasses", R"(
        WITH ours AS (
            SELECT r.oid, r.rolname FROM pg_roles r
            WHERE r.rolname = 'marque_shared' OR r.rolname IN (SELECT 'marque_' || lower(code) FROM markets)
        ), schemas AS (
            SELECT oid FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
        )
        SELECT DISTINCT format('%s %s is within reach of a market''s role',
                               CASE c.relkind WHEN 'v' THEN 'view without security_invoker'
                                              WHEN 'm' THEN 'materialised view' ELSE 'foreign table' END, c.relname)
                   AS fault
        FROM pg_class c JOIN schemas ON schemas.oid = c.relnamespace CROSS JOIN ours
        WHERE (c.relkind IN ('m', 'f') OR c.relkind = 'v' AND NOT coalesce(
                   c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false))
          AND has_table_privilege(ours.oid, c.oid, 'SELECT')
        UNION
        SELECT DISTINCT format('function %s runs with its owner''s rights and is within reach of a market''s role',
                               p.proname)
        FROM pg_proc p JOIN schemas ON schemas.oid = p.pronamespace CROSS JOIN ours
        WHERE p.prosecdef AND has_function_privilege(ours.oid, p.oid, 'EXECUTE')
        ORDER BY 1)"};

    // A key without market tells whether another market holds a value, or lets a row point into another market. A
    // reference may start from a column that a check ties to the row's own market or to ALL.
    db::Statement<std::string()> keys{"isolation.keys", R"(
        WITH owned AS (
            SELECT c.oid, c.relname, a.attnum FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'market' AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        )
        SELECT format('unique index %s leaves out market', i.indexrelid::regclass) AS fault
        FROM pg_index i JOIN owned ON owned.oid = i.indrelid
        WHERE (i.indisunique OR i.indisexclusion) AND NOT owned.attnum = ANY (i.indkey)
          AND (i.indexprs IS NULL OR pg_get_expr(i.indexprs, i.indrelid) !~ '\mmarket\M')
        UNION ALL
        SELECT format('foreign key %s of table %s leaves out market', k.conname, k.conrelid::regclass)
        FROM pg_constraint k JOIN owned parent ON parent.oid = k.confrelid
        LEFT JOIN owned child ON child.oid = k.conrelid
        WHERE k.contype = 'f' AND NOT EXISTS (
            SELECT FROM unnest(k.conkey, k.confkey) AS pair(own, referenced)
            WHERE pair.referenced = parent.attnum
              AND (pair.own = child.attnum
                   OR EXISTS (SELECT FROM pg_constraint c WHERE c.contype = 'c' AND c.conrelid = k.conrelid
                                AND c.conkey @> ARRAY[pair.own, child.attnum])))
        ORDER BY 1)"};
};
constexpr Sql sql;
RECORD(Sql, open_tables, policies, roles, grants, bypasses, keys);

}  // namespace

std::vector<std::string> isolation_faults(db::AdminConnection& connection) {
    std::vector<std::string> faults;
    for_each_member(sql, [&](std::string_view, const auto& statement) {
        for (auto& fault : connection.rows(statement)) faults.push_back(std::move(fault));
    });
    return faults;
}

}  // namespace marque::app
