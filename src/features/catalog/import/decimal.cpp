// Reads digits one by one with checked arithmetic.
#include "features/catalog/import/decimal.h"

#include <fmt/core.h>

namespace marque::catalog::import {

std::expected<std::int64_t, std::string> parse_decimal(std::string_view text, int places) {
    const auto malformed = [&] {
        return std::unexpected(
            places == 0
                ? fmt::format("must be a whole number such as 100, but is \"{:.40}\"", text)
                : fmt::format("must be a decimal number such as 52.50 with at most {} places, but is \"{:.40}\"",
                              places, text));
    };
    std::int64_t value = 0;
    int places_read = -1;
    bool any_digit = false;
    bool too_large = false;
    const auto shift_in = [&](int digit) {
        too_large =
            too_large || __builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit, &value);
    };
    for (const char byte : text) {
        if (byte == '.' && places_read < 0 && any_digit) {
            places_read = 0;
            continue;
        }
        if (byte < '0' || byte > '9') {
            return malformed();
        }
        any_digit = true;
        if (places_read >= places) {
            if (byte != '0') {
                return malformed();
            }
            places_read = places + 1;
            continue;
        }
        places_read += places_read >= 0 ? 1 : 0;
        shift_in(byte - '0');
    }
    if (!any_digit || text.back() == '.') {
        return malformed();
    }
    for (int place = std::max(places_read, 0); place < places; ++place) {
        shift_in(0);
    }
    if (too_large) {
        return std::unexpected(fmt::format("is too large: \"{:.40}\"", text));
    }
    return value;
}

}  // namespace marque::catalog::import
