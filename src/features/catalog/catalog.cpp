// Loading, and looking whether to load again: another version row means a new snapshot.
#include "features/catalog/catalog.h"

#include "core/log.h"
#include "json/read.h"

namespace marque::catalog {
namespace {

Task<void> on_order_created(db::Handle db, const work::Event& event) {
    const auto order = json::read_text<work::OrderCreated>(event.payload);
    check(order.has_value(), "an order event that the catalogue cannot read");
    const auto sold_out = co_await db.find(sql.sold_out_by, order->order_id.value());
    if (sold_out) co_await db.execute(sql.raise_version, event.market);
}

}  // namespace

std::shared_ptr<const Snapshot> load_snapshot(db::AdminConnection& connection, const MarketInfo& market) {
    connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    // Whole tables are joined: hash joins, even where the statistics are too young to say so.
    connection.run("SET LOCAL enable_nestloop = off");
    CatalogRows rows;
    rows.version = connection.rows(sql.version).front();
    rows.categories = connection.rows(sql.categories);
    rows.category_texts = connection.rows(sql.category_texts);
    rows.products = connection.rows(sql.products);
    rows.product_texts = connection.rows(sql.product_texts);
    rows.features = connection.rows(sql.features);
    rows.images = connection.rows(sql.images);
    rows.skus = connection.rows(sql.skus);
    connection.run("COMMIT");
    return std::make_shared<const Snapshot>(market, std::move(rows));
}

void Watcher::look(db::AdminConnection& connection, const MarketInfo& market) {
    connection.become(market.code.to_text());
    const auto version = connection.rows(sql.version).front();
    auto& seen = seen_[market.code];
    const bool same_texts = seen.languages == market.languages && seen.currency == market.currency;
    if (version == seen.version && same_texts) return;
    auto snapshot = load_snapshot(connection, market);
    seen = {snapshot->version(), market.languages, market.currency};
    log::info("catalog.loaded", {{"market", market.code.to_text()},
                                 {"version", std::to_string(seen.version)},
                                 {"products", std::to_string(snapshot->products().size())}});
    publish_(market.code, std::move(snapshot));
}

void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers) {
    handlers[std::string{work::OrderCreated::topic}] = on_order_created;
}

}  // namespace marque::catalog
