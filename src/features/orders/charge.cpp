// Between requests, rows and quote().
#include "features/orders/charge.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/gate.h"
#include "json/read.h"

namespace marque::orders {
namespace {

constexpr std::size_t codes_max = 10;

struct KeptPromotion {
    std::optional<std::string> code;
    std::string name;
    promotions::Kind kind = promotions::Kind::percentage;
    std::int64_t amount_minor = 0;
};
RECORD(KeptPromotion, code, name, kind, amount_minor);

/// OrderLineRow::charges.
struct KeptCharges {
    std::optional<std::string> shipping_option;
    std::optional<std::string> shipping_name;
    std::optional<std::string> pickup_point;
    std::optional<std::string> tax_label;
    std::optional<std::string> tax_region;
    std::int64_t tax_milli_percent = 0;
    std::int64_t taxable_minor = 0;
    Rounding rounding = Rounding::order_half_up;
    std::vector<KeptPromotion> promotions;
};
RECORD(KeptCharges, shipping_option, shipping_name, pickup_point, tax_label, tax_region, tax_milli_percent,
       taxable_minor, rounding, promotions);

const std::string& name_of(const promotions::Promotion& promotion, const Language& language) {
    const auto found = promotion.names.find(language);
    return found == promotion.names.end() ? promotion.name : found->second;
}

}  // namespace

WantedItems merged(const std::vector<OrderedItem>& items) {
    std::map<SkuId, std::int32_t> by_sku;
    for (const auto& item : items) by_sku[item.sku_id] += item.quantity.value();
    WantedItems wanted;
    for (const auto& [sku, quantity] : by_sku) {
        wanted.skus.push_back(sku);
        wanted.quantities.push_back(quantity);
    }
    return wanted;
}

std::vector<FieldError> shortages_of(const std::vector<OrderableRow>& lines) {
    std::vector<FieldError> errors;
    for (const auto& line : lines) {
        if (!line.is_sold || line.available >= line.quantity) continue;
        errors.push_back(
            {"items", fmt::format("{}: {} wanted, {} left", line.sku_code, line.quantity, line.available)});
    }
    return errors;
}

void check_lines(const std::vector<SkuId>& named, const std::vector<OrderableRow>& lines) {
    if (lines.empty() && named.empty()) throw Refused{cart_empty};
    std::vector<FieldError> missing;
    for (const auto sku : named) {
        if (std::ranges::find(lines, sku, &OrderableRow::sku_id) != lines.end()) continue;
        missing.push_back({"items", fmt::format("article {} is not sold in this market", sku.to_text())});
    }
    if (!missing.empty()) throw Refused{sku_not_found, missing.front().message, missing};
    for (const auto& line : lines) {
        if (!line.is_sold) missing.push_back({"items", line.sku_code + ": no longer sold; take it out of the cart"});
    }
    if (missing.empty()) return;
    const std::string detail = missing.front().message;
    std::ranges::move(shortages_of(lines), std::back_inserter(missing));
    throw Refused{no_longer_sold, detail, missing};
}

std::vector<std::string> codes_of(const std::optional<std::vector<CouponCode>>& codes) {
    std::vector<std::string> wanted;
    if (!codes) return wanted;
    if (codes->size() > codes_max) {
        const std::string expected = fmt::format("must have at most {} codes", codes_max);
        throw Refused{http::invalid_input, "coupon_codes: " + expected, {{"coupon_codes", expected}}};
    }
    for (const auto& typed : *codes) {
        auto code = promotions::code_of(typed.to_text());
        if (std::ranges::find(wanted, code) == wanted.end()) wanted.push_back(std::move(code));
    }
    return wanted;
}

QuoteChoices choices_of(const Rulebook& rules, const std::optional<std::string>& state,
                        const std::optional<ShippingCode>& option, const std::optional<ShippingCode>& point,
                        std::vector<std::string> codes, Timestamp now) {
    QuoteChoices choices{.region = uppered(state.value_or("")), .codes = std::move(codes), .now = now};
    if (option) choices.shipping_option = option->to_text();
    if (point) {
        choices.pickup_point = point->to_text();
        if (const auto* found = rules.shipping.find_point(point->to_text())) choices.region = found->region;
    }
    return choices;
}

Quote quote_rows(const Rulebook& rules, const std::vector<OrderableRow>& rows, const QuoteChoices& choices,
                 const std::vector<promotions::UsesRow>& uses) {
    std::vector<QuoteLine> lines;
    lines.reserve(rows.size());
    for (const auto& row : rows) {
        lines.push_back({.price_minor = row.price_minor,
                         .quantity = row.quantity,
                         .product = row.product_slug,
                         .brand = row.product_brand,
                         .categories = row.categories,
                         .tax_class = row.tax_class,
                         .weight_g = row.weight_g});
    }
    auto made = quote(rules, lines, choices, uses);
    if (!made) throw Refused{*made.error()};
    return std::move(*made);
}

std::vector<promotions::Kept> kept_of(const Quote& quote, const Language& language) {
    std::vector<promotions::Kept> kept;
    for (const auto& given : quote.given) {
        kept.push_back({given.promotion, name_of(*given.promotion, language), given.amount_minor});
    }
    return kept;
}

std::vector<DiscountView> discounts_of(const Quote& quote, Currency currency, const Language& language) {
    std::vector<DiscountView> views;
    for (const auto& given : quote.given) {
        views.push_back({given.promotion->code, name_of(*given.promotion, language), given.promotion->kind,
                         Money{given.amount_minor, currency}});
    }
    return views;
}

TaxLineView tax_line_of(const Rulebook& rules, const Quote& quote, const std::string& region) {
    return {.label = rules.tax_label,
            .region = region.empty() ? std::nullopt : std::optional{region},
            .milli_percent = quote.milli_percent,
            .taxable = Money{quote.taxable_minor, rules.currency},
            .amount = Money{quote.tax_minor + quote.tax_included_minor, rules.currency},
            .is_included = quote.tax_included_minor > 0};
}

void tell_charges(OrderView& view, const OrderLineRow& row) {
    const auto kept = json::read_text<KeptCharges>(row.charges.text);
    check(kept.has_value(), "what an order keeps of its charges cannot be read");
    const auto money = [&](std::int64_t minor) { return Money{minor, view.total_amount.currency()}; };
    view.shipping_option = kept->shipping_option;
    view.shipping_name = kept->shipping_name;
    view.pickup_point = kept->pickup_point;
    view.rounding = kept->rounding;
    for (const auto& one : kept->promotions) {
        view.discounts.push_back({one.code, one.name, one.kind, money(one.amount_minor)});
    }
    if (!kept->tax_label) return;  // an order of before tax lines were kept
    view.tax_lines.push_back({*kept->tax_label, kept->tax_region, kept->tax_milli_percent, money(kept->taxable_minor),
                              money(row.tax_minor + row.tax_included_minor), row.tax_included_minor > 0});
}

std::vector<FieldError> refused_coupons(const Quote& quote) {
    std::vector<FieldError> errors;
    for (const auto& refused : quote.refused) {
        errors.push_back({"coupon_codes", fmt::format("{}: {}", refused.code, enum_word(refused.reason))});
    }
    return errors;
}

}  // namespace marque::orders
