// From a request to a shopper, and from shoppers to the keys their things are kept under.
#include "features/shoppers/shoppers.h"

#include <fmt/format.h>

#include "core/digest.h"

namespace marque::shoppers {
namespace {

constexpr std::string_view token_header = "X-Cart-Token";
constexpr std::chrono::hours window{1};

/// 32 hexadecimal digits with hyphens.
Uuid uuid_of(std::string_view hex) {
    auto uuid = Uuid::parse(fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                                        hex.substr(16, 4), hex.substr(20, 12)));
    check(uuid.has_value(), "32 digits that make no UUID");
    return std::move(*uuid);
}

std::unique_ptr<http::FloodLimiter> limiter_of(int uses_per_hour, std::string_view policy) {
    if (uses_per_hour == 0) return nullptr;
    return std::make_unique<http::FloodLimiter>(uses_per_hour, window, policy);
}

Refused over(const Refusal& refusal, const Quota& quota) {
    Refused refused{refusal};
    refused.quota = quota;
    return refused;
}

}  // namespace

Uuid key_of(UserId user) { return Uuid::of_number(user.value()); }

Uuid key_of_guest(const Uuid& token) {
    std::string hex = sha256_hex("cart token " + token.to_text());
    hex[12] = '8';  // RFC 9562: version 8, "custom"; the keys of customers have 0 there
    hex[16] = 'a';
    return uuid_of(hex);
}

std::optional<Uuid> cart_token_of(const http::Context& context) {
    const auto header = context.request.header(token_header);
    if (header.empty()) return std::nullopt;
    auto token = Uuid::parse(header);
    if (!token) throw Refused{malformed_cart_token};
    return std::move(*token);
}

Shopper shopper_of(http::Context& context) {
    if (context.caller) return {key_of(context.user().user), context.user().user, std::nullopt};
    Uuid token = cart_token_of(context).value_or(Uuid::random());
    context.add_header(token_header, token.to_text());
    if (!context.response_headers.contains("Cache-Control: ")) context.add_header("Cache-Control", "no-store");
    return {key_of_guest(token), std::nullopt, std::move(token)};
}

GuestLimits::GuestLimits(const Config& config)
    : begun_(limiter_of(config.guest_carts_per_hour, "guest-carts")),
      orders_(limiter_of(config.guest_orders_per_hour, "guest-orders")) {}

bool GuestLimits::may_begin(const http::Context& context, const Shopper& shopper) const {
    return !shopper.is_guest() || begun_ == nullptr || !begun_->look(context.request.remote_address);
}

void GuestLimits::count_begun(const http::Context& context) {
    if (begun_ != nullptr) (void)begun_->refuse(context.request.remote_address);
}

Refused GuestLimits::refusal_to_begin(const http::Context& context) const {
    const auto quota = begun_ == nullptr ? std::nullopt : begun_->look(context.request.remote_address);
    return quota ? over(too_many_guests, *quota) : Refused{too_many_guests};
}

void GuestLimits::require_order(const http::Context& context) {
    if (orders_ == nullptr) return;
    if (const auto quota = orders_->refuse(context.request.remote_address)) throw over(too_many_guest_orders, *quota);
}

}  // namespace marque::shoppers
