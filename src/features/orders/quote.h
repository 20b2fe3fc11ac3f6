#pragma once
// What an order costs: one pure function from lines, rules and choices to amounts that agree to the minor unit. It
// serves the quote and the order (decision record 24), and `marque quote-check`, for an independent model to compare.

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "core/market.h"
#include "core/refusal.h"
#include "features/promotions/promotions.h"
#include "features/shipping/shipping.h"
#include "features/tax/tax.h"

namespace marque::orders {

inline constexpr Refusal shipping_unavailable{422, "orders.shipping_unavailable",
                                              "This way of shipping is not offered for this order"};
inline constexpr Refusal pickup_point_unknown{422, "orders.pickup_point_unknown",
                                              "Name a pickup point of this way of shipping"};
inline constexpr Refusal amount_too_large{422, "orders.amount_too_large", "The order's amount is too large"};

/// One market's rules at one version of them; never changed, only replaced as a whole.
struct Rulebook {
    MarketCode market;
    std::int64_t version = 0;
    Currency currency;
    std::vector<Language> languages;
    bool tax_inclusive = false;
    std::string tax_label;
    std::int64_t default_weight_g = 0;
    Arithmetic arithmetic;
    shipping::Book shipping;
    tax::Book tax;
    promotions::Book promotions;
};

struct QuoteLine {
    std::int64_t price_minor = 0;
    std::int32_t quantity = 0;
    std::string_view product;
    std::string_view brand;
    std::span<const std::string> categories;  // slugs
    std::string_view tax_class;
    std::optional<std::int64_t> weight_g;  // of one piece
};

struct QuoteChoices {
    std::string region;  // capital letters; empty where none is known
    std::optional<std::string> shipping_option;
    std::optional<std::string> pickup_point;
    std::vector<std::string> codes;  // as promotions::code_of() has them, each once
    Timestamp now;
    bool point_may_follow = false;  // a quote is told before a pickup point is chosen
};

struct QuotedLine {
    std::int64_t subtotal_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t taxable_minor = 0;
};

struct OfferedOption {
    const shipping::OptionRow* option = nullptr;
    std::int64_t price_minor = 0;
};

/// Points into the rulebook it was made from, which must live as long. total = subtotal - discount + shipping + tax.
struct Quote {
    std::vector<QuotedLine> lines;
    std::vector<OfferedOption> offered;
    const shipping::Zone* zone = nullptr;
    const shipping::OptionRow* option = nullptr;
    const shipping::PointRow* point = nullptr;
    std::vector<promotions::Given> given;
    std::vector<promotions::RefusedCode> refused;
    std::vector<promotions::PassedOver> passed_over;
    std::int64_t weight_g = 0;
    std::int64_t subtotal_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t shipping_minor = 0;
    std::int64_t milli_percent = 0;
    std::int64_t taxable_minor = 0;
    std::int64_t tax_minor = 0;           // added on top of the prices
    std::int64_t tax_included_minor = 0;  // contained in the prices
    std::int64_t total_minor = 0;
};

[[nodiscard]] std::expected<Quote, const Refusal*> quote(const Rulebook& rules, std::span<const QuoteLine> lines,
                                                         const QuoteChoices& choices,
                                                         std::span<const promotions::UsesRow> uses);

}  // namespace marque::orders
