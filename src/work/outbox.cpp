// Emitting and relaying events.
#include "work/outbox.h"

#include <algorithm>

#include "core/log.h"
#include "work/queries.h"

namespace marque::work {

void emit_json(db::Transaction& transaction, MarketCode market, std::string_view topic, std::string payload) {
    transaction.execute(sql.emit, market, std::string{topic}, db::JsonText{std::move(payload)});
}

namespace {

Task<void> one_after_other(const Handler& first, const Handler& second, db::Handle db, const Event& event) {
    co_await first(db, event);
    co_await second(db, event);
}

/// What went wrong in the handler, or empty.
Task<std::string> carry_out(db::Handle db, const Handler& handler, const Event& event) {
    try {
        co_await handler(db, event);
    } catch (const std::exception& error) {
        co_return error.what();
    }
    co_return std::string{};
}

}  // namespace

void add_handler(std::map<std::string, Handler, std::less<>>& handlers, std::string_view topic, Handler handler) {
    auto& place = handlers[std::string{topic}];
    if (!place) {
        place = std::move(handler);
        return;
    }
    // The pair stays with the table of handlers, which outlives every event under way.
    const auto both = std::make_shared<const std::pair<Handler, Handler>>(std::move(place), std::move(handler));
    place = [both](db::Handle db, const Event& event) {
        return one_after_other(both->first, both->second, std::move(db), event);
    };
}

Task<int> relay_once(db::Handle db, const std::map<std::string, Handler, std::less<>>& handlers) {
    const auto due = co_await db.find(sql.any_due);
    if (!due) co_return 0;
    auto rows = co_await db.write(sql.take, relay_batch_max);
    std::ranges::sort(rows, {}, &EventRow::id);
    std::vector<std::int64_t> done;
    for (auto& row : rows) {
        const Event event{row.market, row.id, std::move(row.topic), std::move(row.payload.text)};
        const auto handler = handlers.find(event.topic);
        std::string trouble;
        if (handler != handlers.end()) trouble = co_await carry_out(db, handler->second, event);
        if (trouble.empty()) {
            done.push_back(event.id);
            continue;
        }
        log::error("outbox.failed", {{"market", event.market.to_text()}, {"topic", event.topic}, {"what", trouble}});
        co_await db.execute(sql.failed, event.id, trouble);
    }
    // One commit for the whole batch: under load each order's event would otherwise cost one of its own.
    if (!done.empty()) co_await db.execute(sql.done, done);
    co_return static_cast<int>(rows.size());
}

}  // namespace marque::work
