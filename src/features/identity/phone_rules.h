#pragma once
// Which phones a market takes, before anything is sent to them: a prefix like +1 covers countries and numbers that are
// not the market's, and pay-per-call numbers would make the shop pay whoever owns them.

#include <span>

#include "core/phone.h"
#include "core/refusal.h"
#include "http/context.h"

namespace marque::identity {

inline constexpr Refusal phone_of_other_country{422, "auth.phone_of_other_country",
                                                "This phone belongs to a country that is not served"};
inline constexpr Refusal phone_type_not_served{422, "auth.phone_type_not_served",
                                               "This kind of phone number cannot log in"};

/// The market itself, or a refusal: by `regions`, whose phones may log in (empty: all), and the market's phone_types.
[[nodiscard]] const MarketInfo& accepting(const http::Context& context, const MarketInfo& market, const Phone& phone,
                                          std::span<const std::string> regions);

}  // namespace marque::identity
