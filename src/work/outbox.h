#pragma once
// The outbox: work that must follow a committed transaction is a row written inside it; the relay carries it out.

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/record.h"
#include "db/handle.h"
#include "json/write.h"
#include "work/events.h"

namespace marque::work {

void emit_json(db::Transaction& transaction, MarketCode market, std::string_view topic, std::string payload);

/// Writes the event (a record of work/events.h) into the transaction; it exists if and only if that commits.
template <Record T>
void emit(db::Transaction& transaction, MarketCode market, const T& payload) {
    emit_json(transaction, market, T::topic, json::written(payload));
}

/// An event under way: handlers may see it more than once, never out of a committed transaction.
struct Event {
    MarketCode market;
    std::int64_t id = 0;
    std::string topic;
    std::string payload;
};

/// Carries out one event with the market's handle; throwing leaves it for a later try.
using Handler = std::function<Task<void>(db::Handle, const Event&)>;

/// Adds a handler for a topic, after those it has already. One that fails has the event come again for all of them.
void add_handler(std::map<std::string, Handler, std::less<>>& handlers, std::string_view topic, Handler handler);

/// Takes due events of the market (leasing them, so several servers share the work), calls the handlers, marks them
/// done. Returns how many it took. Events nobody handles are done at once.
Task<int> relay_once(db::Handle db, const std::map<std::string, Handler, std::less<>>& handlers);

/// Retries are spaced by doubling, from a second to an hour.
inline constexpr int relay_batch_max = 50;

}  // namespace marque::work
