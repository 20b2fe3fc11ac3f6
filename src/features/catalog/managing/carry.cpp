// Each database is written under a lock for what is carried, which is read only then: whoever comes last brings the
// last state, in whichever order they came.
#include "features/catalog/managing/carry.h"

#include "core/check.h"
#include "core/text.h"
#include "features/catalog/managing/category_queries.h"
#include "features/catalog/managing/turn.h"
#include "json/read.h"

namespace marque::catalog {
namespace {

db::Handle handle_of(db::Cluster& cluster, MarketCode market, const BracketOf& bracket_of) {
    const auto handle = cluster.market(market);
    return bracket_of ? handle.bracketed_by(bracket_of(market)) : handle;
}

const std::string shared_role = "marque_shared";
const std::string all = "ALL";

std::string role_of(MarketCode market) { return "marque_" + market.to_text(); }

Task<void> carry_product_to(db::Handle from, db::Handle to, MarketCode market, std::string slug) {
    auto transaction = co_await to.begin();
    transaction.query(managing_sql.lock_market, market);
    const auto known = transaction.query(managing_sql.head, std::nullopt, all, slug);
    co_await transaction.flush();
    const auto head = co_await from.find(managing_sql.head, std::nullopt, all, slug);
    if (!head) co_return;
    BulkProduct product = co_await read_product(from, *head, true);
    const auto here = known.find();
    const auto place = co_await find_place(transaction, all, head->category, head->subcategory);
    product.category_market = place.market;
    product.category_id = place.category_id;
    product.subcategory_id = place.subcategory_id;
    transaction.query(managing_sql.act_as, shared_role);
    co_await write_product(transaction, all, here ? std::optional{here->id} : std::nullopt, std::move(product));
    transaction.query(managing_sql.act_as, role_of(market));
    co_await transaction.commit();
}

Task<void> carry_category_to(db::Handle from, db::Handle to, MarketCode market, std::string slug) {
    auto transaction = co_await to.begin();
    transaction.query(managing_sql.lock_market, market);
    co_await transaction.flush();
    const auto line = co_await from.rows(category_sql.line_of, all, slug);
    transaction.query(managing_sql.act_as, shared_role);
    for (const auto& row : line) {
        transaction.query(category_sql.put_shared, row.slug, row.parent, row.name, row.icon, row.image_url,
                          row.sort_order, row.is_active);
        transaction.execute(category_sql.put_texts, all, row.slug, row.languages, row.names);
        co_await transaction.flush();
    }
    transaction.query(managing_sql.act_as, role_of(market));
    co_await transaction.commit();
}

}  // namespace

std::vector<MarketCode> other_databases(const db::Cluster& cluster, MarketCode home) {
    std::vector<MarketCode> chosen;
    for (const auto& market : cluster.markets()) {
        bool known = cluster.same_database(home, market);
        for (const auto& other : chosen) known = known || cluster.same_database(other, market);
        if (!known) chosen.push_back(market);
    }
    return chosen;
}

bool has_other_databases(const db::Cluster& cluster, MarketCode market) {
    return !other_databases(cluster, market).empty();
}

Task<void> carry_product(db::Cluster& cluster, MarketCode home, std::string slug, BracketOf bracket_of) {
    const auto from = cluster.market(home);
    for (const auto& market : other_databases(cluster, home)) {
        co_await carry_product_to(from, handle_of(cluster, market, bracket_of), market, slug);
    }
}

Task<void> carry_category(db::Cluster& cluster, MarketCode home, std::string slug, BracketOf bracket_of) {
    const auto from = cluster.market(home);
    for (const auto& market : other_databases(cluster, home)) {
        co_await carry_category_to(from, handle_of(cluster, market, bracket_of), market, slug);
    }
}

namespace {

template <class Change>
std::string slug_of(const work::Event& event) {
    const auto change = json::read_text<Change>(event.payload);
    check(change.has_value(), "an event of the catalogue that cannot be read");
    return change->slug;
}

}  // namespace

void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers, db::Cluster& cluster) {
    work::add_handler(handlers, work::SharedProductChanged::topic, [&cluster](db::Handle, const work::Event& event) {
        return carry_product(cluster, event.market, slug_of<work::SharedProductChanged>(event), {});
    });
    work::add_handler(handlers, work::SharedCategoryChanged::topic, [&cluster](db::Handle, const work::Event& event) {
        return carry_category(cluster, event.market, slug_of<work::SharedCategoryChanged>(event), {});
    });
}

}  // namespace marque::catalog
