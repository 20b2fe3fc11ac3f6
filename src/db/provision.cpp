// The roles behind the markets. They belong to the whole PostgreSQL server: several databases may make them at once.
#include <fmt/format.h>

#include "db/admin.h"

namespace marque::db {
namespace {

struct Role {
    bool is_there;
    bool is_safe;
    bool is_mine;
};
RECORD(Role, is_there, is_safe, is_mine);

constexpr Statement<Role(std::string)> read_role{
    "provision.read_role",
    "SELECT role.oid IS NOT NULL AS is_there, "
    "coalesce(NOT role.rolsuper AND NOT role.rolbypassrls AND NOT role.rolcanlogin, false) AS is_safe, "
    "coalesce(me.rolsuper OR pg_has_role(me.oid, role.oid, 'USAGE') OR pg_has_role(me.oid, role.oid, 'MEMBER') "
    // PostgreSQL 16 makes the creator of a role a member that may pass it on but not take it on.
    "AND current_setting('server_version_num')::integer < 160000, me.rolsuper) AS is_mine "
    "FROM pg_roles me LEFT JOIN pg_roles role ON role.rolname = $1 WHERE me.rolname = current_user"};
constexpr Statement<void(std::string)> provision{"provision.market", "SELECT marque_provision_market($1)"};
constexpr Statement<std::int64_t()> owned_tables{
    "provision.owned_tables",
    "SELECT c.oid::bigint FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
    "AND a.attname = 'market' AND NOT a.attisdropped ORDER BY c.relname"};
constexpr Statement<void(std::int64_t, std::string)> make_policies{"provision.make_policies",
                                                                   "SELECT marque_make_policies($1::bigint::oid, $2)"};

/// Somebody else was quicker, in this database or in another one of the same server.
bool is_collision(const Error& error) {
    return error.sqlstate == "42710" || error.sqlstate == "23505" || error.sqlstate == "XX000";
}

void make_role(AdminConnection& connection, const std::string& name) {
    constexpr int tries = 20;
    for (int tried = 1;; ++tried) {
        const Role role = connection.rows(read_role, name).front();
        if (role.is_there && !role.is_safe) {
            throw std::runtime_error(
                fmt::format("the PostgreSQL role {} may log in or bypass row-level security, so it cannot stand for a "
                            "market: ALTER ROLE {} "
                            "NOLOGIN NOSUPERUSER NOBYPASSRLS",
                            name, name));
        }
        try {
            if (!role.is_there) connection.run(fmt::format("CREATE ROLE \"{}\" NOLOGIN NOBYPASSRLS", name));
            if (!role.is_mine) connection.run(fmt::format("GRANT \"{}\" TO CURRENT_USER", name));
            return;
        } catch (const Error& error) {
            if (error.sqlstate == "42501") {
                throw std::runtime_error(
                    fmt::format("the database user may not make the role {}. Either ALTER ROLE the user CREATEROLE, or "
                                "let an administrator "
                                "run: CREATE ROLE {} NOLOGIN; GRANT {} TO the user",
                                name, name, name));
            }
            if (!is_collision(error) || tried == tries) throw;
        }
    }
}

/// One table at a time, each in a transaction of its own: a policy needs the table for itself for a moment, and whoever
/// holds one table while waiting for the next would stop orders under way, or be stopped by them for good.
void make_policies_one_by_one(AdminConnection& connection, const std::string& market) {
    constexpr int tries = 20;
    connection.run("SET lock_timeout = '500ms'");
    for (const std::int64_t table : connection.rows(owned_tables)) {
        for (int tried = 1;; ++tried) {
            try {
                connection.execute(make_policies, table, market);
                break;
            } catch (const Error& error) {
                if (tried == tries || (!error.is_lock_timeout() && !error.is_retryable() && !is_collision(error)))
                    throw;
            }
        }
    }
    connection.run("RESET lock_timeout");
}

}  // namespace

void provision_market(AdminConnection& connection, MarketCode market) {
    make_role(connection, "marque_" + market.to_text());
    make_role(connection, "marque_shared");
    make_policies_one_by_one(connection, std::string{market.upper()});
    connection.execute(provision, std::string{market.upper()});
}

}  // namespace marque::db
