// Looking up, replaying and keeping answers by key.
#include "work/idempotency.h"

#include <algorithm>

#include "core/digest.h"
#include "work/queries.h"

namespace marque::work {

Idempotency::Idempotency(MarketCode market, UserId user, std::string_view route, std::string_view key,
                         std::string_view body)
    : Idempotency(market, Uuid::of_number(user.value()), route, key, body) {}

Idempotency::Idempotency(MarketCode market, Uuid scope, std::string_view route, std::string_view key,
                         std::string_view body)
    : market_(market), scope_(std::move(scope)), route_(route), key_(key) {
    const auto printable = [](char c) { return c > 0x20 && c < 0x7F; };
    if (key.size() > 200 || !std::ranges::all_of(key, printable)) throw Refused{idempotency_key_malformed};
    if (!key.empty()) body_hash_ = sha256_hex(body);
}

void Idempotency::look_up(db::Transaction& transaction) {
    if (!key_.empty()) pending_ = transaction.query(idempotency_sql.find, scope_, route_, key_);
}

std::optional<StoredAnswer> Idempotency::found() const {
    if (!pending_) return std::nullopt;
    auto stored = pending_->find();
    if (stored && stored->body_hash != body_hash_) throw Refused{idempotency_key_reused};
    return stored;
}

void Idempotency::store(db::Transaction& transaction, int status, const std::string& body) const {
    if (key_.empty()) return;
    transaction.execute(idempotency_sql.store, market_, scope_, route_, key_, body_hash_, status, body);
}

}  // namespace marque::work
