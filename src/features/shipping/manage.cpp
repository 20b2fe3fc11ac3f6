// Reading and writing zones, options and pickup points.
#include "features/shipping/manage.h"

#include <algorithm>

#include "core/rounding.h"
#include "features/shipping/manage_queries.h"
#include "http/gate.h"
#include "json/read.h"

namespace marque::shipping {
namespace {

constexpr std::size_t tiers_max = 50;
constexpr std::int64_t weight_g_max = 1'000'000;
constexpr std::int32_t days_max = 365;

[[noreturn]] void refuse(std::vector<FieldError> mistakes) {
    const std::string detail = mistakes.front().field + ": " + mistakes.front().message;
    throw Refused{http::invalid_input, detail, std::move(mistakes)};
}

std::map<std::string, std::string> names_of(const db::JsonText& text) {
    return json::read_text<std::map<std::string, std::string>>(text.text).value_or(
        std::map<std::string, std::string>{});
}

/// Fields that need the market to be judged.
class Reader {
public:
    explicit Reader(const MarketInfo& market) : market_(market) {}

    std::optional<std::int64_t> amount(const std::string& field, const std::optional<json::AmountText>& given) {
        if (!given) return std::nullopt;
        const auto money = given->in(market_.currency);
        const bool good = money && money->minor() >= 0 && money->minor() <= amount_minor_max;
        if (!good) mistakes.push_back({field, money ? "must be an amount from 0 on" : money.error()});
        return good ? std::optional{money->minor()} : std::nullopt;
    }
    db::JsonText names(const std::optional<Names>& given) {
        if (!given) return {"{}"};
        for (const auto& [language, name] : *given) {
            if (std::ranges::find(market_.languages, language) != market_.languages.end()) continue;
            mistakes.push_back({"names." + language, "is no language of this market"});
        }
        return {json::written(*given)};
    }
    std::string region(const std::string& field, const std::string& given) {
        auto code = uppered(given);
        if (std::ranges::find(market_.regions, code, &Region::code) == market_.regions.end()) {
            mistakes.push_back({field, "is no region of this market"});
        }
        return code;
    }
    void range(const std::string& field, std::int64_t number, std::int64_t least, std::int64_t most) {
        if (number >= least && number <= most) return;
        mistakes.push_back({field, "must be between " + std::to_string(least) + " and " + std::to_string(most)});
    }
    void finish() {
        if (!mistakes.empty()) refuse(std::move(mistakes));
    }
    std::vector<FieldError> mistakes;

private:
    const MarketInfo& market_;
};

std::int64_t start_of_tier(const TierInput& tier, PriceRule rule, const std::string& field, Reader& reader) {
    const bool by_weight = rule == PriceRule::weight;
    if (by_weight != tier.from_g.has_value() || by_weight == tier.from_amount.has_value()) {
        reader.mistakes.push_back({field, by_weight ? "must say from_g only" : "must say from_amount only"});
        return 0;
    }
    if (!by_weight) return reader.amount(field + ".from_amount", tier.from_amount).value_or(0);
    reader.range(field + ".from_g", *tier.from_g, 0, weight_g_max);
    return *tier.from_g;
}

/// Steps upwards, the first from nothing on.
std::vector<Tier> tiers_of(const OptionInput& input, Reader& reader) {
    std::vector<Tier> tiers;
    const std::size_t count = input.tiers ? input.tiers->size() : 0;
    const bool has_tiers = input.price_rule != PriceRule::flat;
    if (has_tiers != (count > 0))
        reader.mistakes.push_back({"tiers", has_tiers ? "are required" : "have no place here"});
    if (has_tiers && input.price) reader.mistakes.push_back({"price", "has no place beside tiers"});
    if (count > tiers_max) reader.mistakes.push_back({"tiers", "must be at most 50"});
    for (std::size_t i = 0; i < std::min(count, tiers_max); ++i) {
        const auto& tier = (*input.tiers)[i];
        const std::string field = "tiers[" + std::to_string(i) + "]";
        const std::int64_t from = start_of_tier(tier, input.price_rule, field, reader);
        const bool rises = tiers.empty() ? from == 0 : from > tiers.back().from;
        if (!rises) reader.mistakes.push_back({field, "must begin at 0, and each above the one before"});
        tiers.push_back({from, reader.amount(field + ".price", tier.price).value_or(0)});
    }
    return tiers;
}

ManagedOption view_of(const ManagedOptionRow& row, Currency currency) {
    const auto money = [&](std::int64_t minor) { return Money{minor, currency}; };
    const auto amount = [&](std::optional<std::int64_t> minor) {
        return minor ? std::optional{money(*minor)} : std::nullopt;
    };
    ManagedOption view{row.code,
                       row.kind,
                       names_of(row.names),
                       row.price_rule,
                       amount(row.price_minor),
                       {},
                       amount(row.free_from_minor),
                       row.weight_max_g,
                       row.days_from,
                       row.days_to,
                       row.sort_order,
                       row.is_active,
                       row.version};
    const auto tiers = json::read_text<std::vector<Tier>>(row.tiers.text).value_or(std::vector<Tier>{});
    for (const auto& tier : tiers) {
        auto& shown = view.tiers.emplace_back(TierView{.price = money(tier.price)});
        if (row.price_rule == PriceRule::weight) {
            shown.from_g = tier.from;
        } else {
            shown.from_amount = money(tier.from);
        }
    }
    return view;
}

}  // namespace

Task<ManagedShipping> list_managed(http::Context& context) {
    const auto zones = co_await context.db.rows(manage_sql.zones);
    const auto options = co_await context.db.rows(manage_sql.options);
    const auto points = co_await context.db.rows(manage_sql.points);
    ManagedShipping all;
    for (const auto& zone : zones) {
        auto& view = all.zones.emplace_back(
            ManagedZone{zone.code, names_of(zone.names), zone.regions, zone.sort_order, zone.version, {}, {}});
        for (const auto& option : options) {
            if (option.zone == zone.code) view.options.push_back(view_of(option, context.market->currency));
        }
        for (const auto& point : points) {
            if (point.zone != zone.code) continue;
            view.pickup_points.push_back({point.code, names_of(point.names), point.address, point.city, point.region,
                                          point.hours, point.is_active, point.version});
        }
    }
    co_return all;
}

Task<ManagedShipping> put_zone(http::Context& context, Slug code, ZoneInput input) {
    Reader reader{*context.market};
    const auto names = reader.names(input.names);
    std::vector<std::string> regions;
    for (const auto& region : input.regions) regions.push_back(reader.region("regions", region.to_text()));
    reader.finish();
    auto transaction = co_await context.db.begin();
    transaction.query(manage_sql.lock, context.market->code);
    const auto other = transaction.query(manage_sql.overlap, code.to_text(), regions);
    co_await transaction.flush();
    if (const auto zone = other.find()) refuse({{"regions", "belong to zone " + *zone + " already"}});
    const auto written = transaction.query(manage_sql.put_zone, context.market->code, code.to_text(), names, regions,
                                           input.sort_order.value_or(0), input.version.value_or(0));
    co_await transaction.commit();
    if (!written.find()) throw Refused{stale};
    co_return co_await list_managed(context);
}

Task<ManagedShipping> put_option(http::Context& context, Slug zone, Slug code, OptionInput input) {
    Reader reader{*context.market};
    const auto names = reader.names(input.names);
    const auto price = reader.amount("price", input.price);
    const auto free_from = reader.amount("free_from", input.free_from);
    const auto tiers = tiers_of(input, reader);
    if (input.weight_max_g) reader.range("weight_max_g", *input.weight_max_g, 1, 100 * weight_g_max);
    reader.range("days_from", input.days_from, 0, days_max);
    reader.range("days_to", input.days_to, input.days_from, days_max);
    reader.finish();
    std::vector<std::int32_t> written;
    try {
        written = co_await context.db.write(
            manage_sql.put_option, context.market->code, zone.to_text(), code.to_text(), input.kind, names,
            input.price_rule, price, db::JsonText{json::written(tiers)}, free_from, input.weight_max_g, input.days_from,
            input.days_to, input.sort_order.value_or(0), input.is_active.value_or(true), input.version.value_or(0));
    } catch (const db::Error& error) {
        if (error.violates("shipping_options_market_zone_fkey")) throw Refused{zone_not_found};
        throw;
    }
    if (written.empty()) throw Refused{stale};
    co_return co_await list_managed(context);
}

Task<ManagedShipping> put_point(http::Context& context, Slug code, PointInput input) {
    Reader reader{*context.market};
    const auto names = reader.names(input.names);
    const auto region = reader.region("region", input.region.to_text());
    reader.finish();
    std::vector<std::int32_t> written;
    try {
        written = co_await context.db.write(manage_sql.put_point, context.market->code, code.to_text(),
                                            input.zone.to_text(), names, input.address.to_text(), input.city.to_text(),
                                            region, input.hours ? input.hours->to_text() : std::string{},
                                            input.is_active.value_or(true), input.version.value_or(0));
    } catch (const db::Error& error) {
        if (error.violates("pickup_points_market_zone_fkey")) throw Refused{zone_not_found};
        throw;
    }
    if (written.empty()) throw Refused{stale};
    co_return co_await list_managed(context);
}

}  // namespace marque::shipping
