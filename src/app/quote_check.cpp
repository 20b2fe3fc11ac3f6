// `marque quote-check`: what quote() makes of carts on standard input, for a model in another language to compare with.
// A line is either the rules of the carts that follow it, or a cart; each cart is answered by a line.
#include <fmt/format.h>

#include <iostream>
#include <optional>

#include "app/commands.h"
#include "features/orders/rulebook.h"
#include "json/read.h"
#include "json/write.h"

namespace marque::app {
namespace {

struct CheckedLine {
    std::int64_t price_minor = 0;
    std::int32_t quantity = 0;
    std::string product;
    std::string brand;
    std::vector<std::string> categories;
    std::string tax_class;
    std::optional<std::int64_t> weight_g;
};
RECORD(CheckedLine, price_minor, quantity, product, brand, categories, tax_class, weight_g);

struct CheckedUses {
    std::int64_t id = 0;
    std::int64_t used = 0;
    std::int64_t buyer_used = 0;
};
RECORD(CheckedUses, id, used, buyer_used);

struct CheckedCart {
    std::vector<CheckedLine> lines;
    std::string region;
    std::optional<std::string> shipping_option;
    std::optional<std::string> pickup_point;
    std::vector<std::string> codes;
    std::int64_t now_us = 0;
    std::vector<CheckedUses> uses;
};
RECORD(CheckedCart, lines, region, shipping_option, pickup_point, codes, now_us, uses);

struct CheckInput {
    std::optional<orders::RulebookRows> rules;
    std::optional<CheckedCart> cart;
};
RECORD(CheckInput, rules, cart);

struct CheckAnswer {
    std::string refusal;
    std::string option;
    std::int64_t subtotal = 0;
    std::int64_t discount = 0;
    std::int64_t shipping = 0;
    std::int64_t taxable = 0;
    std::int64_t tax = 0;
    std::int64_t tax_included = 0;
    std::int64_t total = 0;
    std::vector<std::int64_t> line_discounts;
    std::vector<std::int64_t> line_taxables;
    std::vector<std::int64_t> prices;  // of the ways of shipping that are offered
    std::vector<std::string> given;    // "7 1250": id and amount
    std::vector<std::string> refused;  // "CODE reason"
};
RECORD(CheckAnswer, refusal, option, subtotal, discount, shipping, taxable, tax, tax_included, total, line_discounts,
       line_taxables, prices, given, refused);

CheckAnswer answer_to(const orders::Rulebook& rules, const CheckedCart& cart) {
    std::vector<orders::QuoteLine> lines;
    for (const auto& line : cart.lines) {
        lines.push_back({line.price_minor, line.quantity, line.product, line.brand, line.categories, line.tax_class,
                         line.weight_g});
    }
    std::vector<promotions::UsesRow> uses;
    for (const auto& row : cart.uses) uses.push_back({promotions::PromotionId{row.id}, row.used, row.buyer_used});
    const Timestamp now{Timestamp::Point{std::chrono::microseconds{cart.now_us}}};
    const auto made = orders::quote(
        rules, lines, {cart.region, cart.shipping_option, cart.pickup_point, cart.codes, now, false}, uses);
    if (!made) return {.refusal = std::string{made.error()->code}};
    CheckAnswer answer{.option = made->option->code,
                       .subtotal = made->subtotal_minor,
                       .discount = made->discount_minor,
                       .shipping = made->shipping_minor,
                       .taxable = made->taxable_minor,
                       .tax = made->tax_minor,
                       .tax_included = made->tax_included_minor,
                       .total = made->total_minor};
    for (const auto& line : made->lines) {
        answer.line_discounts.push_back(line.discount_minor);
        answer.line_taxables.push_back(line.taxable_minor);
    }
    for (const auto& offered : made->offered) answer.prices.push_back(offered.price_minor);
    for (const auto& given : made->given) {
        answer.given.push_back(fmt::format("{} {}", given.promotion->id, given.amount_minor));
    }
    for (const auto& refused : made->refused) {
        answer.refused.push_back(fmt::format("{} {}", refused.code, enum_word(refused.reason)));
    }
    return answer;
}

}  // namespace

int check_quotes(const Config& config) {
    const json::Limits limits{.values_max = 100'000};
    std::optional<orders::Rulebook> rules;
    std::string line;
    std::string out;
    while (std::getline(std::cin, line)) {
        auto input = json::read_text<CheckInput>(line, limits);
        if (!input) {
            fmt::print(stderr, "{}: {}\n", input.error().front().field, input.error().front().message);
            return 1;
        }
        if (input->rules) rules = orders::compile(std::move(*input->rules), 1, config.breaks("float_money"));
        if (!input->cart) continue;
        check(rules.has_value(), "a cart came before any rules");
        out.clear();
        json::write(out, answer_to(*rules, *input->cart));
        out += '\n';
        std::fwrite(out.data(), 1, out.size(), stdout);
    }
    return 0;
}

}  // namespace marque::app
