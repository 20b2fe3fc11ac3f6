#pragma once
// A market's fields by name, as an operator writes them: parsed, checked, and put into a MarketInfo.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "core/market.h"

namespace marque::markets {

/// Changes one field: `languages` "ru,kk,en", `tax` "12", `shipping` "200.00", `tax_inclusive` "yes". Amounts are in
/// the market's currency, so set that first. Says what was expected where the value is not acceptable.
[[nodiscard]] std::expected<void, std::string> set_field(MarketInfo& market, std::string_view name,
                                                         std::string_view value);
/// The names set_field() knows, for help and error texts.
[[nodiscard]] std::vector<std::string_view> field_names();

/// "12" or "6.875" as thousandths of a percent; at most 100.
[[nodiscard]] Parsed<std::int64_t> parse_percent(std::string_view text);
/// 6875 as "6.875", 12000 as "12".
[[nodiscard]] std::string percent_text(std::int64_t milli_percent);
/// "2026-11-21", a day of the calendar.
[[nodiscard]] Parsed<std::string> parse_date(std::string_view text);

/// The sign people write for a currency; its code where there is none.
[[nodiscard]] std::string usual_sign(Currency currency);

/// May a market go from one state to the other? draft → live → closed, and a closed one may open again.
[[nodiscard]] bool may_become(std::string_view from, std::string_view to);

}  // namespace marque::markets
