// Trousers, jeans, shorts, leggings, joggers and skirts.
#include <fmt/core.h>

#include "features/catalog/demo/drawings.h"
#include "features/catalog/demo/torso.h"

namespace marque::demo {
namespace {

struct Legs {
    int waist = 88, top_y = 96;
    int hip = 118, hip_y = 236;
    int crotch_y = 330;
    int outer = 128, inner = 34, hem_y = 726;
};

std::string legs_path(const Legs& legs) {
    return Outline(0, legs.top_y + 4)
        .line(legs.waist, legs.top_y)
        .curve(legs.waist + 10, legs.top_y + 50, legs.hip, legs.hip_y - 50, legs.hip, legs.hip_y)
        .curve(legs.hip + 2, legs.hip_y + (legs.hem_y - legs.hip_y) / 4, legs.outer,
               legs.hem_y - (legs.hem_y - legs.hip_y) * 2 / 5, legs.outer, legs.hem_y)
        .curve(legs.outer - 20, legs.hem_y + 8, legs.inner + 20, legs.hem_y + 10, legs.inner, legs.hem_y + 6)
        .curve(legs.inner - 2, legs.hem_y - (legs.hem_y - legs.crotch_y) / 2, 14,
               legs.crotch_y + (legs.hem_y - legs.crotch_y) / 4, 3, legs.crotch_y)
        .closed();
}

Legs measure(std::string_view shape, std::string_view style) {
    Legs legs;
    if (shape == "leggings") legs = {.waist = 80, .hip = 100, .outer = 66, .inner = 22, .hem_y = 726};
    if (shape == "joggers") legs = {.waist = 92, .hip = 122, .outer = 84, .inner = 30, .hem_y = 716};
    if (shape == "shorts")
        legs = {.waist = 106,
                .top_y = 200,
                .hip = 134,
                .hip_y = 340,
                .crotch_y = 432,
                .outer = 152,
                .inner = 12,
                .hem_y = 580};
    if (style == "wide-leg") legs.outer += shape == "shorts" ? 14 : 46, legs.inner += shape == "shorts" ? 0 : 10;
    if (style == "slim" || style == "tapered") legs.outer -= 40, legs.inner -= 6;
    if (style == "straight") legs.outer -= 8;
    if (style == "flared") legs.outer += 44;
    if (style == "cropped") legs.hem_y -= 90;
    if (style == "high-waist") legs.top_y -= 26;
    return legs;
}

void draw_leg_folds(Canvas& canvas, const Legs& legs) {
    const int knee = legs.crotch_y + (legs.hem_y - legs.crotch_y) / 2;
    canvas.begin_folds(legs_path(legs));
    canvas.fold_pair(
        fmt::format("M304 {}Q{} {} {} {}", legs.crotch_y, 312 + legs.inner, knee, 300 + legs.inner + 4, legs.hem_y), 26,
        24);
    canvas.fold_pair(fmt::format("M310 {}Q350 {} 384 {}", legs.crotch_y - 24, legs.crotch_y - 16, legs.crotch_y - 44),
                     12, 22);
    canvas.light_pair(fmt::format("M{} {}Q{} {} {} {}", 300 + legs.hip * 6 / 10, legs.hip_y, 300 + legs.hip * 6 / 10,
                                  knee, 300 + (legs.outer + legs.inner) / 2, legs.hem_y),
                      20, 15);
    canvas.fold_pair(fmt::format("M{} {}Q{} {} {} {}", 300 + legs.outer, knee - 10, 300 + legs.outer - 30, knee + 16,
                                 300 + legs.outer - 56, knee + 4),
                     10, 16);
    canvas.end_folds();
}

void draw_jeans_details(Canvas& canvas, const Legs& legs) {
    canvas.stitch_pair(fmt::format("M{} {}Q{} {} {} {}", 300 + 36, legs.top_y + 34, 300 + 50, legs.top_y + 84,
                                   300 + legs.hip - 10, legs.top_y + 84));
    canvas.stitch(fmt::format("M300 {}V{}Q300 {} 330 {}V{}", legs.crotch_y, legs.crotch_y - 40, legs.crotch_y - 50,
                              legs.crotch_y - 80, legs.top_y + 34));
    canvas.stitch_pair(
        fmt::format("M{} {}L{} {}", 300 + legs.inner + 2, legs.hem_y - 12, 300 + legs.outer - 2, legs.hem_y - 18));
    canvas.button(300, legs.top_y + 16, 7);
    canvas.flat(fmt::format("M{0} {1}h30v18h-30z", 300 - legs.waist + 8, legs.top_y + 6), {176, 124, 78});
}

void draw_waistband(Canvas& canvas, const Legs& legs, int height, bool elastic) {
    canvas.trim(Outline(0, legs.top_y - 2)
                    .line(legs.waist, legs.top_y - 4)
                    .line(legs.waist + 5, legs.top_y + height - 4)
                    .line(0, legs.top_y + height)
                    .closed(),
                mix(canvas.color(), ink, 8));
    if (elastic) {
        std::string ribs;
        for (int x = 308 - legs.waist; x < 292 + legs.waist; x += 8)
            ribs += fmt::format("M{} {}v{}", x, legs.top_y + 2, height - 8);
        canvas.line(ribs, mix(canvas.color(), ink, 26), 1);
        return;
    }
    canvas.trim_pair(fmt::format("M{0} {1}h9v{2}h-9z", 300 + legs.waist / 2, legs.top_y - 5, height + 6),
                     mix(canvas.color(), ink, 14));
}

}  // namespace

void draw_bottoms(Canvas& canvas) {
    const std::string_view shape = canvas.sketch().shape;
    const std::string_view style = canvas.sketch().style;
    const Legs legs = measure(shape, style);
    canvas.trim(Outline(0, legs.top_y - 14)
                    .curve(40, legs.top_y - 14, legs.waist - 10, legs.top_y - 12, legs.waist - 1, legs.top_y - 2)
                    .line(legs.waist - 4, legs.top_y + 20)
                    .line(0, legs.top_y + 20)
                    .closed(),
                mix(canvas.color(), ink, 44));
    canvas.cloth(legs_path(legs));
    draw_leg_folds(canvas, legs);
    const bool sporty = shape == "leggings" || shape == "joggers";
    draw_waistband(canvas, legs, shape == "leggings" ? 44 : 30, sporty);
    if (shape == "leggings") {
        canvas.seam_pair(fmt::format("M{} {}Q{} 420 {} {}", 300 + legs.hip - 14, 170, 300 + legs.hip - 16,
                                     300 + legs.outer - 12, legs.hem_y - 4));
        if (style == "side-stripe")
            canvas.line_pair(
                fmt::format("M{} 150C{} 240 {} 250 {} 300C{} 400 {} 520 {} {}", 300 + legs.waist, 300 + legs.hip - 14,
                            300 + legs.hip - 12, 300 + legs.hip - 16, 300 + legs.hip - 22, 300 + legs.outer - 10,
                            300 + legs.outer - 10, legs.hem_y - 4),
                canvas.accent(), 7);
    } else if (shape == "joggers") {
        canvas.trim_pair(
            fmt::format("M{} {}L{} {}L{} {}L{} {}Z", 300 + legs.inner, legs.hem_y - 26, 300 + legs.outer,
                        legs.hem_y - 28, 300 + legs.outer - 6, legs.hem_y + 8, 300 + legs.inner + 4, legs.hem_y + 10),
            mix(canvas.color(), ink, 12));
        canvas.line("M290 112q-14 50-8 104M310 112q12 44 6 92", mix(canvas.color(), white, 60), 4);
        canvas.seam_pair("M384 140Q398 190 414 216");
        if (style == "side-stripe")
            canvas.line_pair(fmt::format("M394 132C402 180 412 200 412 250C412 340 {0} 520 {0} {1}",
                                         300 + legs.outer - 12, legs.hem_y - 32),
                             canvas.accent(), 8);
    } else if (canvas.sketch().finish == Finish::denim) {
        draw_jeans_details(canvas, legs);
    } else {
        canvas.seam_pair(fmt::format("M{} {}L{} {}", 300 + legs.waist * 8 / 10, legs.top_y + 34, 300 + legs.hip - 3,
                                     legs.hip_y - 30));
        canvas.seam(fmt::format("M300 {}V{}", legs.top_y + 30, legs.crotch_y));
        if (style != "slim" && shape != "shorts")
            canvas.seam_pair(fmt::format("M{} {}L{} {}", 300 + legs.waist / 2, legs.top_y + 40,
                                         300 + (legs.outer + legs.inner) / 2, legs.hem_y));
        if (style == "belted") draw_belt(canvas, legs.waist + 2, legs.top_y + 2, true);
    }
}

void draw_skirt(Canvas& canvas) {
    const std::string_view shape = canvas.sketch().shape;
    const std::string_view style = canvas.sketch().style;
    int hem = shape == "skirt_pencil" ? 108 : shape == "skirt_mini" ? 150 : 176;
    const int hem_y = shape == "skirt_mini" ? 540 : shape == "skirt_maxi" ? 742 : shape == "skirt_pencil" ? 660 : 680;
    const int top_y = shape == "skirt_mini" ? 230 : 130;
    if (style == "flared") hem += 22;
    if (style == "straight") hem -= 30;
    const int hip = shape == "skirt_pencil" ? 118 : 112;
    const std::string body = Outline(0, top_y)
                                 .line(84, top_y - 4)
                                 .curve(96, top_y + 60, hip - 4, top_y + 90, hip, top_y + 140)
                                 .curve(hip + 8, top_y + 220, hem - 4, hem_y - 120, hem, hem_y)
                                 .curve(hem * 6 / 10, hem_y + 20, hem * 3 / 10, hem_y + 20, 0, hem_y + 20)
                                 .closed();
    canvas.cloth(body);
    canvas.begin_folds(body);
    const int folds = shape == "skirt_pleated" ? 5 : shape == "skirt_pencil" ? 1 : 3;
    for (int step = -folds; step <= folds; ++step) {
        const int top = 300 + step * 74 / (folds + 1);
        const int bottom = 300 + step * hem / (folds + 1);
        canvas.fold(fmt::format("M{} {}Q{} {} {} {}", top + 4, top_y + 40, top + (bottom - top) / 3 + 4, top_y + 200,
                                bottom + 8, hem_y + 20),
                    folds == 5 ? 8 : 14, folds == 5 ? 40 : 22);
        canvas.light(fmt::format("M{} {}Q{} {} {} {}", top - 6, top_y + 70, top + (bottom - top) / 3 - 8, top_y + 220,
                                 bottom - 14, hem_y + 10),
                     folds == 5 ? 7 : 13, 18);
    }
    canvas.end_folds();
    if (shape == "skirt_pleated") {
        for (int step = -5; step <= 5; ++step)
            canvas.seam(fmt::format("M{} {}L{} {}", 300 + step * 14, top_y + 26, 300 + step * hem / 6,
                                    hem_y + 16 - step * step / 3));
    }
    if (style == "tiered") {
        canvas.seam(
            fmt::format("M{} {}Q300 {} {} {}", 300 - hip - 6, top_y + 180, top_y + 204, 300 + hip + 6, top_y + 180));
        canvas.seam(fmt::format("M{} {}Q300 {} {} {}", 316 - hem, hem_y - 140, hem_y - 112, 284 + hem, hem_y - 140));
    }
    if (style == "button-front" || canvas.sketch().finish == Finish::denim) {
        canvas.seam(fmt::format("M300 {}V{}", top_y + 28, hem_y + 18));
        for (int y = top_y + 56; y < hem_y - 20; y += 52) canvas.button(300, y, 7);
    }
    if (style == "wrap")
        canvas.seam(fmt::format("M{} {}Q360 {} 344 {}", 376, top_y + 30, (top_y + hem_y) / 2, hem_y + 18));
    if (style == "slit")
        canvas.flat(fmt::format("M350 {0}L344 {1}L378 {0}Z", hem_y + 14, hem_y - 190), mix(canvas.color(), ink, 55),
                    70);
    canvas.trim(Outline(0, top_y - 4).line(84, top_y - 8).line(90, top_y + 24).line(0, top_y + 30).closed(),
                mix(canvas.color(), ink, 9));
    if (style == "belted") draw_belt(canvas, 88, top_y, true);
    if (canvas.sketch().finish == Finish::denim) canvas.button(300, top_y + 13, 7);
}

}  // namespace marque::demo
