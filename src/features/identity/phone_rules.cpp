// The verdict of core/phone.h as a refusal.
#include "features/identity/phone_rules.h"

#include <fmt/format.h>

namespace marque::identity {

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
