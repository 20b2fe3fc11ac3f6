// Prints and textures as SVG pattern definitions: ids p and q (turned along sleeves), t and u for the weave.
#pragma once

#include <string>
#include <string_view>

#include "features/catalog/demo/canvas.h"

namespace marque::demo {

// The ram's horn of Kyrgyz felt carpets, centred at the origin, about 90 wide and 70 high.
extern const std::string_view horn_motif;

bool has_texture(Finish finish);
// Stripes run across, or down when `upright`.
std::string print_definitions(Pattern pattern, Rgb accent, int variant, bool upright);
std::string texture_definitions(Finish finish, Rgb dark, Rgb pale);

}  // namespace marque::demo
