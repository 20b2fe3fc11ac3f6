// Integer colour arithmetic, so that every machine draws exactly the same bytes.
#include "features/catalog/demo/color.h"

#include <fmt/core.h>

namespace marque::demo {
namespace {

int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    return digit - 'a' + 10;
}

int channel(std::string_view text, std::size_t position) {
    return hex_digit(text[position]) * 16 + hex_digit(text[position + 1]);
}

int mix_channel(int from, int to, int percent) { return (from * (100 - percent) + to * percent + 50) / 100; }

}  // namespace

Rgb parse_rgb(std::string_view text) {
    if (text.size() != 7) return {};
    return {channel(text, 1), channel(text, 3), channel(text, 5)};
}

std::string write_rgb(Rgb color) { return fmt::format("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue); }

Rgb mix(Rgb from, Rgb to, int percent) {
    return {mix_channel(from.red, to.red, percent), mix_channel(from.green, to.green, percent),
            mix_channel(from.blue, to.blue, percent)};
}

int lightness(Rgb color) { return (color.red * 30 + color.green * 59 + color.blue * 11) / 100; }

}  // namespace marque::demo
