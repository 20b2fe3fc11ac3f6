#pragma once
// Tax: the rate of a region on a day, and which part of a line's price it is taken of.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "core/record.h"
#include "db/admin.h"

namespace marque::tax {

/// taxed ends an exemption; exempt_below: a piece that costs less; excess_over: only what a piece costs more.
enum class RuleKind { taxed, exempt, exempt_below, excess_over };
ENUMERATION(RuleKind, taxed, exempt, exempt_below, excess_over);

/// 10000 is 10 %, from a moment on: the beginning of a day by the market's clocks, in microseconds since 1970.
struct DatedRate {
    std::int64_t from_us = 0;
    std::int64_t milli_percent = 0;
};
RECORD(DatedRate, from_us, milli_percent);

struct RegionRow {
    std::string code;
    std::optional<std::int64_t> tax_milli_percent;
    std::optional<bool> shipping_taxed;
    std::vector<DatedRate> rates;
};
RECORD(RegionRow, code, tax_milli_percent, shipping_taxed, rates);

struct RuleRow {
    std::string region;  // empty: any without a rule of its own for the class
    std::string tax_class;
    std::int64_t from_us = 0;
    RuleKind kind = RuleKind::taxed;
    std::int64_t threshold_minor = 0;
};
RECORD(RuleRow, region, tax_class, from_us, kind, threshold_minor);

struct Rows {
    std::int64_t milli_percent = 0;
    bool shipping_taxed = false;
    std::vector<DatedRate> rates;
    std::vector<RegionRow> regions;
    std::vector<RuleRow> rules;
};
RECORD(Rows, milli_percent, shipping_taxed, rates, regions, rules);

/// One market's rules, never changed.
class Book {
public:
    Book() = default;
    explicit Book(Rows rows);

    /// The newest rate that has begun, the region's own before the market's.
    [[nodiscard]] std::int64_t milli_percent(std::string_view region, Timestamp now) const;
    [[nodiscard]] bool taxes_shipping(std::string_view region) const;
    /// The rule that holds for a class; null where all of it is taxed.
    [[nodiscard]] const RuleRow* find_rule(std::string_view region, std::string_view tax_class, Timestamp now) const;

private:
    [[nodiscard]] const RegionRow* find(std::string_view region) const;
    Rows rows_;
    std::map<std::string, std::size_t, std::less<>> regions_;
};

/// The taxed part of a line that costs `net_minor` in all. Its pieces cost the same, but for one minor unit more of as
/// many as the amount does not divide by.
[[nodiscard]] std::int64_t taxable_of(const RuleRow* rule, std::int64_t net_minor, std::int64_t quantity);

/// The exemptions of the launch markets, where there are none yet. Takes on the market's role and gives it back.
void seed(db::AdminConnection& connection, MarketCode market);

}  // namespace marque::tax
