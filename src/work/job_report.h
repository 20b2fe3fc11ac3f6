#pragma once
// What a job did, in numbers: kept in its row with the position, so that a resumed one goes on counting where it was.

#include <map>
#include <string>
#include <vector>

#include "core/record.h"

namespace marque::work {

struct JobReport {
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
RECORD(JobReport, rows, products_added, products_changed, products_unchanged, skus_added, skus_changed, prices_added,
       prices_changed, stock_added, stock_changed, reviews_added, unchanged, refused, reasons, notes);

}  // namespace marque::work
