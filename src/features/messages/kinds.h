#pragma once
// What the shop tells people: each kind with its topic, the values its texts may name, and the words it has by itself.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/market.h"
#include "core/record.h"

namespace marque::messages {

enum class Kind {
    order_created,
    order_confirmed,
    order_shipped,
    order_delivered,
    order_cancelled,
    payment_paid,
    payment_refund_pending,
    payment_partially_refunded,
    payment_refunded,
    return_approved,
    return_rejected,
    return_received,
    review_approved,
    review_rejected,
    back_in_stock,
    entered_anew,
    email_changed,
    confirm_email,
};
ENUMERATION(Kind, order_created, order_confirmed, order_shipped, order_delivered, order_cancelled, payment_paid,
            payment_refund_pending, payment_partially_refunded, payment_refunded, return_approved, return_rejected,
            return_received, review_approved, review_rejected, back_in_stock, entered_anew, email_changed,
            confirm_email)

enum class Channel { app, sms, mail };
ENUMERATION(Channel, app, sms, mail)

/// What people turn on and off: kinds that belong together.
enum class Topic { orders, reviews, stock, marketing, security };
ENUMERATION(Topic, orders, reviews, stock, marketing, security)

/// Of security: cannot be turned off. Of marketing: off until somebody turns it on.
[[nodiscard]] constexpr bool is_fixed(Topic topic) { return topic == Topic::security; }
[[nodiscard]] constexpr bool is_on_by_itself(Topic topic) { return topic != Topic::marketing; }

struct KindFacts {
    Kind kind = Kind::order_created;
    Topic topic = Topic::orders;
    bool in_app = true;
    std::vector<std::string_view> placeholders;
};
[[nodiscard]] const KindFacts& facts_of(Kind kind);
[[nodiscard]] std::span<const KindFacts> all_kinds();

/// Texts by the names of placeholders, without braces.
using Values = std::map<std::string, std::string, std::less<>>;

/// A title or subject, and what follows it.
struct Words {
    std::string subject;
    std::string body;
};

/// The server's own words, with placeholders; a language that is not here is told in English.
[[nodiscard]] Words default_words(Kind kind, Channel channel, std::string_view language);

/// What a preview shows in the place of each placeholder.
[[nodiscard]] Values sample_values(std::string_view language);

/// What is said around a mail, in its language.
struct Frame {
    std::string_view unsubscribe;       // before the link
    std::string_view unsubscribe_ask;   // the page's question
    std::string_view unsubscribe_done;  // and what it says afterwards
    std::string_view confirm_ask;
    std::string_view confirm_done;
    std::string_view link_over;  // a link that is over or was changed
    std::string_view button;
};
[[nodiscard]] const Frame& frame_of(std::string_view language);

}  // namespace marque::messages
