// Buyers, the scope of their Idempotency-Keys, and the signature that lets a guest see an order again.
#include "features/orders/buyer.h"

#include <fmt/format.h>

namespace marque::orders {
namespace {

constexpr std::string_view access_purpose = "order access";

std::string signed_text(MarketCode market, OrderId order) {
    return fmt::format("{}:{}", market.to_text(), order.to_text());
}

}  // namespace

shoppers::Shopper buyer_of(http::Context& context, const CreateOrder& wanted) {
    if (context.caller) return shoppers::shopper_of(context);
    if (wanted.address_id) {
        throw Refused{http::invalid_input,
                      "address_id: a guest keeps no addresses; give delivery_address",
                      {{"address_id", "a guest keeps no addresses; give delivery_address"}}};
    }
    context.service<shoppers::GuestLimits>().require_order(context);
    if (shoppers::cart_token_of(context)) return shoppers::shopper_of(context);
    // Of this order only: no cart is kept under it, and the guest is told no token.
    context.add_header("Cache-Control", "no-store");
    return {shoppers::key_of_guest(Uuid::random()), std::nullopt, std::nullopt};
}

work::Idempotency idempotency_of(const http::Context& context, const shoppers::Shopper& buyer, std::string_view route) {
    const auto key = context.request.header("Idempotency-Key");
    Uuid scope = buyer.key;
    if (!key.empty() && buyer.is_guest() && !buyer.token) {
        const auto secret = Uuid::parse(key);
        if (!secret) throw Refused{guest_key_not_uuid};
        scope = shoppers::key_of_guest(*secret);
    }
    return {context.market->code, scope, route, key, context.request.body};
}

std::optional<UserId> owner_asking(http::Context& context, OrderId id, const OrderAccess& access,
                                   const Refusal& absent) {
    if (!access.access) {
        if (!context.caller) throw Refused{http::unauthenticated};
        return context.user().user;
    }
    // The answer is somebody's own, and who asks is known by the link alone.
    context.add_header("Cache-Control", "no-store");
    const auto& key = context.service<identity::TokenKey>();
    const bool good = is_order_access(key, context.market->code, id, access.access->to_text());
    if (!good && !context.thread.config.breaks("any_order_link")) throw Refused{absent};
    return std::nullopt;
}

std::string word_of(std::optional<UserId> buyer) { return buyer ? "user:" + buyer->to_text() : std::string{"guest"}; }

std::string order_access(const identity::TokenKey& key, MarketCode market, OrderId order) {
    return key.digest(access_purpose, signed_text(market, order));
}

bool is_order_access(const identity::TokenKey& key, MarketCode market, OrderId order, std::string_view access) {
    bool good = false;
    for (const auto& digest : key.digests(access_purpose, signed_text(market, order))) {
        good = identity::equal_in_constant_time(digest, access) || good;
    }
    return good;
}

std::string order_link(MarketCode market, OrderId order, std::string_view access) {
    return fmt::format("/api/v1/orders/{}?market={}&access={}", order.to_text(), market.to_text(), access);
}

}  // namespace marque::orders
