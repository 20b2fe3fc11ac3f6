// Writes SVG for pieces of cloth: gradients give the volume, pattern fills the textures and prints.
#include "features/catalog/demo/canvas.h"

#include <fmt/core.h>

#include <array>

#include "features/catalog/demo/prints.h"

namespace marque::demo {
namespace {

constexpr std::string_view mirror = "transform='matrix(-1 0 0 1 600 0)'";

// A print must stand out from its ground: a pale one on dark cloth, a deep one on light cloth.
Rgb choose_accent(const Sketch& sketch) {
    static constexpr std::array<Rgb, 4> deep{Rgb{52, 68, 98}, Rgb{150, 74, 52}, Rgb{66, 92, 76}, Rgb{120, 52, 66}};
    static constexpr std::array<Rgb, 4> pale{Rgb{244, 238, 226}, Rgb{236, 214, 176}, Rgb{226, 232, 228},
                                             Rgb{244, 222, 214}};
    const auto choice = static_cast<std::size_t>(sketch.variant) % 4;
    if (lightness(sketch.color) < 150) return pale[choice];
    return lightness(sketch.color) > 200 ? deep[choice] : mix(sketch.color, ink, 58);
}

}  // namespace

Outline::Outline(int x, int y) : start_x_(x), start_y_(y) {}

Outline& Outline::line(int x, int y) {
    steps_.push_back({false, 0, 0, 0, 0, x, y});
    return *this;
}

Outline& Outline::curve(int x1, int y1, int x2, int y2, int x, int y) {
    steps_.push_back({true, x1, y1, x2, y2, x, y});
    return *this;
}

std::string Outline::closed() const {
    std::string path = fmt::format("M{} {}", 300 + start_x_, start_y_);
    for (const Step& step : steps_) {
        if (step.curved)
            path += fmt::format("C{} {} {} {} ", 300 + step.x1, step.y1, 300 + step.x2, step.y2);
        else
            path += "L";
        path += fmt::format("{} {}", 300 + step.x, step.y);
    }
    if (steps_.back().x != 0) path += fmt::format("L{} {}", 300 - steps_.back().x, steps_.back().y);
    for (std::size_t index = steps_.size(); index-- > 0;) {
        const Step& step = steps_[index];
        const int x = index == 0 ? start_x_ : steps_[index - 1].x;
        const int y = index == 0 ? start_y_ : steps_[index - 1].y;
        if (step.curved)
            path += fmt::format("C{} {} {} {} ", 300 - step.x2, step.y2, 300 - step.x1, step.y1);
        else
            path += "L";
        path += fmt::format("{} {}", 300 - x, y);
    }
    return path + "Z";
}

Canvas::Canvas(const Sketch& sketch) : sketch_(sketch), accent_(choose_accent(sketch)) {
    const int light = lightness(sketch.color);
    dark_ = mix(sketch.color, ink, light < 70 ? 55 : 38);
    pale_ = mix(sketch.color, white, light < 70 ? 22 : 34);
}

std::string Canvas::define(const std::string& path) {
    for (const auto& [known, id] : defined_) {
        if (known == path) return id;
    }
    std::string id = fmt::format("d{}", next_id_++);
    paths_ += fmt::format("<path id='{}' d='{}'/>", id, path);
    defined_.emplace_back(path, id);
    return id;
}

void Canvas::place(const std::string& id, bool sleeve) {
    body_ += fmt::format("<use href='#{}' fill='url(#f)' stroke='{}'/>", id, write_rgb(dark_));
    if (sketch_.pattern != Pattern::plain) {
        body_ += fmt::format("<use href='#{}' fill='url(#{})'/>", id, sleeve ? "q" : "p");
        body_ += fmt::format("<use href='#{}' fill='url(#v)'/>", id);
    }
    if (has_texture(sketch_.finish)) body_ += fmt::format("<use href='#{}' fill='url(#{})'/>", id, sleeve ? "u" : "t");
}

void Canvas::cloth(const std::string& path) { place(define(path), false); }
void Canvas::sleeve_cloth(const std::string& path) { place(define(path), true); }

void Canvas::trim(const std::string& path, Rgb color) {
    const std::string id = define(path);
    body_ += fmt::format("<use href='#{0}' fill='{1}' stroke='{2}'/><use href='#{0}' fill='url(#v)'/>", id,
                         write_rgb(color), write_rgb(mix(color, ink, 35)));
}

void Canvas::trim_pair(const std::string& path, Rgb color) {
    const std::size_t start = mark();
    trim(path, color);
    mirror_since(start);
}

void Canvas::flat(const std::string& path, Rgb color, int opacity_percent) {
    body_ += fmt::format("<path d='{}' fill='{}'", path, write_rgb(color));
    if (opacity_percent < 100) body_ += fmt::format(" opacity='.{:02}'", opacity_percent);
    body_ += "/>";
}

void Canvas::begin_folds(const std::string& path) {
    const std::string id = define(path);
    const std::string clip = fmt::format("<clipPath id='c{0}'><use href='#{0}'/></clipPath>", id);
    if (paths_.find(clip) == std::string::npos) paths_ += clip;
    body_ += fmt::format("<g clip-path='url(#c{})'><g filter='url(#b)' fill='none' stroke-linecap='round'>", id);
}

void Canvas::end_folds() { body_ += "</g></g>"; }

void Canvas::fold(const std::string& path, int width, int opacity_percent) {
    body_ += fmt::format("<path d='{}' stroke='{}' stroke-width='{}' opacity='.{:02}'/>", path,
                         write_rgb(mix(dark_, ink, 40)), width, opacity_percent);
}

void Canvas::light(const std::string& path, int width, int opacity_percent) {
    const int strength =
        sketch_.finish == Finish::satin || sketch_.finish == Finish::leather ? opacity_percent * 2 : opacity_percent;
    body_ += fmt::format("<path d='{}' stroke='#fff' stroke-width='{}' opacity='.{:02}'/>", path, width,
                         strength > 99 ? 99 : strength);
}

void Canvas::fold_pair(const std::string& path, int width, int opacity_percent) {
    const std::size_t start = mark();
    fold(path, width, opacity_percent);
    mirror_since(start);
}

void Canvas::light_pair(const std::string& path, int width, int opacity_percent) {
    const std::size_t start = mark();
    light(path, width, opacity_percent);
    mirror_since(start);
}

void Canvas::seam(const std::string& path) { line(path, dark_, 2); }
void Canvas::seam_pair(const std::string& path) { line_pair(path, dark_, 2); }

void Canvas::stitch(const std::string& path) {
    const Rgb thread = lightness(sketch_.color) < 90 ? mix(sketch_.color, white, 38) : mix(sketch_.color, ink, 30);
    body_ += fmt::format("<path d='{}' fill='none' stroke='{}' stroke-width='1.4' stroke-dasharray='5 3'/>", path,
                         write_rgb(thread));
}

void Canvas::stitch_pair(const std::string& path) {
    const std::size_t start = mark();
    stitch(path);
    mirror_since(start);
}

void Canvas::line(const std::string& path, Rgb color, int width) {
    body_ += fmt::format("<path d='{}' fill='none' stroke='{}' stroke-width='{}' stroke-linecap='round'/>", path,
                         write_rgb(color), width);
}

void Canvas::line_pair(const std::string& path, Rgb color, int width) {
    const std::size_t start = mark();
    line(path, color, width);
    mirror_since(start);
}

void Canvas::button(int x, int y, int radius) {
    const Rgb face = lightness(sketch_.color) < 110 ? mix(sketch_.color, white, 45) : mix(sketch_.color, ink, 45);
    if (!has_button_) {
        paths_ += fmt::format(
            "<g id='k'><circle r='10' fill='{}' stroke='{}' stroke-width='2'/><circle cx='-3' cy='-3' r='3' "
            "fill='#fff' opacity='.35'/></g>",
            write_rgb(face), write_rgb(mix(face, ink, 40)));
        has_button_ = true;
    }
    body_ += fmt::format("<use href='#k' transform='translate({} {}) scale({}.{})'/>", x, y, radius / 10, radius % 10);
}

void Canvas::horns(int x, int y, int size_percent, Rgb color) {
    if (!has_horns_) {
        paths_ += fmt::format("<path id='h' d='{}' fill='none' stroke-width='7' stroke-linecap='round'/>", horn_motif);
        has_horns_ = true;
    }
    body_ += fmt::format("<use href='#h' stroke='{}' transform='translate({} {}) scale({}.{:02})'/>", write_rgb(color),
                         x, y, size_percent / 100, size_percent % 100);
}

void Canvas::mirror_since(std::size_t since) {
    const int id = next_id_++;
    body_.insert(since, fmt::format("<g id='g{}'>", id));
    body_ += fmt::format("</g><use href='#g{}' {}/>", id, mirror);
}

void Canvas::repeat_moved(std::size_t since, int dx, int dy, int size_percent) {
    const std::string drawn = body_.substr(since);
    const int id = next_id_++;
    body_.resize(since);
    body_ += fmt::format("<g id='r{}'>{}</g>", id, drawn);
    body_.insert(since, fmt::format("<use href='#r{}' transform='translate({} {}) scale({}.{:02})'/>", id, dx, dy,
                                    size_percent / 100, size_percent % 100));
}

Rgb Canvas::backdrop() const {
    static constexpr std::array<Rgb, 6> grounds{Rgb{240, 235, 228}, Rgb{234, 229, 222}, Rgb{231, 233, 229},
                                                Rgb{239, 231, 229}, Rgb{229, 232, 236}, Rgb{242, 238, 231}};
    const Rgb ground = grounds[static_cast<std::size_t>(sketch_.variant) % grounds.size()];
    // Pale garments need a deeper ground to stand out.
    if (lightness(sketch_.color) > 205) return mix(mix(ground, sketch_.color, 20), {150, 132, 118}, 38);
    return mix(ground, sketch_.color, 8);
}

std::string Canvas::definitions() const {
    const int light = lightness(sketch_.color);
    const int shine = sketch_.finish == Finish::satin || sketch_.finish == Finish::leather ? 34 : 14;
    const Rgb edge = mix(sketch_.color, ink, light < 70 ? 40 : 24);
    const Rgb glow = mix(sketch_.color, white, light < 70 ? shine * 2 / 3 + 4 : shine);
    std::string text = fmt::format(
        "<linearGradient id='f'><stop offset='0' stop-color='{0}'/><stop offset='.2' stop-color='{1}'/><stop "
        "offset='.38' "
        "stop-color='{2}'/><stop offset='.62' stop-color='{1}'/><stop offset='1' stop-color='{0}'/></linearGradient>",
        write_rgb(edge), write_rgb(sketch_.color), write_rgb(glow));
    text +=
        "<linearGradient id='v'><stop offset='0' stop-opacity='.2'/><stop offset='.3' stop-opacity='0'/><stop "
        "offset='.65' stop-opacity='0'/><stop offset='1' stop-opacity='.22'/></linearGradient>"
        "<filter id='b' x='-20%' y='-20%' width='140%' height='140%'><feGaussianBlur stdDeviation='5'/></filter>"
        "<filter id='s' x='-20%' y='-20%' width='140%' height='150%'><feGaussianBlur in='SourceAlpha' "
        "stdDeviation='13'/><feOffset dx='6' dy='15'/><feComponentTransfer><feFuncA type='linear' slope='.28'/>"
        "</feComponentTransfer><feMerge><feMergeNode/><feMergeNode in='SourceGraphic'/></feMerge></filter>";
    // Shirting and suiting carry their stripes upright.
    const bool upright = sketch_.shape == "trousers" || sketch_.shape == "shorts" || sketch_.shape == "shirt" ||
                         sketch_.shape == "shirt_dress";
    text += print_definitions(sketch_.pattern, accent_, sketch_.variant, upright);
    text += texture_definitions(sketch_.finish, mix(dark_, ink, 35), pale_);
    return text + paths_;
}

std::string Canvas::finish() const {
    const Rgb ground = backdrop();
    std::string svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 600 800' width='600' height='800'><defs>";
    svg += fmt::format(
        "<radialGradient id='w' cx='.46' cy='.4' r='.8'><stop offset='0' stop-color='{}'/><stop offset='.6' "
        "stop-color='{}'/><stop offset='1' stop-color='{}'/></radialGradient>",
        write_rgb(mix(ground, white, 45)), write_rgb(ground), write_rgb(mix(ground, {120, 100, 88}, 16)));
    svg += definitions();
    svg += "</defs><path fill='url(#w)' d='M0 0h600v800H0z'/><g filter='url(#s)'>";
    return svg + body_ + "</g></svg>";
}

}  // namespace marque::demo
