// Texts over lines, and documents over pages.
#include "features/invoices/sheet.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace marque::invoices {
namespace {

/// Every letter as wide as half its size.
double even(std::string_view text, Style style) {
    std::size_t letters = 0;
    for (const char byte : text) letters += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1 : 0;
    return static_cast<double>(letters) * style.size / 2;
}

std::vector<std::string> in_letters(std::string_view text, int letters) {
    return wrapped(text, {.size = 2}, letters, even);
}

Content order_of(int lines) {
    Content content{.seller = {"Seller", "Address", "1"}, .buyer = {"Buyer", "+1", "Street"}, .currency = "USD"};
    content.sign = "$";
    for (int i = 1; i <= lines; ++i) content.lines.push_back({fmt::format("CODE-{}", i), "A dress", "M, red", 1, 100});
    return content;
}

}  // namespace

TEST_CASE("lines break between words, and within words that are too long, never within a letter") {
    using Lines = std::vector<std::string>;
    CHECK(in_letters("one two three", 8) == Lines{"one two", "three"});
    CHECK(in_letters("  one\n\ttwo ", 99) == Lines{"one two"});
    CHECK(in_letters("Өмүрбекова", 4) == Lines{"Өмүр", "беко", "ва"});
    CHECK(in_letters("a Өмүрбек b", 5) == Lines{"a", "Өмүрб", "ек b"});
    CHECK(in_letters("", 5).empty());
    CHECK(in_letters("ab", 0) == Lines{"a", "b"});
}

TEST_CASE("every line of an order is on one of the pages, and no mark lies outside its page") {
    for (const int lines : {0, 1, 19, 20, 21, 200}) {
        const Document document{.number = "KG-2026-000001", .content = order_of(lines)};
        for (const auto& pages : {invoice_pages(document, "en", even), slip_pages(document.content, "ky", even)}) {
            int found = 0;
            for (const auto& page : pages) {
                for (const auto& mark : page) {
                    if (mark.text.starts_with("CODE-")) ++found;
                    CHECK(mark.y > 0);
                    CHECK(mark.y < page_height);
                    CHECK(mark.x >= 0);
                    CHECK(mark.x <= page_width);
                }
            }
            CHECK(found == lines);
        }
    }
}

}  // namespace marque::invoices
