// Loading a market's catalogue, and looking whether it changed: what the log of changes holds that no look has seen.
#include "features/catalog/catalog.h"

#include "core/log.h"

namespace marque::catalog {
namespace {

/// Servers that did not look for so long load everything anew, so older changes are of no use to anybody.
constexpr std::chrono::minutes prune_interval{1};
/// The number after the last one there can be.
constexpr std::string_view no_transaction = "18446744073709551615";

}  // namespace

std::shared_ptr<const Snapshot> load_snapshot(db::AdminConnection& connection, const MarketInfo& market) {
    // Whole tables are joined: hash joins, even where the statistics are too young to say so.
    connection.run("SET LOCAL enable_nestloop = off");
    CatalogRows rows;
    rows.categories = connection.rows(sql.categories);
    rows.category_texts = connection.rows(sql.category_texts);
    rows.products = connection.rows(sql.products);
    rows.product_texts = connection.rows(sql.product_texts);
    rows.features = connection.rows(sql.features);
    rows.images = connection.rows(sql.images);
    rows.skus = connection.rows(sql.skus);
    return std::make_shared<const Snapshot>(market, std::move(rows));
}

void Watcher::look(db::AdminConnection& connection, const MarketInfo& market) {
    connection.become(market.code.to_text());
    auto& seen = seen_[market.code];
    const bool same_texts = seen.languages == market.languages && seen.currency == market.currency;
    if (seen.snapshot && same_texts) {
        if (deaf_) return;
        auto news = read_news(connection, seen);
        if (!news.any) {
            seen.oldest_open = std::move(news.oldest_open);
            seen.handled = std::move(news.ids);
            prune(connection, market, seen);
            return;
        }
    }
    load(connection, market, seen);
    log::info("catalog.loaded",
              {{"market", market.code.to_text()}, {"products", std::to_string(seen.snapshot->products().size())}});
    publish_(market.code, seen.snapshot);
}

Watcher::News Watcher::read_news(db::AdminConnection& connection, const Seen& seen) {
    News news;
    for (auto& row : connection.rows(sql.changes, seen.oldest_open)) {
        news.oldest_open = std::move(row.oldest_open);
        if (!row.id) continue;
        news.ids.insert(*row.id);
        news.any = news.any || !seen.handled.contains(*row.id);
    }
    return news;
}

void Watcher::load(db::AdminConnection& connection, const MarketInfo& market, Seen& seen) {
    connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    // Whatever was over before is in what is read now; only the rest may come up again.
    seen.oldest_open = connection.rows(sql.changes, std::string{no_transaction}).front().oldest_open;
    auto news = read_news(connection, seen);
    seen.snapshot = load_snapshot(connection, market);
    connection.run("COMMIT");
    seen.oldest_open = std::move(news.oldest_open);
    seen.handled = std::move(news.ids);
    seen.languages = market.languages;
    seen.currency = market.currency;
}

void Watcher::prune(db::AdminConnection& connection, const MarketInfo& market, Seen& seen) {
    const auto now = std::chrono::steady_clock::now();
    if (now - seen.pruned_at < prune_interval) return;
    seen.pruned_at = now;
    connection.execute(sql.prune_changes);
    connection.become("shared");
    connection.execute(sql.prune_changes);
    connection.become(market.code.to_text());
}

}  // namespace marque::catalog
