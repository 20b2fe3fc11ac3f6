// Dresses: a fitted upper body and a skirt in one outline, with the details of each cut.
#include <fmt/core.h>

#include "features/catalog/demo/drawings.h"
#include "features/catalog/demo/torso.h"

namespace marque::demo {
namespace {

Torso dress_measures(std::string_view shape, std::string_view style) {
    Torso torso{.neck = 44,
                .neck_y = 92,
                .neck_drop = 40,
                .shoulder = 94,
                .shoulder_y = 112,
                .chest = 94,
                .armhole_y = 220,
                .waist = 76,
                .waist_y = 320,
                .hem = 150,
                .hem_y = 690,
                .hem_dip = 16,
                .sleeve = Sleeve::short_};
    if (shape == "shirt_dress") torso.sleeve = Sleeve::long_, torso.waist = 90, torso.hem = 128, torso.neck_drop = 44;
    if (shape == "gown")
        torso.hem = 178, torso.hem_y = 742, torso.sleeve = Sleeve::none, torso.shoulder = 82, torso.waist = 70;
    if (shape == "knit_dress")
        torso.sleeve = Sleeve::long_, torso.hem = 104, torso.hem_y = 640, torso.waist = 82, torso.hem_dip = 6;
    if (style == "v-neck" || style == "wrap") torso.v_neck = true, torso.neck_drop = 120;
    if (style == "long-sleeve") torso.sleeve = Sleeve::long_;
    if (style == "puff-sleeve") torso.sleeve = Sleeve::puff;
    if (style == "sleeveless") torso.sleeve = Sleeve::none, torso.shoulder -= 14;
    if (style == "relaxed" || style == "oversized") torso.waist += 26, torso.chest += 12, torso.shoulder += 8;
    if (style == "flared") torso.hem += 34;
    if (style == "fitted") torso.hem -= 34, torso.waist -= 4;
    if (style == "boat-neck") torso.neck = 64, torso.neck_drop = 20;
    return torso;
}

void draw_skirt_folds(Canvas& canvas, const Torso& torso) {
    canvas.begin_folds(torso_path(torso));
    for (int step = -2; step <= 2; ++step) {
        const int top = 300 + step * torso.waist / 3;
        const int bottom = 300 + step * torso.hem * 4 / 10;
        canvas.fold(fmt::format("M{} {}Q{} {} {} {}", top + 6, torso.waist_y + 14, top + (bottom - top) / 3,
                                torso.waist_y + 150, bottom + 8, torso.hem_y + 10),
                    15, 22);
        canvas.light(fmt::format("M{} {}Q{} {} {} {}", top - 8, torso.waist_y + 60, top - 6 + (bottom - top) / 3,
                                 torso.waist_y + 170, bottom - 20, torso.hem_y),
                     15, 14);
    }
    canvas.end_folds();
}

// Slip dresses and sundresses hang from straps.
void draw_strap_dress(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const bool slip = canvas.sketch().shape == "slip_dress";
    const int hem = slip ? 112 : 158;
    const int hem_y = slip ? 716 : 680;
    const int waist = slip ? 84 : 76;
    Outline outline(0, slip ? 246 : 220);
    outline.curve(22, 236, 44, 214, 62, 190).curve(70, 206, 84, 216, 96, 236);
    outline.curve(94, 280, waist, 300, waist, 340).curve(waist + 4, 400, hem - 8, hem_y - 180, hem, hem_y);
    outline.curve(hem * 6 / 10, hem_y + 18, hem * 3 / 10, hem_y + 18, 0, hem_y + 18);
    const std::string body = outline.closed();
    canvas.line_pair(slip ? "M362 192C360 140 350 110 340 96" : "M362 194C364 150 358 116 346 96",
                     mix(canvas.color(), ink, 18), slip ? 4 : 14);
    canvas.trim(Outline(0, 210).curve(30, 206, 50, 206, 62, 194).line(92, 240).line(0, 262).closed(),
                mix(canvas.color(), ink, 34));
    canvas.cloth(body);
    canvas.begin_folds(body);
    for (int step = -2; step <= 2; ++step) {
        const int bottom = 300 + step * hem * 4 / 10;
        canvas.fold(fmt::format("M{} 350Q{} 500 {} {}", 304 + step * 26, 304 + step * 34, bottom + 8, hem_y + 10),
                    slip ? 11 : 15, 20);
        canvas.light(fmt::format("M{} 380Q{} 500 {} {}", 292 + step * 26, 290 + step * 34, bottom - 18, hem_y), 14, 16);
    }
    canvas.fold_pair("M392 240Q350 290 320 300", 14, 20);
    canvas.end_folds();
    if (!slip) {
        canvas.seam("M224 340Q300 356 376 340");
        if (style == "button-front") {
            canvas.seam("M300 224V690");
            for (int y = 250; y < 660; y += 50) canvas.button(300, y, 6);
        }
    }
    if (style == "tiered") {
        canvas.seam_pair(fmt::format("M300 462Q350 462 {} 448", 300 + (waist + hem) / 2 - 16));
        canvas.seam_pair(fmt::format("M300 576Q350 576 {} 558", 300 + hem - 26));
    }
    if (style == "belted") draw_belt(canvas, waist, 332, false);
    if (style == "slit")
        canvas.flat(fmt::format("M352 {0}L342 500L374 {0}Z", hem_y + 10), mix(canvas.color(), ink, 55), 70);
}

}  // namespace

void draw_dress(Canvas& canvas) {
    const std::string_view shape = canvas.sketch().shape;
    const std::string_view style = canvas.sketch().style;
    if (shape == "slip_dress" || shape == "sundress") return draw_strap_dress(canvas);
    const Torso torso = dress_measures(shape, style);
    draw_torso(canvas, torso);
    if (shape == "knit_dress") {
        draw_hem_band(canvas, torso, 26);
        canvas.trim_pair(cuff_path(torso, 30), mix(canvas.color(), ink, 10));
        draw_neck_band(canvas, torso, 16);
    } else {
        draw_skirt_folds(canvas, torso);
    }
    if (style == "wrap") {
        canvas.seam(
            fmt::format("M300 {}Q330 270 {} {}", torso.neck_y + torso.neck_drop, 300 + torso.waist, torso.waist_y));
        canvas.seam(fmt::format("M{} {}Q320 520 336 {}", 300 + torso.waist - 10, torso.waist_y + 10, torso.hem_y + 12));
    }
    if (style == "tiered") {
        canvas.seam_pair(fmt::format("M300 450Q350 450 {} 434", 300 + torso.waist + 28));
        canvas.seam_pair(fmt::format("M300 566Q360 566 {} 548", 300 + torso.hem - 30));
    }
    if (style == "pleated") {
        for (int step = -4; step <= 4; ++step) {
            canvas.seam(fmt::format("M{} {}L{} {}", 300 + step * torso.waist / 5, torso.waist_y + 16,
                                    300 + step * torso.hem * 2 / 9, torso.hem_y + 10));
        }
    }
    if (shape == "shirt_dress") {
        draw_placket(canvas, torso.neck_y + torso.neck_drop - 4, torso.hem_y + 12, 9);
        draw_shirt_collar(canvas, torso);
        if (torso.sleeve == Sleeve::long_) canvas.trim_pair(cuff_path(torso, 30), mix(canvas.color(), ink, 8));
    }
    if (style == "slit")
        canvas.flat(fmt::format("M358 {0}L340 470L400 {0}Z", torso.hem_y + 6), mix(canvas.color(), ink, 55), 65);
    if (style == "belted" || style == "wrap")
        draw_belt(canvas, torso.waist + 1, torso.waist_y - 10, style == "belted" && shape == "shirt_dress");
    else if (shape != "knit_dress" && shape != "shirt_dress")
        canvas.seam(fmt::format("M{} {}Q300 {} {} {}", 300 - torso.waist, torso.waist_y, torso.waist_y + 12,
                                300 + torso.waist, torso.waist_y));
}

}  // namespace marque::demo
