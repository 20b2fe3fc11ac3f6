// Numbers and refusals in words.
#include "features/catalog/import/report.h"

#include <fmt/format.h>

#include <algorithm>

namespace marque::catalog::import {
namespace {

constexpr std::size_t reasons_max = 50;

/// The reason's kind: its quoted values and numbers become "…", so that rows refused for the same reason count
/// together.
std::string kind_of(std::string_view reason) {
    std::string kind;
    bool quoted = false;
    for (const char byte : reason) {
        if (byte == '"') quoted = !quoted;
        const bool digit = byte >= '0' && byte <= '9';
        if (quoted || digit || byte == '"') {
            if (!kind.ends_with("…")) kind += "…";
        } else {
            kind += byte;
        }
    }
    return kind;
}

}  // namespace

void count_refusal(ImportSummary& summary, const RefusedRow& row) {
    ++summary.refused;
    std::string kind = row.column.empty() ? kind_of(row.reason) : row.column + " " + kind_of(row.reason);
    if (!summary.reasons.contains(kind) && summary.reasons.size() >= reasons_max) kind = "other reasons";
    ++summary.reasons[kind];
}

std::string refusal_line(const RefusedRow& row) {
    return fmt::format("line {}: {}: {}{}{}", row.line, row.key, row.column, row.column.empty() ? "" : " ", row.reason);
}

std::string summary_text(const ImportSummary& summary, bool dry_run) {
    std::string text;
    if (dry_run) text += "dry run: everything below was checked, nothing was written\n";
    const std::int64_t products = summary.products_added + summary.products_changed + summary.products_unchanged;
    text += fmt::format("{} rows read: {} products ({} new, {} updated, {} unchanged), {} SKUs new, {} updated\n",
                        summary.rows, products, summary.products_added, summary.products_changed,
                        summary.products_unchanged, summary.skus_added, summary.skus_changed);
    text +=
        fmt::format("prices: {} new, {} changed; stock: {} new, {} changed; reviews: {} new\n", summary.prices_added,
                    summary.prices_changed, summary.stock_added, summary.stock_changed, summary.reviews_added);
    if (summary.unchanged > 0) text += fmt::format("{} lines said what was so already\n", summary.unchanged);
    for (const auto& note : summary.notes) text += fmt::format("note: {}\n", note);
    text += fmt::format("{} rows refused\n", summary.refused);
    std::vector<std::pair<std::int64_t, std::string_view>> reasons;
    for (const auto& [reason, count] : summary.reasons) reasons.emplace_back(count, reason);
    std::ranges::sort(reasons, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (const auto& [count, reason] : reasons) text += fmt::format("  {:>6} × {}\n", count, reason);
    return text;
}

}  // namespace marque::catalog::import
