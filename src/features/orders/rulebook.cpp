// Compiling a market's rules, and noticing that they have become old.
#include "features/orders/rulebook.h"

#include "core/log.h"
#include "features/orders/rulebook_queries.h"
#include "json/read.h"

namespace marque::orders {
namespace {

/// A market's own rows, not a stranger's text: as many values as a thousand promotions have.
constexpr json::Limits rules_limits{.values_max = 200'000};

}  // namespace

Rulebook compile(RulebookRows rows, std::int64_t version, bool float_money) {
    const auto currency = Currency::parse(rows.currency);
    check(currency.has_value(), "a market's currency is unknown");
    return {.market = rows.market,
            .version = version,
            .currency = *currency,
            .languages = std::move(rows.languages),
            .tax_inclusive = rows.tax_inclusive,
            .tax_label = std::move(rows.tax_label),
            .default_weight_g = rows.default_weight_g,
            .arithmetic = {.rounding = rows.rounding, .floats = float_money},
            .shipping = shipping::Book{std::move(rows.shipping), rows.shipping_minor, rows.shipping_free_from_minor},
            .tax = tax::Book{std::move(rows.tax)},
            .promotions = promotions::Book{std::move(rows.promotions)}};
}

RulebookRows read_rows(std::string_view text) {
    auto rows = json::read_text<RulebookRows>(text, rules_limits);
    if (!rows)
        log::error("rules.unreadable", {{"what", rows.error().front().field + " " + rows.error().front().message}});
    check(rows.has_value(), "the rules of a market are not as they should be");
    return std::move(*rows);
}

std::shared_ptr<const Rulebook> Rulebooks::get(MarketCode market) const {
    const auto found = by_market.find(market);
    check(found != by_market.end(), "a market without a rulebook");
    return found->second;
}

void Rulebooks::put(std::shared_ptr<const Rulebook> book) {
    auto& place = by_market[book->market];
    if (!place || place->version < book->version) place = std::move(book);
}

Task<void> reload_rules(http::Context& context) {
    const auto row = co_await context.db.find(rule_sql.rules);
    check(row.has_value(), "a market without a row");
    const bool float_money = context.thread.config.breaks("float_money");
    context.service<Rulebooks>().put(
        std::make_shared<const Rulebook>(compile(read_rows(row->rules), row->version, float_money)));
}

Task<std::shared_ptr<const Rulebook>> fresh_rules(http::Context& context) {
    auto book = context.service<Rulebooks>().get(context.market->code);
    const auto version = co_await context.db.find(rule_sql.version);
    if (version && *version > book->version) {
        co_await reload_rules(context);
        book = context.service<Rulebooks>().get(context.market->code);
    }
    co_return book;
}

void RuleWatcher::look(db::AdminConnection& connection, const MarketInfo& market) {
    connection.become(market.code.to_text());
    const auto version = connection.rows(rule_sql.version).front();
    const auto seen = seen_.find(market.code);
    if (seen != seen_.end() && (seen->second == version || deaf_)) return;
    auto row = connection.rows(rule_sql.rules).front();
    publish_(market.code, std::make_shared<const Rulebook>(compile(read_rows(row.rules), row.version, float_money_)));
    log::info("rules.loaded", {{"market", market.code.to_text()}, {"version", std::to_string(row.version)}});
    seen_[market.code] = row.version;
}

}  // namespace marque::orders
