// The verdict of core/phone.h as a refusal.
#include "features/identity/phone_rules.h"

#include <fmt/format.h>

#include "features/identity/identity.h"

namespace marque::identity {
namespace {

/// Whose numbers a market's people dial without a country's code.
std::string region_of(const MarketInfo& market) {
    if (!market.phone_regions.empty()) return market.phone_regions.front();
    const auto example = Phone::parse(market.phone_example);
    return example ? place_of(*example).region : std::string{};
}

}  // namespace

Phone phone_of(const http::Context& context, const TypedPhone& typed, std::string_view field) {
    const MarketInfo& market = *context.market;
    auto phone = typed.in(context.thread.config.breaks("phones_abroad") ? std::string{} : region_of(market));
    if (phone) return std::move(*phone);
    const std::string expected =
        market.phone_example.empty() ? phone.error() : "must be a phone number, like " + market.phone_example;
    throw Refused{http::invalid_input, fmt::format("{}: {}", field, expected), {{std::string{field}, expected}}};
}

const MarketInfo& accepting(const http::Context& context, const MarketInfo& market, const Phone& phone,
                            std::span<const std::string> regions) {
    if (context.thread.config.breaks("any_plus_one")) return market;
    const auto [problem, place] = judge(phone, regions, market.phone_types);
    if (!problem) return market;
    if (*problem == PhoneProblem::other_region) {
        throw Refused{phone_of_other_country,
                      fmt::format("This phone belongs to {}; {} takes phones of {}", place.region, market.name,
                                  fmt::join(regions, ", ")),
                      {{"phone", "must belong to " + fmt::format("{}", fmt::join(regions, ", "))}}};
    }
    throw Refused{phone_type_not_served,
                  fmt::format("This is a number of type {}; {} sends codes to mobile phones only",
                              enum_word(place.type), market.name),
                  {{"phone", "must be a mobile phone"}}};
}

}  // namespace marque::identity
