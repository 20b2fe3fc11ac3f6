#pragma once
// Why something costs what it costs: the steps from an article's price to a total, told by the code that makes orders.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/comma_list.h"
#include "core/id.h"
#include "core/money.h"
#include "core/quantity.h"
#include "core/record.h"
#include "core/text.h"
#include "http/context.h"

namespace marque::orders {

using ExplainedCode = Text<1, 40>;

struct PriceQuestion {
    static constexpr std::string_view doc =
        "One article by `sku_id`, or the cart of the customer `customer_id`. With both, the article as that customer "
        "would "
        "buy it: coupons that each may use once go by the customer.";
    std::optional<SkuId> sku_id;
    std::optional<Quantity> quantity;
    std::optional<UserId> customer_id;
    std::optional<Text<1, 10>> region;
    std::optional<Text<1, 40>> shipping_option;
    std::optional<CommaList<ExplainedCode, 10>> coupons;
};
RECORD(PriceQuestion, sku_id, quantity, customer_id, region, shipping_option, coupons);

struct PriceStep {
    std::string step;               // price, sale, promotion, passed_over, unknown_code, shipping, tax, total
    std::optional<std::string> of;  // the article or promotion it is about
    std::string text;
    std::optional<Money> amount;
};
RECORD(PriceStep, step, of, text, amount);

struct PriceAnswer {
    std::string currency;
    std::vector<PriceStep> steps;
    Money subtotal;
    Money discount;
    Money shipping_cost;
    Money tax;
    Money tax_included;
    Money total_amount;
};
RECORD(PriceAnswer, currency, steps, subtotal, discount, shipping_cost, tax, tax_included, total_amount);

/// Refuses what a quote refuses.
Task<PriceAnswer> explain_price(http::Context& context, PriceQuestion question);
[[nodiscard]] std::vector<const Refusal*> explain_price_refusals();

}  // namespace marque::orders
