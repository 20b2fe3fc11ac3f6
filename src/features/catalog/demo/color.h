// Colours as the demo drawings calculate with them: parsing, mixing and writing "#rrggbb".
#pragma once

#include <string>
#include <string_view>

namespace marque::demo {

struct Rgb {
    int red = 0;
    int green = 0;
    int blue = 0;
};

inline constexpr Rgb white{255, 255, 255};
inline constexpr Rgb ink{24, 20, 28};

Rgb parse_rgb(std::string_view text);
std::string write_rgb(Rgb color);

// The colour `percent` of the way from `from` to `to`.
Rgb mix(Rgb from, Rgb to, int percent);

// Perceived lightness, 0 (black) to 255 (white).
int lightness(Rgb color);

}  // namespace marque::demo
