// The facts of each kind. Its words stand in words_data.cpp.
#include "features/messages/kinds.h"

#include <algorithm>

#include "core/check.h"

namespace marque::messages {
namespace {

using Names = std::vector<std::string_view>;

/// Every text may name the shop and, where it is known, who is spoken to.
Names with(Names own) {
    own.insert(own.begin(), {"shop", "name"});
    return own;
}

const Names order{"order_number", "amount", "link", "guest_link"};

Names of_order(const Names& more) {
    Names all = with(order);
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

}  // namespace

std::span<const KindFacts> all_kinds() {
    static const std::vector<KindFacts> table{
        {Kind::order_created, Topic::orders, true, of_order({"lines", "totals"})},
        {Kind::order_confirmed, Topic::orders, true, of_order({})},
        {Kind::order_shipped, Topic::orders, true, of_order({"parcel", "tracking_url"})},
        {Kind::order_delivered, Topic::orders, true, of_order({})},
        {Kind::order_cancelled, Topic::orders, true, of_order({"reason"})},
        {Kind::payment_paid, Topic::orders, false, of_order({})},  // in the app the confirmed order tells it
        {Kind::payment_refund_pending, Topic::orders, true, of_order({})},
        {Kind::payment_partially_refunded, Topic::orders, true, of_order({"refunded"})},
        {Kind::payment_refunded, Topic::orders, true, of_order({"refunded"})},
        {Kind::return_approved, Topic::orders, true, of_order({})},
        {Kind::return_rejected, Topic::orders, true, of_order({"reason"})},
        {Kind::return_received, Topic::orders, true, of_order({})},
        {Kind::review_approved, Topic::reviews, true, with({"product_name", "link"})},
        {Kind::review_rejected, Topic::reviews, true, with({"product_name", "reason", "link"})},
        {Kind::back_in_stock, Topic::stock, true, with({"product_name", "size", "link"})},
        {Kind::entered_anew, Topic::security, true, with({"device", "link"})},
        {Kind::email_changed, Topic::security, true, with({"link"})},
        {Kind::confirm_email, Topic::security, false, with({"link"})},
    };
    return table;
}

const KindFacts& facts_of(Kind kind) {
    const auto all = all_kinds();
    const auto found = std::ranges::find(all, kind, &KindFacts::kind);
    check(found != all.end(), "a kind of message without its facts");
    return *found;
}

}  // namespace marque::messages
