#pragma once
// What an import did, in words for a person.

#include <string>

#include "features/catalog/import/product.h"
#include "work/job_report.h"

namespace marque::catalog::import {

using ImportSummary = work::JobReport;

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
