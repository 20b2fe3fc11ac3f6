#pragma once
// The seam to whoever carries an SMS: Twilio, a local gateway, or nobody in development.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/market.h"
#include "core/task.h"
#include "db/handle.h"

namespace marque::sms {

struct Outgoing {
    MarketCode market;
    std::string phone;    // E.164
    std::string message;  // UTF-8
    /// The same at every try, with every provider: "kg1207". Who understands it sends one SMS for it.
    std::string key;
    std::int64_t delivery = 0;   // this very try
    std::int32_t useful_s = 60;  // after that nobody wants it any more
};

/// How asking a provider ended.
struct Outcome {
    enum class Kind {
        accepted,
        refused,  // this number will never get it, whoever is asked
        failed,   // another provider, or the same later, may do better
    };
    Kind kind = Kind::failed;
    std::optional<std::string> provider_message_id;
    std::optional<std::string> error;  // for logs and the delivery's row: no phone, no text, no secret
};

class Provider {
public:
    virtual ~Provider() = default;
    /// Must not touch itself after its last wait: the server may be going away.
    virtual Task<Outcome> send(db::Handle db, Outgoing message) = 0;
};

/// What a provider's answer or report says of a message, in the words of sms_deliveries.status.
struct Report {
    std::string status;  // accepted, sent, delivered or undelivered; empty: nothing new
    std::optional<std::string> error;
};

}  // namespace marque::sms
