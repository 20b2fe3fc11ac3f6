#pragma once
// Pages as PDF, with the letters of their fonts inside. One thread of the process at a time.

#include <string>
#include <vector>

#include "features/invoices/sheet.h"

namespace marque::invoices {

/// In points, as it will be drawn. Throws std::runtime_error where the fonts are not there.
[[nodiscard]] double width_of(std::string_view text, Style style);

/// The same bytes for the same pages; `title` and `created_at` ("2026-11-21T10:00:00Z") stand in its properties.
[[nodiscard]] std::string pdf_of(const std::vector<Page>& pages, const std::string& title,
                                 const std::string& created_at);

}  // namespace marque::invoices
