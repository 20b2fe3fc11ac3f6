#pragma once
// What a market needs before it can sell, told alike to who asks at a terminal and in the back office.

#include <string>
#include <vector>

#include "core/market.h"
#include "core/record.h"

namespace marque::markets {

struct SellingRow;
struct UntranslatedRow;

/// One thing a market needs before it can sell.
struct Finding {
    std::string check;   // "prices"
    std::string level;   // ok, warning or missing
    std::string detail;  // a sentence
};
RECORD(Finding, check, level, detail);
struct Readiness {
    std::string market;
    std::string state;
    bool ready = false;  // nothing is missing; warnings do not count
    std::vector<Finding> findings;
};
RECORD(Readiness, market, state, ready, findings);

/// What the market's rows say, read by readiness_sql.
struct MarketFacts {
    const SellingRow& selling;
    const std::vector<UntranslatedRow>& untranslated;
    const std::string& seller;
};
[[nodiscard]] Readiness readiness_of(const MarketInfo& market, const MarketFacts& facts, bool in_development);

}  // namespace marque::markets
