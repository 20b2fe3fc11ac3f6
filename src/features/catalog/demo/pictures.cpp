// Finds what a picture's path names and draws it: products, categories and banners.
#include <fmt/core.h>

#include <array>

#include "features/catalog/demo/build.h"
#include "features/catalog/demo/drawings.h"

namespace marque::demo {
namespace {

// Several drawings in one picture need ids of their own.
std::string with_prefix(const std::string& svg, char prefix) {
    static constexpr std::array<std::string_view, 3> marks{" id='", "url(#", "href='#"};
    std::string result;
    result.reserve(svg.size() + svg.size() / 16);
    for (std::size_t position = 0; position < svg.size();) {
        const std::string_view rest = std::string_view(svg).substr(position);
        bool marked = false;
        for (const auto mark : marks) {
            if (!rest.starts_with(mark)) continue;
            result += mark;
            result += prefix;
            position += mark.size();
            marked = true;
        }
        if (!marked) result += svg[position++];
    }
    return result;
}

Finish scene_finish(std::string_view shape) {
    if (shape == "cardigan" || shape == "beanie") return Finish::knit;
    if (shape == "turtleneck") return Finish::rib;
    if (shape == "gown" || shape == "slip_dress" || shape == "clutch") return Finish::satin;
    if (shape == "jeans" || shape == "jacket") return Finish::denim;
    if (shape == "tote" || shape == "crossbody" || shape == "boot" || shape == "sneaker") return Finish::leather;
    if (shape == "felt_vest" || shape == "kalpak") return Finish::felt;
    return Finish::matte;
}

Pattern scene_pattern(std::string_view shape) {
    if (shape == "sundress") return Pattern::dots;
    return shape == "skirt_midi" || shape == "dress" ? Pattern::floral : Pattern::plain;
}

struct Place {
    int x, y, percent, angle;
};

std::string place_garment(const Sketch& sketch, const Place& place, char prefix) {
    Canvas canvas(sketch);
    draw_shape(canvas);
    const std::string drawing = fmt::format(
        "<defs>{}</defs><g transform='translate({} {}) rotate({}) scale(.{:02})'><g filter='url(#s)'>{}</g></g>",
        canvas.definitions(), place.x, place.y, place.angle, place.percent, canvas.garment());
    return with_prefix(drawing, prefix);
}

}  // namespace

std::string category_image_path(std::string_view slug) { return fmt::format("/media/demo/category-{}.svg", slug); }
std::string banner_image_path(std::string_view key) { return fmt::format("/media/demo/banner-{}.svg", key); }

std::string draw_product(const Sketch& sketch) {
    Canvas canvas(sketch);
    draw_shape(canvas);
    return canvas.finish();
}

// A category shows its garment before an arch.
std::string draw_category(const CategoryEntry& category) {
    const Sketch sketch{
        category.shape, category.style, category.pattern, category.finish, parse_rgb(category.color), 0};
    Canvas canvas(sketch);
    draw_shape(canvas);
    const Rgb ground = canvas.backdrop();
    const Rgb arch = lightness(sketch.color) > 205 ? mix(ground, ink, 14) : mix(ground, sketch.color, 22);
    return fmt::format(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 600 800' width='600' height='800'><defs>{}</defs><path "
        "fill='{}' d='M0 "
        "0h600v800H0z'/><path fill='{}' d='M70 800V330a230 230 0 0 1 460 0V800z'/><g filter='url(#s)'>{}</g></svg>",
        canvas.definitions(), write_rgb(mix(ground, white, 30)), write_rgb(arch), canvas.garment());
}

// Room for the words on the left, three garments before arches on the right.
std::string draw_banner(const BannerEntry& banner) {
    const Rgb ground = parse_rgb(banner.ground);
    std::string svg = fmt::format(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1600 600' width='1600' "
        "height='600'><defs><linearGradient "
        "id='y'><stop offset='0' stop-color='{}'/><stop offset='1' stop-color='{}'/></linearGradient></defs><path "
        "fill='url(#y)' d='M0 0h1600v600H0z'/>",
        write_rgb(mix(ground, white, 36)), write_rgb(ground));
    svg += fmt::format(
        "<path fill='{}' d='M926 600V270a190 190 0 0 1 380 0V600z'/><circle cx='760' cy='470' r='210' fill='{}' "
        "opacity='.6'/><circle cx='1470' cy='150' r='150' fill='{}' opacity='.55'/>",
        write_rgb(mix(ground, {120, 92, 80}, 24)), write_rgb(mix(ground, white, 45)),
        write_rgb(mix(ground, white, 40)));
    static constexpr Place places[] = {{596, 58, 64, -4}, {1206, 40, 62, 4}, {888, 14, 76, 0}};
    static constexpr int order[] = {1, 2, 0};
    for (std::size_t index = 0; index < 3; ++index) {
        const auto& scene = banner.scene[static_cast<std::size_t>(order[index])];
        const Sketch sketch{scene[0],
                            scene[1],
                            scene_pattern(scene[0]),
                            scene_finish(scene[0]),
                            parse_rgb(scene[2]),
                            static_cast<int>(index)};
        svg += place_garment(sketch, places[index], static_cast<char>('A' + static_cast<int>(index)));
    }
    return svg + "</svg>";
}

std::string draw_image(std::string_view image_path) {
    const auto sketch = built().sketches.find(image_path);
    if (sketch != built().sketches.end()) return draw_product(sketch->second);
    for (const CategoryEntry& category : category_table()) {
        if (image_path == category_image_path(category.slug)) return draw_category(category);
    }
    for (const BannerEntry& banner : banner_table()) {
        if (image_path == banner_image_path(banner.key)) return draw_banner(banner);
    }
    return {};
}

}  // namespace marque::demo
