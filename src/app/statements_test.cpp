// Every statement of every feature, prepared on a fresh database and compared with its C++ types; and every table that
// belongs to a market, looked at for row-level security.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "app/market_queries.h"
#include "db/admin.h"
#include "db/embedded.h"
#include "features/analytics/queries.h"
#include "features/analytics/report_queries.h"
#include "features/banners/queries.h"
#include "features/cart/carry_queries.h"
#include "features/cart/queries.h"
#include "features/catalog/bulk_queries.h"
#include "features/catalog/explain_queries.h"
#include "features/catalog/exporting/queries.h"
#include "features/catalog/managing/category_queries.h"
#include "features/catalog/managing/queries.h"
#include "features/catalog/queries.h"
#include "features/catalog/writer_queries.h"
#include "features/customers/care_queries.h"
#include "features/customers/queries.h"
#include "features/identity/code_queries.h"
#include "features/identity/queries.h"
#include "features/identity/session_queries.h"
#include "features/inventory/queries.h"
#include "features/invoices/queries.h"
#include "features/management/list_queries.h"
#include "features/management/queries.h"
#include "features/markets/manage_queries.h"
#include "features/markets/markets.h"
#include "features/markets/queries.h"
#include "features/markets/readiness_queries.h"
#include "features/media/queries.h"
#include "features/messages/manage_queries.h"
#include "features/messages/prune_queries.h"
#include "features/messages/queries.h"
#include "features/notifications/queries.h"
#include "features/orders/address_queries.h"
#include "features/orders/explain_queries.h"
#include "features/orders/managed_queries.h"
#include "features/orders/queries.h"
#include "features/orders/sales_queries.h"
#include "features/payments/queries.h"
#include "features/profile/queries.h"
#include "features/reviews/queries.h"
#include "features/sms/prune_queries.h"
#include "features/sms/queries.h"
#include "features/webhooks/manage_queries.h"
#include "features/webhooks/prune_queries.h"
#include "features/webhooks/queries.h"
#include "features/wishlist/carry_queries.h"
#include "features/wishlist/queries.h"
#include "work/job_queue_queries.h"
#include "work/prune_queries.h"
#include "work/queries.h"
#include "work/schedule_queries.h"

using namespace marque;

namespace {

/// A migrated database with the launch markets, gone when the test is.
struct FreshDatabase {
    std::string directory = "/tmp/marque-statements-" + std::to_string(::getpid());
    db::EmbeddedCluster cluster{directory};
    db::AdminConnection connection{cluster.url("statements")};

    FreshDatabase() {
        db::migrate_up(connection, db::embedded_migrations());
        markets::seed(connection, {}, {});
    }
    ~FreshDatabase() { std::filesystem::remove_all(directory); }
    FreshDatabase(const FreshDatabase&) = delete;
    FreshDatabase& operator=(const FreshDatabase&) = delete;
};

FreshDatabase& database() {
    static FreshDatabase instance;
    return instance;
}

template <class Sql>
void check_all(const Sql& sql) {
    for_each_member(sql, [](std::string_view, const auto& statement) {
        for (const auto& problem : database().connection.disagreements(statement)) {
            const std::string complaint = std::string{statement.name} + ": " + problem;
            FAIL_CHECK(complaint);
        }
    });
}

struct TableRow {
    std::string name;
    bool secured = false;
    bool forced = false;
    std::int64_t policies = 0;
};
RECORD(TableRow, name, secured, forced, policies);

constexpr db::Statement<TableRow()> market_tables{"test.market_tables", R"(
    SELECT c.relname::text AS name, c.relrowsecurity AS secured, c.relforcerowsecurity AS forced,
           (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'market' AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace)"};

struct PaymentMoveRow {
    std::string from_status;
    std::string to_status;
};
RECORD(PaymentMoveRow, from_status, to_status);

constexpr db::Statement<PaymentMoveRow()> payment_moves{"test.payment_moves",
                                                        "SELECT from_status, to_status FROM payment_moves"};

}  // namespace

TEST_CASE("every statement agrees with its declared types") {
    check_all(markets::sql);
    check_all(markets::custom_sql);
    check_all(markets::readiness_sql);
    check_all(markets::manage_sql);
    check_all(identity::sql);
    check_all(identity::code_sql);
    check_all(identity::session_sql);
    check_all(identity::development_sql);
    check_all(catalog::sql);
    check_all(catalog::writer_sql);
    check_all(catalog::bulk_sql);
    check_all(catalog::managing_sql);
    check_all(catalog::category_sql);
    check_all(catalog::exporting::sql);
    check_all(cart::sql);
    check_all(cart::carry_sql);
    check_all(inventory::sql);
    check_all(orders::sql);
    check_all(orders::sales_sql);
    check_all(payments::sql);
    check_all(payments::refund_sql);
    check_all(payments::event_sql);
    check_all(invoices::sql);
    check_all(management::sql);
    check_all(management::list_sql);
    check_all(work::schedule_sql);
    check_all(work::prune_sql);
    check_all(sms::prune_sql);
    check_all(orders::managed_sql);
    check_all(orders::address_sql);
    check_all(orders::explain_sql);
    check_all(catalog::explain_sql);
    check_all(customers::sql);
    check_all(customers::care_sql);
    check_all(customers::owner_sql);
    check_all(analytics::sql);
    check_all(analytics::report_sql);
    check_all(media::sql);
    check_all(media::work_sql);
    check_all(messages::sql);
    check_all(messages::own_sql);
    check_all(messages::manage_sql);
    check_all(messages::prune_sql);
    check_all(notifications::sql);
    check_all(reviews::sql);
    check_all(banners::sql);
    check_all(profile::sql);
    check_all(profile::address_sql);
    check_all(profile::payment_method_sql);
    check_all(webhooks::event_sql);
    check_all(webhooks::work_sql);
    check_all(webhooks::manage_sql);
    check_all(webhooks::prune_sql);
    check_all(wishlist::sql);
    check_all(wishlist::carry_sql);
    check_all(work::sql);
    check_all(work::job_sql);
    check_all(work::queue_sql);
    check_all(app::market_sql);
    check_all(sms::sql);
    check_all(work::idempotency_sql);
}

TEST_CASE("[R19] every table with a market column is under forced row-level security, with a policy for each market") {
    const auto tables = database().connection.rows(market_tables);
    CHECK(tables.size() > 20);
    for (const auto& table : tables) {
        INFO(table.name);
        CHECK(table.secured);
        CHECK(table.forced);
        CHECK(table.policies >= 3);
    }
}

TEST_CASE("the moves of payments are the same in the code and in the database") {
    std::set<std::pair<std::string, std::string>> in_code;
    for (const auto& move : payments::moves) in_code.emplace(enum_word(move.from), enum_word(move.to));
    std::set<std::pair<std::string, std::string>> in_database;
    for (const auto& row : database().connection.rows(payment_moves))
        in_database.emplace(row.from_status, row.to_status);
    CHECK(in_code == in_database);
}

TEST_CASE("[R116] every migration can be undone and applied again") {
    auto& connection = database().connection;
    int undone = 0;
    while (db::migrate_down_one(connection, db::embedded_migrations(), true)) ++undone;
    CHECK(undone == static_cast<int>(db::embedded_migrations().size()));
    CHECK(db::migrate_up(connection, db::embedded_migrations()).size() == db::embedded_migrations().size());
    CHECK(markets::seed(connection, {}, {}) == 2);
    CHECK(markets::seed(connection, {}, {}) == 0);
}
