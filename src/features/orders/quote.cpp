// From lines to a total: weight, way of shipping, discounts, shipping, tax, in this order.
#include "features/orders/quote.h"

#include <algorithm>

namespace marque::orders {
namespace {

__extension__ using Wide = __int128;

/// The whole of one quote under way.
struct Work {
    const Rulebook& rules;
    std::span<const QuoteLine> lines;
    const QuoteChoices& choices;
    Quote quote;

    [[nodiscard]] std::int64_t net() const { return quote.subtotal_minor - quote.discount_minor; }
};

const Refusal* add_up(Work& work) {
    Wide subtotal = 0;
    for (const auto& line : work.lines) {
        subtotal += static_cast<Wide>(line.price_minor) * line.quantity;
        if (line.price_minor < 0 || line.quantity < 1 || subtotal > amount_minor_max) return &amount_too_large;
        work.quote.lines.push_back({.subtotal_minor = line.price_minor * line.quantity});
        work.quote.weight_g += line.weight_g.value_or(work.rules.default_weight_g) * line.quantity;
    }
    work.quote.subtotal_minor = static_cast<std::int64_t>(subtotal);
    return nullptr;
}

/// The zone's ways that take this weight; the chosen one among them, or the first.
const Refusal* choose_shipping(Work& work) {
    auto& quote = work.quote;
    quote.zone = work.rules.shipping.zone_of(work.choices.region);
    if (quote.zone == nullptr) return &shipping_unavailable;
    for (const auto& option : quote.zone->options) {
        if (!shipping::Book::carries(option, quote.weight_g)) continue;
        quote.offered.push_back({&option, 0});
        const bool wanted = !work.choices.shipping_option || option.code == *work.choices.shipping_option;
        if (wanted && quote.option == nullptr) quote.option = &option;
    }
    if (quote.option == nullptr) return &shipping_unavailable;
    const auto& point = work.choices.pickup_point;
    if (quote.option->kind != shipping::Kind::pickup) return point ? &pickup_point_unknown : nullptr;
    if (!point) return work.choices.point_may_follow ? nullptr : &pickup_point_unknown;
    const auto found = std::ranges::find(quote.zone->points, *point, &shipping::PointRow::code);
    if (found == quote.zone->points.end()) return &pickup_point_unknown;
    quote.point = &*found;
    return nullptr;
}

void discount(Work& work, std::span<const promotions::UsesRow> uses) {
    std::vector<promotions::Line> lines;
    lines.reserve(work.lines.size());
    for (const auto& line : work.lines) {
        lines.push_back({line.price_minor, line.quantity, line.product, line.brand, line.categories});
    }
    auto outcome = promotions::evaluate(work.rules.promotions,
                                        {.lines = lines,
                                         .codes = work.choices.codes,
                                         .shipping_option = work.quote.option->code,
                                         .uses = uses,
                                         .now = work.choices.now},
                                        work.rules.arithmetic);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        work.quote.lines[i].discount_minor = outcome.discounts[i];
        work.quote.discount_minor += outcome.discounts[i];
    }
    work.quote.given = std::move(outcome.given);
    work.quote.refused = std::move(outcome.refused);
    work.quote.passed_over = std::move(outcome.passed_over);
}

/// Prices every way that is offered, and takes off what free shipping saves: all of it, by the first such promotion.
void price_shipping(Work& work) {
    auto& quote = work.quote;
    for (auto& offered : quote.offered) {
        offered.price_minor = work.rules.shipping.price_of(*offered.option, work.net(), quote.weight_g);
        if (offered.option == quote.option) quote.shipping_minor = offered.price_minor;
    }
    for (auto& given : quote.given) {
        if (given.promotion->kind != promotions::Kind::free_shipping) continue;
        given.amount_minor = quote.shipping_minor;
        quote.shipping_minor = 0;
    }
    std::erase_if(quote.given, [&](const auto& given) {
        const bool idle = given.amount_minor == 0;
        if (idle) quote.passed_over.push_back({given.promotion, promotions::Reason::no_effect});
        if (idle && given.promotion->code) {
            quote.refused.push_back({*given.promotion->code, promotions::Reason::no_effect});
        }
        return idle;
    });
}

/// Of shipping, such a share is taxed as is of the goods.
std::int64_t taxed_shipping(const Work& work, std::int64_t taxed_goods) {
    if (!work.rules.tax.taxes_shipping(work.choices.region)) return 0;
    const auto& quote = work.quote;
    return work.net() == 0 ? quote.shipping_minor
                           : work.rules.arithmetic.part_of(quote.shipping_minor, taxed_goods, work.net());
}

void take_tax(Work& work) {
    auto& quote = work.quote;
    const auto& rules = work.rules;
    std::int64_t goods = 0;
    for (std::size_t i = 0; i < work.lines.size(); ++i) {
        auto& line = quote.lines[i];
        const auto* rule = rules.tax.find_rule(work.choices.region, work.lines[i].tax_class, work.choices.now);
        line.taxable_minor = tax::taxable_of(rule, line.subtotal_minor - line.discount_minor, work.lines[i].quantity);
        goods += line.taxable_minor;
    }
    const std::int64_t shipping = taxed_shipping(work, goods);
    quote.milli_percent = rules.tax.milli_percent(work.choices.region, work.choices.now);
    quote.taxable_minor = goods + shipping;
    const std::int64_t whole = 100'000 + (rules.tax_inclusive ? quote.milli_percent : 0);
    const auto tax_of = [&](std::int64_t amount) {
        return rules.arithmetic.part_of(amount, quote.milli_percent, whole);
    };
    std::int64_t tax = 0;
    if (rules.arithmetic.by_line()) {
        for (const auto& line : quote.lines) tax += tax_of(line.taxable_minor);
        tax += tax_of(shipping);
    } else {
        tax = tax_of(quote.taxable_minor);
    }
    (rules.tax_inclusive ? quote.tax_included_minor : quote.tax_minor) = tax;
}

}  // namespace

std::expected<Quote, const Refusal*> quote(const Rulebook& rules, std::span<const QuoteLine> lines,
                                           const QuoteChoices& choices, std::span<const promotions::UsesRow> uses) {
    Work work{rules, lines, choices, {}};
    if (const auto* refusal = add_up(work)) return std::unexpected(refusal);
    if (const auto* refusal = choose_shipping(work)) return std::unexpected(refusal);
    discount(work, uses);
    price_shipping(work);
    take_tax(work);
    auto& quote = work.quote;
    const Wide total = static_cast<Wide>(work.net()) + quote.shipping_minor + quote.tax_minor;
    if (total > amount_minor_max) return std::unexpected(&amount_too_large);
    quote.total_minor = static_cast<std::int64_t>(total);
    return std::move(quote);
}

}  // namespace marque::orders
