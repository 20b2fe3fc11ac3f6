// Parsing shared by the strong types.
#include "core/parse.h"

#include <charconv>

namespace marque {

Parsed<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range) return std::unexpected("is too large a number");
    if (error != std::errc{} || end != text.data() + text.size()) return std::unexpected("must be a whole number");
    return number;
}

}  // namespace marque
