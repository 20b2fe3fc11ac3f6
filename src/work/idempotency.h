#pragma once
// One Idempotency-Key, one effect (ruling 25): the answer is kept in the transaction of the effect and replayed.

#include <optional>
#include <string>
#include <string_view>

#include "core/id.h"
#include "core/record.h"
#include "core/refusal.h"
#include "core/text.h"
#include "db/handle.h"

namespace marque::work {

inline constexpr Refusal idempotency_key_malformed{
    400, "idempotency.malformed_key", "Idempotency-Key must be 1 to 200 printable characters without spaces"};
inline constexpr Refusal idempotency_key_reused{422, "idempotency.key_reused",
                                                "This Idempotency-Key was used with another body"};

struct StoredAnswer {
    std::string body_hash;
    std::int32_t status = 0;
    std::string body;
};
RECORD(StoredAnswer, body_hash, status, body);

/// A request that must have its effect once. Without a key everything here does nothing. The transaction must hold a
/// lock that a twin of the request waits for before look_up(), or be ready for the constraint idempotency_keys_once.
class Idempotency {
public:
    /// `key` as it came in the header, empty for none; refuses (idempotency_key_malformed) what is no key.
    Idempotency(MarketCode market, UserId user, std::string_view route, std::string_view key, std::string_view body);
    /// The same for who is no account: `scope` is what only they can name, and its key of answers.
    Idempotency(MarketCode market, Uuid scope, std::string_view route, std::string_view key, std::string_view body);
    /// Queues the question for an earlier answer.
    void look_up(db::Transaction& transaction);
    /// After the flush: the earlier answer; refuses (idempotency_key_reused) where it belongs to another body.
    [[nodiscard]] std::optional<StoredAnswer> found() const;
    /// Queues the keeping of this answer.
    void store(db::Transaction& transaction, int status, const std::string& body) const;

private:
    MarketCode market_;
    Uuid scope_;
    std::string route_;
    std::string key_;
    std::string body_hash_;
    std::optional<db::Pending<StoredAnswer>> pending_;
};

}  // namespace marque::work
