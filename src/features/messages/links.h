#pragma once
// Links in mails that need no log-in: signed with the server's own secret, good for one thing only.

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "features/identity/identity.h"
#include "features/messages/kinds.h"

namespace marque::messages {

/// Who wants no more of what: a customer's number, or the digest of a guest's address.
struct Unsubscription {
    MarketCode market;
    std::string who;
    Topic topic = Topic::orders;
};

/// A guest's address as it is remembered when it wants no more.
[[nodiscard]] std::string address_digest(const identity::TokenKey& key, MarketCode market, std::string_view address);

[[nodiscard]] std::string unsubscribe_path(const identity::TokenKey& key, const Unsubscription& wish,
                                           std::string_view language);
[[nodiscard]] bool is_signed(const identity::TokenKey& key, const Unsubscription& wish, std::string_view signature);

/// Good for three days, and while the address is the account's.
[[nodiscard]] std::string confirm_path(const identity::TokenKey& key, MarketCode market, UserId user,
                                       std::string_view address, Timestamp now, std::string_view language);
[[nodiscard]] bool confirms(const identity::TokenKey& key, MarketCode market, UserId user, std::string_view address,
                            std::int64_t expires_s, std::string_view signature);

}  // namespace marque::messages
