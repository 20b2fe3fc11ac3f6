// Light and warm tops: t-shirts, polos, tanks, shirts, blouses, sports tops, sweaters, cardigans, vests, hoodies.
#include <fmt/core.h>

#include "features/catalog/demo/drawings.h"
#include "features/catalog/demo/torso.h"

namespace marque::demo {
namespace {

// The cuts that several tops share, read from the style's key.
void apply_style(Torso& torso, std::string_view style) {
    if (style == "oversized" || style == "relaxed") {
        torso.shoulder += 14;
        torso.chest += 16;
        torso.waist += 20;
        torso.hem += 14;
        torso.armhole_y += 14;
        torso.shoulder_y += 6;
    }
    if (style == "cropped") torso.hem_y -= 110, torso.waist_y -= 50;
    if (style == "fitted" || style == "slim") torso.waist -= 16, torso.hem -= 6;
    if (style == "v-neck") torso.v_neck = true, torso.neck_drop = 92;
    if (style == "boat-neck") torso.neck = 74, torso.neck_drop = 18;
    if (style == "long-sleeve") torso.sleeve = Sleeve::long_;
    if (style == "short-sleeve") torso.sleeve = Sleeve::short_;
    if (style == "puff-sleeve") torso.sleeve = Sleeve::puff;
    if (style == "sleeveless") torso.sleeve = Sleeve::none;
    if (style == "longline") torso.hem_y += 50;
}

void draw_tank(Canvas& canvas) {
    const bool bra = canvas.sketch().shape == "sports_bra";
    const int hem_y = bra ? 470 : 640;
    Outline outline(0, 306);
    outline.curve(52, 306, 60, 240, 62, 160).line(96, 160).curve(94, 240, 92, 300, 118, 344);
    outline.curve(116, 400, 104, hem_y - 70, bra ? 106 : 118, hem_y)
        .curve(70, hem_y + 10, 30, hem_y + 10, 0, hem_y + 10);
    canvas.trim(Outline(0, 250).curve(40, 250, 60, 220, 70, 166).line(84, 170).curve(76, 260, 40, 316, 0, 318).closed(),
                mix(canvas.color(), ink, 34));
    canvas.cloth(outline.closed());
    canvas.begin_folds(outline.closed());
    canvas.fold_pair("M414 344Q372 370 356 430", 16, 22);
    canvas.fold("M330 420Q352 500 340 640", 20, 15);
    canvas.light("M244 330Q236 450 262 630", 26, 16);
    canvas.end_folds();
    canvas.line("M238 160C240 240 248 306 300 306C352 306 360 240 362 160", mix(canvas.color(), ink, 26), 6);
    canvas.line_pair("M396 160C394 240 392 300 418 344", mix(canvas.color(), ink, 26), 6);
    if (bra) {
        canvas.trim(Outline(0, 440).line(107, 432).line(106, 470).curve(70, 480, 30, 480, 0, 480).closed(),
                    mix(canvas.color(), ink, 22));
        canvas.seam_pair("M404 340Q350 372 300 372");
    } else {
        canvas.stitch("M184 630Q300 650 416 630");
    }
}

void draw_shirt(Canvas& canvas) {
    Torso torso{.neck = 42,
                .neck_y = 178,
                .neck_drop = 48,
                .shoulder = 114,
                .chest = 118,
                .waist = 114,
                .hem = 120,
                .hem_y = 630,
                .hem_dip = 34,
                .sleeve = Sleeve::long_};
    apply_style(torso, canvas.sketch().style);
    if (torso.v_neck) torso.v_neck = false, torso.neck_drop = 60;
    draw_torso(canvas, torso);
    draw_placket(canvas, torso.neck_y + torso.neck_drop - 4, torso.hem_y + torso.hem_dip - 4,
                 torso.hem_y < 560 ? 5 : 6);
    draw_shirt_collar(canvas, torso);
    canvas.trim("M338 318h56v52q-28 20-56 0z", mix(canvas.color(), ink, 5));
    if (torso.sleeve == Sleeve::long_) canvas.trim_pair(cuff_path(torso, 36), mix(canvas.color(), ink, 8));
    canvas.seam_pair(fmt::format("M{} {}Q{} {} {} {}", 300 + torso.shoulder, torso.shoulder_y,
                                 300 + torso.shoulder - 20, torso.shoulder_y + 70, 300 + torso.chest - 2,
                                 torso.armhole_y));
}

void draw_blouse(Canvas& canvas) {
    Torso torso{.neck = 52,
                .neck_drop = 70,
                .v_neck = true,
                .shoulder = 104,
                .chest = 110,
                .waist = 100,
                .hem = 122,
                .hem_y = 610,
                .hem_dip = 14,
                .sleeve = Sleeve::long_,
                .sleeve_width = 125};
    apply_style(torso, canvas.sketch().style);
    draw_torso(canvas, torso);
    const Rgb band = mix(canvas.color(), white, 10);
    const std::string_view style = canvas.sketch().style;
    if (torso.sleeve == Sleeve::long_) canvas.trim_pair(cuff_path(torso, 20), band);
    if (torso.sleeve == Sleeve::puff) canvas.trim_pair(cuff_path(torso, 14), band);
    if (style == "bow") {
        canvas.trim("M292 250q-22 90-34 150l28 8q18-70 20-150z", band);
        canvas.trim("M308 250q18 80 36 138l-28 10q-18-70-18-148z", mix(band, ink, 6));
        canvas.trim_pair("M302 246C330 210 376 206 380 232C382 262 330 270 302 254Z", band);
        canvas.trim("M290 236q10-6 20 0v24q-10 6-20 0z", mix(band, ink, 10));
    } else if (style == "ruffled") {
        canvas.trim_pair("M300 262q16-10 26 2q-8 20 4 34q-10 16 0 34q-12 16-2 36q-12 16-2 34q-10 14-4 32q-12 12-22 6z",
                         band);
    } else {
        canvas.seam("M300 250V616");
        for (int y = 280; y < 600; y += 56) canvas.button(300, y, 5);
    }
}

void draw_polo(Canvas& canvas) {
    Torso torso{.neck_drop = 46};
    apply_style(torso, canvas.sketch().style);
    draw_torso(canvas, torso);
    canvas.trim("M284 220h32v120h-32z", mix(canvas.color(), white, 5));
    for (int y = 246; y < 340; y += 36) canvas.button(300, y, 5);
    draw_shirt_collar(canvas, torso);
    canvas.trim_pair(cuff_path(torso, 20), mix(canvas.color(), ink, 12));
}

void draw_hoodie(Canvas& canvas) {
    Torso torso{.neck = 50,
                .neck_drop = 44,
                .shoulder = 120,
                .chest = 126,
                .waist = 128,
                .hem = 122,
                .hem_y = 640,
                .sleeve = Sleeve::long_,
                .sleeve_width = 120};
    apply_style(torso, canvas.sketch().style);
    const bool zip = canvas.sketch().style == "zip-up";
    canvas.trim(Outline(0, 96).curve(80, 96, 100, 150, 84, 216).curve(60, 250, 30, 262, 0, 262).closed(),
                canvas.color());
    canvas.trim(Outline(0, 122).curve(50, 122, 62, 160, 54, 204).curve(36, 240, 16, 246, 0, 246).closed(),
                mix(canvas.color(), ink, 42));
    draw_torso(canvas, torso);
    canvas.flat(Outline(0, 124).curve(50, 124, 60, 160, 50, 196).curve(34, 220, 14, 226, 0, 226).closed(),
                mix(canvas.color(), ink, 42));
    canvas.trim_pair("M350 140C392 160 396 214 374 230C350 250 320 262 300 270C318 240 352 216 350 140Z",
                     mix(canvas.color(), ink, 6));
    if (zip) canvas.line(fmt::format("M300 266V{}", torso.hem_y + 6), mix(canvas.color(), white, 50), 4);
    canvas.line("M276 254q-6 50-2 96M324 254q8 46 4 88", mix(canvas.color(), white, 62), 5);
    const int pocket = torso.hem_y - 150;
    canvas.trim(
        Outline(0, pocket).line(56, pocket).line(92, pocket + 60).line(92, pocket + 104).line(0, pocket + 106).closed(),
        mix(canvas.color(), ink, 6));
    if (zip) canvas.line(fmt::format("M300 {}v110", pocket), mix(canvas.color(), white, 50), 4);
    canvas.trim_pair(cuff_path(torso, 36), mix(canvas.color(), ink, 12));
    draw_hem_band(canvas, torso, 34);
}

void draw_cardigan(Canvas& canvas) {
    Torso torso{.neck = 46,
                .neck_drop = 210,
                .v_neck = true,
                .shoulder = 112,
                .chest = 120,
                .waist = 120,
                .hem = 122,
                .hem_y = 640,
                .sleeve = Sleeve::long_,
                .sleeve_width = 115};
    apply_style(torso, canvas.sketch().style);
    torso.v_neck = true;
    torso.neck_drop = 200;
    draw_torso(canvas, torso);
    draw_hem_band(canvas, torso, 34);
    canvas.trim_pair(cuff_path(torso, 40), mix(canvas.color(), ink, 12));
    const int bottom = torso.hem_y + 8;
    const Rgb band = mix(canvas.color(), ink, 10);
    canvas.trim_pair(fmt::format("M300 376C316 340 352 240 346 174L370 182C374 260 336 340 318 390V{0}H300Z", bottom),
                     band);
    if (canvas.sketch().style == "belted")
        draw_belt(canvas, torso.waist + 2, torso.waist_y, false);
    else
        for (int y = 412; y < bottom - 10; y += 54) canvas.button(309, y, 7);
    canvas.trim_pair(fmt::format("M338 {0}h58v62h-58z", bottom - 130), mix(canvas.color(), ink, 6));
}

void draw_cables(Canvas& canvas, int top, int bottom) {
    std::string left;
    std::string right;
    for (int y = top; y + 40 <= bottom; y += 40) {
        left += fmt::format("M{} {}c0 20 22 20 22 40", 289, y);
        right += fmt::format("M{} {}c0 20-22 20-22 40", 311, y);
    }
    const std::size_t start = canvas.mark();
    canvas.line(left + right, mix(canvas.color(), ink, 30), 7);
    canvas.line(left, mix(canvas.color(), white, 22), 4);
    canvas.line(right, mix(canvas.color(), white, 12), 4);
    canvas.repeat_moved(start, -62, 0, 100);
    canvas.repeat_moved(start, 62, 0, 100);
}

}  // namespace

void draw_light_top(Canvas& canvas) {
    const std::string_view shape = canvas.sketch().shape;
    if (shape == "tank" || shape == "sports_bra") return draw_tank(canvas);
    if (shape == "shirt") return draw_shirt(canvas);
    if (shape == "blouse") return draw_blouse(canvas);
    if (shape == "polo") return draw_polo(canvas);
    Torso torso;
    if (shape == "longsleeve") torso.sleeve = Sleeve::long_;
    apply_style(torso, canvas.sketch().style);
    draw_torso(canvas, torso);
    draw_neck_band(canvas, torso, 12);
    canvas.stitch(fmt::format("M{} {}Q300 {} {} {}", 302 - torso.hem, torso.hem_y - 10, torso.hem_y + 6,
                              298 + torso.hem, torso.hem_y - 10));
    if (torso.sleeve == Sleeve::long_) canvas.trim_pair(cuff_path(torso, 24), mix(canvas.color(), ink, 8));
    if (canvas.sketch().style == "pocket") canvas.trim("M336 306h58v58l-29 14l-29-14z", mix(canvas.color(), ink, 7));
}

void draw_warm_top(Canvas& canvas) {
    const std::string_view shape = canvas.sketch().shape;
    const std::string_view style = canvas.sketch().style;
    if (shape == "hoodie") return draw_hoodie(canvas);
    if (shape == "cardigan") return draw_cardigan(canvas);
    Torso torso{.neck = 48,
                .neck_drop = 30,
                .shoulder = 116,
                .chest = 124,
                .waist = 122,
                .hem = 120,
                .hem_y = 630,
                .sleeve = Sleeve::long_,
                .sleeve_width = 118};
    const bool vest = shape == "knit_vest";
    if (vest)
        torso.sleeve = Sleeve::none, torso.v_neck = true, torso.neck_drop = 110, torso.shoulder = 104,
        torso.chest = 116;
    apply_style(torso, style);
    if (shape == "turtleneck")
        torso.neck = 42, torso.neck_drop = 20, torso.v_neck = false, torso.chest = 112, torso.waist = 104,
        torso.hem = 110;
    draw_torso(canvas, torso);
    if (style == "cable-knit") draw_cables(canvas, torso.neck_y + torso.neck_drop + 30, torso.hem_y - 30);
    draw_hem_band(canvas, torso, 38);
    if (torso.sleeve != Sleeve::none) canvas.trim_pair(cuff_path(torso, 40), mix(canvas.color(), ink, 10));
    if (vest)
        canvas.line_pair(fmt::format("M{} {}C{} 250 {} 296 {} {}", 300 + torso.shoulder - 5, torso.shoulder_y, 386, 392,
                                     300 + torso.chest - 4, torso.armhole_y),
                         mix(canvas.color(), ink, 14), 12);
    if (shape == "turtleneck") {
        canvas.trim(
            Outline(0, 112).curve(30, 112, 44, 116, 46, 124).line(52, 196).curve(40, 214, 20, 218, 0, 218).closed(),
            mix(canvas.color(), ink, 4));
        canvas.begin_folds("M240 100h120v130h-120z");
        canvas.fold("M256 166Q300 186 346 164", 8, 30);
        canvas.light("M262 134Q300 144 330 136", 8, 22);
        canvas.end_folds();
    } else {
        draw_neck_band(canvas, torso, 18);
    }
}

}  // namespace marque::demo
