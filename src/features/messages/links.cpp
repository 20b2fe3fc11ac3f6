// Signing them and believing them. An address stands in no link: the account's own goes into the signature.
#include "features/messages/links.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace marque::messages {
namespace {

constexpr std::string_view unsubscribe_purpose = "mail unsubscribe";
constexpr std::string_view confirm_purpose = "mail confirm";
constexpr std::string_view address_purpose = "mail address";
constexpr std::int64_t confirm_life_s = 3 * 86'400;

std::string text_of(const Unsubscription& wish) {
    return fmt::format("{}:{}:{}", wish.market.to_text(), wish.who, enum_word(wish.topic));
}

std::string text_of(MarketCode market, UserId user, std::string_view address, std::int64_t expires_s) {
    return fmt::format("{}:{}:{}:{}", market.to_text(), user.to_text(), expires_s, address);
}

bool is_digest(const identity::TokenKey& key, std::string_view purpose, const std::string& text,
               std::string_view signature) {
    bool good = false;
    for (const auto& digest : key.digests(purpose, text)) {
        good = identity::equal_in_constant_time(digest, signature) || good;
    }
    return good;
}

}  // namespace

std::string address_digest(const identity::TokenKey& key, MarketCode market, std::string_view address) {
    return key.digest(address_purpose, market.to_text() + ":" + lowered(address));
}

std::string unsubscribe_path(const identity::TokenKey& key, const Unsubscription& wish, std::string_view language) {
    return fmt::format("/mail/unsubscribe/{}/{}/{}/{}?lang={}", wish.market.to_text(), wish.who, enum_word(wish.topic),
                       key.digest(unsubscribe_purpose, text_of(wish)), language);
}

bool is_signed(const identity::TokenKey& key, const Unsubscription& wish, std::string_view signature) {
    return is_digest(key, unsubscribe_purpose, text_of(wish), signature);
}

std::string confirm_path(const identity::TokenKey& key, MarketCode market, UserId user, std::string_view address,
                         Timestamp now, std::string_view language) {
    const std::int64_t expires_s = now.unix_s() + confirm_life_s;
    return fmt::format("/mail/confirm/{}/{}/{}/{}?lang={}", market.to_text(), user.to_text(), expires_s,
                       key.digest(confirm_purpose, text_of(market, user, address, expires_s)), language);
}

bool confirms(const identity::TokenKey& key, MarketCode market, UserId user, std::string_view address,
              std::int64_t expires_s, std::string_view signature) {
    return is_digest(key, confirm_purpose, text_of(market, user, address, expires_s), signature);
}

}  // namespace marque::messages
