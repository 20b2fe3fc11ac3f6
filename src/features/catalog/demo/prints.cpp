// The prints (stripes, dots, checks, flowers, horns) and the weaves (knit, rib, denim, tweed, felt).
#include "features/catalog/demo/prints.h"

#include <fmt/core.h>

namespace marque::demo {

const std::string_view horn_motif =
    "M0 26V2M0 2C-4-22-22-36-36-26C-48-16-42 4-28 2C-18 0-18-12-26-12M0 2C4-22 22-36 36-26C48-16 42 4 28 2C18 0 18-12 "
    "26-12M0 14C-12 14-20 22-17 31C-14 37-7 34-9 28M0 14C12 14 20 22 17 31C14 37 7 34 9 28";

namespace {

// The same tile straight for the body and turned for sleeves.
std::string tile_pair(char straight, char turned, int width, int height, int angle, const std::string& content) {
    std::string text;
    for (const bool sleeve : {false, true}) {
        text += fmt::format("<pattern id='{}' width='{}' height='{}' patternUnits='userSpaceOnUse'",
                            sleeve ? turned : straight, width, height);
        if (sleeve) text += fmt::format(" patternTransform='rotate({})'", angle);
        text += ">" + (sleeve ? fmt::format("<use href='#{}x'/>", straight)
                              : fmt::format("<g id='{}x'>{}</g>", straight, content));
        text += "</pattern>";
    }
    return text;
}

std::string flower(int x, int y, int size, const std::string& petal, const std::string& heart) {
    std::string text = fmt::format("<g transform='translate({} {})' fill='{}'>", x, y, petal);
    static constexpr int around[5][2] = {{0, -10}, {10, -3}, {6, 8}, {-6, 8}, {-10, -3}};
    for (const auto& at : around) {
        text += fmt::format("<circle cx='{}' cy='{}' r='{}'/>", at[0] * size / 10, at[1] * size / 10, size * 7 / 10);
    }
    return text + fmt::format("<circle r='{}' fill='{}'/></g>", size * 4 / 10, heart);
}

std::string floral_tile(Rgb accent, int variant) {
    const std::string petal = write_rgb(accent);
    static constexpr Rgb hearts[3] = {{214, 164, 72}, {196, 106, 84}, {126, 150, 120}};
    const Rgb heart = hearts[variant % 3];
    const std::string leaf = write_rgb(mix(heart, accent, 35));
    std::string text = flower(24, 28, 9, petal, write_rgb(heart)) + flower(78, 66, 11, petal, write_rgb(heart)) +
                       flower(28, 92, 6, write_rgb(mix(accent, heart, 40)), petal);
    text += fmt::format(
        "<g fill='none' stroke='{}' stroke-width='3' stroke-linecap='round'><path d='M40 38q10 2 14 12M66 "
        "24q8-10 18-8M52 92q-4 10 2 16'/></g><circle cx='60' cy='14' r='3' fill='{}'/><circle cx='98' "
        "cy='26' r='3' fill='{}'/>",
        leaf, petal, leaf);
    return text;
}

}  // namespace

bool has_texture(Finish finish) {
    return finish != Finish::matte && finish != Finish::satin && finish != Finish::leather;
}

std::string print_definitions(Pattern pattern, Rgb accent, int variant, bool upright) {
    const std::string color = write_rgb(accent);
    switch (pattern) {
        case Pattern::plain:
            return {};
        case Pattern::stripes: {
            static constexpr int widths[3][2] = {{26, 8}, {44, 20}, {16, 4}};
            const auto& width = widths[variant % 3];
            if (upright) {
                return tile_pair('p', 'q', width[0], 60, -14,
                                 fmt::format("<path d='M0 0h{}v60H0z' fill='{}'/>", width[1] * 3 / 4, color));
            }
            return tile_pair('p', 'q', 60, width[0], -24,
                             fmt::format("<path d='M0 0h60v{}H0z' fill='{}'/>", width[1], color));
        }
        case Pattern::dots: {
            const int size = variant % 2 == 0 ? 34 : 24;
            return tile_pair(
                'p', 'q', size, size, -20,
                fmt::format("<g fill='{0}'><circle cx='{1}' cy='{1}' r='{2}'/><circle cx='{3}' cy='{3}' r='{2}'/></g>",
                            color, size / 4, size / 7, size * 3 / 4));
        }
        case Pattern::checks: {
            const int size = variant % 2 == 0 ? 54 : 38;
            return tile_pair(
                'p', 'q', size, size, -20,
                fmt::format("<g fill='{0}'><path opacity='.34' d='M0 0h{1}v{2}H0z'/><path opacity='.34' d='M0 "
                            "0h{2}v{1}H0z'/><path opacity='.7' d='M{3} 0h2v{1}h-2zM0 {3}h{1}v2H0z'/></g>",
                            color, size, size * 4 / 10, size * 7 / 10));
        }
        case Pattern::floral:
            return tile_pair('p', 'q', 108, 112, -24, floral_tile(accent, variant));
        case Pattern::ornament:
            return tile_pair(
                'p', 'q', 92, 96, -20,
                fmt::format("<path d='{}' transform='translate(46 44) scale(.62)' fill='none' stroke='{}' "
                            "stroke-width='8' stroke-linecap='round'/><path d='M0 88l6-6 6 6-6 6zM80 88l6-6 6 6-6 "
                            "6zM40 88l6-6 6 6-6 6z' fill='{}'/>",
                            horn_motif, color, color));
        case Pattern::two_tone:
            return fmt::format(
                "<pattern id='p' width='600' height='800' patternUnits='userSpaceOnUse'><path d='M0 "
                "{0}h600v500H0z' fill='{1}'/></pattern><pattern id='q' width='600' height='800' "
                "patternUnits='userSpaceOnUse'><path d='M0 {0}h600v500H0z' fill='{1}'/></pattern>",
                430, color);
    }
    return {};
}

std::string texture_definitions(Finish finish, Rgb dark, Rgb pale) {
    const std::string shade = write_rgb(dark);
    const std::string gleam = write_rgb(pale);
    switch (finish) {
        case Finish::knit:
            return tile_pair(
                't', 'u', 12, 11, -16,
                fmt::format("<path d='M0 1l6 7 6-7' fill='none' stroke='{}' stroke-width='1.8' opacity='.3'/><path "
                            "d='M0 3l6 7 6-7' fill='none' stroke='{}' opacity='.35'/>",
                            shade, gleam));
        case Finish::rib:
            return tile_pair(
                't', 'u', 10, 40, -16,
                fmt::format("<path d='M1 0h3v40H1z' fill='{}' opacity='.2'/><path d='M6 0h2v40H6z' fill='{}' "
                            "opacity='.3'/>",
                            shade, gleam));
        case Finish::denim:
            return tile_pair(
                't', 'u', 6, 6, -10,
                fmt::format("<path d='M0 6L6 0M-1 1L1-1M5 7L7 5' stroke='{}' stroke-width='1.1' opacity='.4'/>",
                            gleam));
        case Finish::tweed:
            return tile_pair(
                't', 'u', 16, 16, -10,
                fmt::format("<g opacity='.3'><path d='M1 2l3 3M9 1l3 3M5 9l3 3M13 10l3 3' stroke='{}' "
                            "stroke-width='1.6'/><path d='M7 3l-3 3M15 5l-3 3M3 12l-3 3M11 13l-3 3' stroke='{}' "
                            "stroke-width='1.6'/></g>",
                            shade, gleam));
        case Finish::felt:
            return tile_pair(
                't', 'u', 24, 22, -10,
                fmt::format("<g fill='none' opacity='.28'><path d='M2 5q5-3 8 1M14 15q4 3 8-1M4 18q3-3 6 0' "
                            "stroke='{}'/><path d='M13 4q4 3 8 0M1 11q4 2 7-1M14 9q3-2 6 1' stroke='{}'/></g>",
                            shade, gleam));
        case Finish::matte:
        case Finish::satin:
        case Finish::leather:
            return {};
    }
    return {};
}

}  // namespace marque::demo
