#pragma once
// Where on which page each text of a document stands: arithmetic over widths that somebody else measures.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/market.h"
#include "features/invoices/content.h"

namespace marque::invoices {

/// As wide as A4 and as high as Letter, in points: it prints on both.
inline constexpr double page_width = 595;
inline constexpr double page_height = 792;

enum class Align { left, right };

struct Style {
    double size = 9;
    bool bold = false;
};

/// A text whose baseline begins (or, aligned right, ends) at x, y from the upper left corner; or, without a text, a
/// line from x to x_end.
struct Mark {
    double x = 0;
    double y = 0;
    std::string text;
    Style style;
    Align align = Align::left;
    double x_end = 0;
};
using Page = std::vector<Mark>;
using Measure = std::function<double(std::string_view text, Style style)>;

/// Lines no wider than `width`, broken between words, and inside those that are wider; white space becomes one space.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, Style style, double width,
                                               const Measure& measure);

[[nodiscard]] std::vector<Page> invoice_pages(const Document& document, const Language& language,
                                              const Measure& measure);
[[nodiscard]] std::vector<Page> slip_pages(const Content& content, const Language& language, const Measure& measure);

}  // namespace marque::invoices
