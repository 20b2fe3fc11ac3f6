// Looking whether a catalogue changed: what the log of changes holds that no look has seen, and what the clock brings.
#include "features/catalog/catalog.h"

#include "core/log.h"

namespace marque::catalog {
namespace {

/// Rows of the log live for an hour, so whoever did not look for half of it may have missed some.
constexpr std::chrono::minutes log_trusted_for{30};
constexpr std::chrono::minutes prune_interval{1};
/// Reading more products one by one takes longer than reading all.
constexpr std::size_t changed_max = 2'000;
/// The number after the last transaction there can be.
constexpr std::string_view no_transaction = "18446744073709551615";

/// Everything inside is read as of one moment.
class ReadOnly {
public:
    explicit ReadOnly(db::AdminConnection& connection) : connection_(connection) {
        connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }
    void end() { connection_.run("COMMIT"); }

private:
    db::AdminConnection& connection_;  // one that failed in between is given up by whoever watches
};

}  // namespace

void Watcher::look(db::AdminConnection& connection, const MarketInfo& market) {
    connection.become(market.code.to_text());
    auto& seen = seen_[market.code];
    const auto now = std::chrono::steady_clock::now();
    const bool same_texts = seen.languages == market.languages && seen.currency == market.currency;
    const bool whole = !seen.snapshot || !same_texts || now - seen.looked_at > log_trusted_for;
    if (!whole && deaf_) return;
    const auto before = seen.snapshot;
    if (whole) {
        load_whole(connection, market, seen);
    } else {
        auto news = read_news(connection, seen);
        const bool clock = news.now.point().time_since_epoch().count() >= seen.snapshot->next_change_us();
        if (news.products.size() > changed_max) {
            load_whole(connection, market, seen);
        } else if (news.everything || !news.products.empty() || clock) {
            load_changed(connection, market, seen);
        } else {
            seen.oldest_open = std::move(news.oldest_open);
            seen.handled = std::move(news.ids);
        }
    }
    seen.looked_at = now;
    if (seen.snapshot == before) return prune(connection, market, seen);
    publish_(market.code, seen.snapshot);
}

Watcher::News Watcher::read_news(db::AdminConnection& connection, const Seen& seen) {
    News news;
    for (auto& row : connection.rows(sql.changes, seen.oldest_open)) {
        news.oldest_open = std::move(row.oldest_open);
        news.now = row.now;
        if (!row.id) continue;
        news.ids.insert(*row.id);
        if (seen.handled.contains(*row.id)) continue;
        if (row.product_id) {
            news.products.insert(*row.product_id);
        } else {
            news.everything = true;
        }
    }
    return news;
}

void Watcher::load_whole(db::AdminConnection& connection, const MarketInfo& market, Seen& seen) const {
    const auto began = std::chrono::steady_clock::now();
    ReadOnly moment{connection};
    // Whole tables are joined: hash joins, even where the statistics are too young to say so.
    connection.run("SET LOCAL enable_nestloop = off");
    // Whatever was over before is in what is read now; only the rest may come up again.
    seen.oldest_open = connection.rows(sql.changes, std::string{no_transaction}).front().oldest_open;
    auto news = read_news(connection, seen);
    auto shelves = read_shelves(connection, market);
    shelves.search_abilities = abilities_;
    const auto rows = read_products(connection, market, std::nullopt);
    moment.end();
    Vocabulary vocabulary;
    auto products = make_products(rows, shelves, vocabulary);
    seen.snapshot =
        std::make_shared<const Snapshot>(std::move(shelves), std::move(vocabulary), std::move(products), news.now);
    seen.oldest_open = std::move(news.oldest_open);
    seen.handled = std::move(news.ids);
    seen.languages = market.languages;
    seen.currency = market.currency;
    const auto took = std::chrono::steady_clock::now() - began;
    log::info("catalog.loaded",
              {{"market", market.code.to_text()},
               {"products", std::to_string(seen.snapshot->product_count())},
               {"bytes", std::to_string(seen.snapshot->memory_bytes())},
               {"ms", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count())}});
}

void Watcher::load_changed(db::AdminConnection& connection, const MarketInfo& market, Seen& seen) const {
    const auto began = std::chrono::steady_clock::now();
    ReadOnly moment{connection};
    auto news = read_news(connection, seen);
    const auto by_clock = seen.snapshot->changing_until(news.now);
    news.products.insert(by_clock.begin(), by_clock.end());
    std::optional<Shelves> shelves;  // where something of them changed
    if (news.everything) {
        shelves = read_shelves(connection, market);
        shelves->search_abilities = abilities_;
        if (!shelves->same_but_for_synonyms(seen.snapshot->shelves())) {
            moment.end();
            return load_whole(connection, market, seen);
        }
    }
    const std::vector<std::int64_t> ids(news.products.begin(), news.products.end());
    const auto rows = read_products(connection, market, ids);
    moment.end();
    Vocabulary vocabulary = seen.snapshot->vocabulary();
    auto made = make_products(rows, seen.snapshot->shelves(), vocabulary);
    std::set<std::int64_t> gone = news.products;
    for (const auto& entry : made) gone.erase(entry.first);
    for (const auto id : gone) made.emplace_back(id, nullptr);
    seen.snapshot = seen.snapshot->with(made, std::move(vocabulary), news.now);
    if (shelves) seen.snapshot = seen.snapshot->with_synonyms(std::move(*shelves));
    seen.oldest_open = std::move(news.oldest_open);
    seen.handled = std::move(news.ids);
    const auto took = std::chrono::steady_clock::now() - began;
    log::info("catalog.changed",
              {{"market", market.code.to_text()},
               {"products", std::to_string(made.size())},
               {"ms", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count())}});
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
