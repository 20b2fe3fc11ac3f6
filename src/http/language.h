#pragma once
// Which of a market's languages a browser asks for.

#include <string>
#include <string_view>

#include "core/market.h"

namespace marque::http {

/// The first language of an Accept-Language header that the market speaks, or nothing. Weights are ignored: browsers
/// send the languages in order.
[[nodiscard]] std::string accepted_language(std::string_view header, const MarketInfo& market);

}  // namespace marque::http
