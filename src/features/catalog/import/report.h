#pragma once
// What an import did, in numbers and in the rows it refused; kept in the job's row, so that a resumed import goes on
// counting where it was.

#include <map>
#include <string>
#include <vector>

#include "core/record.h"
#include "features/catalog/import/product.h"

namespace marque::catalog::import {

struct ImportSummary {
    std::int64_t rows = 0;
    std::int64_t products_added = 0;
    std::int64_t products_changed = 0;
    std::int64_t products_unchanged = 0;
    std::int64_t skus_added = 0;
    std::int64_t skus_changed = 0;
    std::int64_t prices_added = 0;
    std::int64_t prices_changed = 0;
    std::int64_t stock_added = 0;
    std::int64_t stock_changed = 0;
    std::int64_t reviews_added = 0;
    std::int64_t unchanged = 0;  // Lines of prices, stock or reviews that say what is so already.
    std::int64_t refused = 0;
    std::map<std::string, std::int64_t> reasons;  // Refused rows by column and kind of reason, without their values.
    std::vector<std::string> notes;
};
RECORD(ImportSummary, rows, products_added, products_changed, products_unchanged, skus_added, skus_changed,
       prices_added, prices_changed, stock_added, stock_changed, reviews_added, unchanged, refused, reasons, notes);

// Beyond this many only their number and their reasons are kept.
constexpr std::size_t refused_kept_max = 100'000;

// Counts a refused row, under its reason with numbers and quoted values left out.
void count_refusal(ImportSummary& summary, const RefusedRow& row);
// A line of the report: "line 12: MH01-XS: price must be more than nothing".
std::string refusal_line(const RefusedRow& row);
// The report's end, for a person: a line each for products, SKUs, prices, stock, reviews and refused rows, then
// reasons.
std::string summary_text(const ImportSummary& summary, bool dry_run);

}  // namespace marque::catalog::import
