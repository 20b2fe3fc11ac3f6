// The quote's own rows, rules and arithmetic; here they only find words.
#include "features/orders/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "features/orders/charge.h"
#include "features/orders/explain_queries.h"
#include "features/shoppers/shoppers.h"

namespace marque::orders {
namespace {

using http::Context;
using promotions::Reason;

std::string_view words_of(Reason reason) {
    switch (reason) {
        case Reason::unknown:
            return "there is no such code";
        case Reason::not_started:
            return "it has not begun yet";
        case Reason::ended:
            return "it is over";
        case Reason::below_minimum:
            return "what it is for is worth less than its minimum";
        case Reason::not_applicable:
            return "it is for other products, categories, brands or ways of shipping";
        case Reason::used_up:
            return "it has been given as often as it may";
        case Reason::used_by_buyer:
            return "this customer has used it as often as each may";
        case Reason::not_combinable:
            return "another promotion was given before it, and they do not go together";
        case Reason::no_effect:
            break;
    }
    return "it would take nothing off";
}

struct Telling {
    Currency currency;
    std::vector<PriceStep> steps;

    [[nodiscard]] std::string shown(std::int64_t minor) const {
        return Money{minor, currency}.to_text() + " " + currency.to_text();
    }
    void add(std::string step, std::optional<std::string> of, std::string text,
             std::optional<std::int64_t> minor = std::nullopt) {
        steps.push_back({std::move(step), std::move(of), std::move(text),
                         minor ? std::optional{Money{*minor, currency}} : std::nullopt});
    }
};

void tell_price(Telling& telling, const OrderableRow& row, const PriceFactsRow& facts) {
    telling.add("price", row.sku_code,
                fmt::format("{} {} {}: its price in this market is {}.", row.product_name, row.size, row.color,
                            telling.shown(facts.list_minor)),
                facts.list_minor);
    if (facts.sale_minor && facts.price_minor == *facts.sale_minor) {
        const std::string until =
            facts.sale_until ? " until " + facts.sale_until->to_text() : std::string{", without an end"};
        telling.add("sale", row.sku_code,
                    fmt::format("A sale is on{}: {} instead.", until, telling.shown(*facts.sale_minor)),
                    *facts.sale_minor);
    } else if (facts.sale_minor) {
        telling.add("sale", row.sku_code,
                    fmt::format("A sale at {} is dated {} to {}, which is not now.", telling.shown(*facts.sale_minor),
                                facts.sale_from ? facts.sale_from->to_text() : "any time",
                                facts.sale_until ? facts.sale_until->to_text() : "any time"));
    }
    telling.add("line", row.sku_code,
                fmt::format("{} x {} is {}.", row.quantity, telling.shown(row.price_minor),
                            telling.shown(row.price_minor * row.quantity)),
                row.price_minor * row.quantity);
}

void tell_promotions(Telling& telling, const Quote& quote) {
    for (const auto& given : quote.given) {
        const auto& promotion = *given.promotion;
        telling.add("promotion", promotion.code ? *promotion.code : promotion.name,
                    fmt::format("\"{}\" {} takes off {}.", promotion.name,
                                promotion.code ? "with the code " + *promotion.code : "for everybody",
                                telling.shown(given.amount_minor)),
                    -given.amount_minor);
    }
    for (const auto& [promotion, reason] : quote.passed_over) {
        telling.add("passed_over", promotion->code ? *promotion->code : promotion->name,
                    fmt::format("\"{}\" is not given: {}.", promotion->name, words_of(reason)));
    }
    for (const auto& refused : quote.refused) {
        if (refused.reason != Reason::unknown) continue;
        telling.add("unknown_code", refused.code, fmt::format("{}: {}.", refused.code, words_of(Reason::unknown)));
    }
}

void tell_rest(Telling& telling, const Quote& quote, const Rulebook& rules, const std::string& region) {
    telling.add("shipping", quote.option->code,
                fmt::format("Shipping by \"{}\" in zone \"{}\" for {} g costs {}.", quote.option->code,
                            quote.zone->code, quote.weight_g, telling.shown(quote.shipping_minor)),
                quote.shipping_minor);
    const std::int64_t tax = quote.tax_minor + quote.tax_included_minor;
    telling.add("tax", region.empty() ? std::nullopt : std::optional{region},
                fmt::format("{} of {}.{:03} % on {}: {}, {}.", rules.tax_label, quote.milli_percent / 1000,
                            quote.milli_percent % 1000, telling.shown(quote.taxable_minor), telling.shown(tax),
                            rules.tax_inclusive ? "contained in the prices" : "added to them"),
                tax);
    telling.add("total", std::nullopt,
                fmt::format("{} less {}, plus shipping {} and added tax {}: {}.", telling.shown(quote.subtotal_minor),
                            telling.shown(quote.discount_minor), telling.shown(quote.shipping_minor),
                            telling.shown(quote.tax_minor), telling.shown(quote.total_minor)),
                quote.total_minor);
}

Task<std::vector<OrderableRow>> rows_of(Context& context, const PriceQuestion& question) {
    if (question.sku_id) {
        const std::vector skus{*question.sku_id};
        const std::vector quantities{question.quantity ? question.quantity->value() : 1};
        auto rows = co_await context.db.rows(sql.item_lines, skus, quantities, context.language);
        check_lines(skus, rows);
        co_return rows;
    }
    if (!question.customer_id) throw Refused{nothing_ordered, {}, {{"sku_id", "or customer_id must be named"}}};
    auto rows = co_await context.db.rows(sql.cart_lines, shoppers::key_of(*question.customer_id), context.language);
    check_lines({}, rows);
    co_return rows;
}

PriceAnswer answer_of(Telling telling, const Quote& quote) {
    const auto money = [&](std::int64_t minor) { return Money{minor, telling.currency}; };
    return {.currency = telling.currency.to_text(),
            .steps = std::move(telling.steps),
            .subtotal = money(quote.subtotal_minor),
            .discount = money(quote.discount_minor),
            .shipping_cost = money(quote.shipping_minor),
            .tax = money(quote.tax_minor),
            .tax_included = money(quote.tax_included_minor),
            .total_amount = money(quote.total_minor)};
}

}  // namespace

Task<PriceAnswer> explain_price(Context& context, PriceQuestion question) {
    const auto rules = co_await fresh_rules(context);
    const auto rows = co_await rows_of(context, question);
    std::vector<std::string> codes;
    if (question.coupons) {
        for (const auto& typed : question.coupons->items()) codes.push_back(promotions::code_of(typed.to_text()));
    }
    const auto limited = promotions::limited_ids(rules->promotions, codes);
    std::vector<promotions::UsesRow> uses;
    if (!limited.empty()) {
        const auto buyer = promotions::buyer_key(question.customer_id, "");
        uses = co_await promotions::read_uses(context.db, limited, buyer);
    }
    const auto region = question.region ? std::optional{question.region->to_text()} : std::nullopt;
    auto choices = choices_of(*rules, region, std::nullopt, std::nullopt, codes, context.now);
    if (question.shipping_option) choices.shipping_option = question.shipping_option->to_text();
    choices.point_may_follow = true;
    const Quote quote = quote_rows(*rules, rows, choices, uses);
    std::vector<SkuId> skus;
    for (const auto& row : rows) skus.push_back(row.sku_id);
    const auto facts = co_await context.db.rows(explain_sql.prices, skus);
    Telling telling{rules->currency, {}};
    for (const auto& row : rows) {
        const auto found = std::ranges::find(facts, row.sku_id, &PriceFactsRow::sku_id);
        if (found != facts.end()) tell_price(telling, row, *found);
    }
    tell_promotions(telling, quote);
    tell_rest(telling, quote, *rules, choices.region);
    co_return answer_of(std::move(telling), quote);
}

std::vector<const Refusal*> explain_price_refusals() {
    return {&cart_empty, &nothing_ordered, &sku_not_found, &no_longer_sold, &shipping_unavailable, &amount_too_large};
}

}  // namespace marque::orders
