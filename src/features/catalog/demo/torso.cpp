// Draws the shared upper body from its measures.
#include "features/catalog/demo/torso.h"

#include <fmt/core.h>

namespace marque::demo {
namespace {

struct SleeveEnd {
    int outer_x, outer_y, inner_x, inner_y;
};

SleeveEnd sleeve_end(const Torso& torso) {
    const int reach = torso.shoulder - 112;
    const int wide = torso.sleeve_width;
    switch (torso.sleeve) {
        case Sleeve::short_:
            return {206 + reach, torso.shoulder_y + 130, 206 + reach - 62 * wide / 100, torso.shoulder_y + 168};
        case Sleeve::elbow:
            return {212 + reach, torso.shoulder_y + 232, 212 + reach - 62 * wide / 100, torso.shoulder_y + 252};
        case Sleeve::puff:
            return {190 + reach, torso.shoulder_y + 172, 190 + reach - 50 * wide / 100, torso.shoulder_y + 190};
        case Sleeve::long_:
            return {196 + reach, torso.shoulder_y + 398, 196 + reach - 48 * wide / 100, torso.shoulder_y + 406};
        case Sleeve::none:
            break;
    }
    return {};
}

Outline torso_outline(const Torso& torso) {
    Outline outline(0, torso.neck_y + torso.neck_drop);
    if (torso.v_neck)
        outline.curve(10, torso.neck_y + torso.neck_drop - 14, torso.neck - 8, torso.neck_y + 24, torso.neck,
                      torso.neck_y);
    else
        outline.curve(torso.neck * 6 / 10, torso.neck_y + torso.neck_drop, torso.neck - 2,
                      torso.neck_y + torso.neck_drop / 2, torso.neck, torso.neck_y);
    outline.line(torso.shoulder, torso.shoulder_y);
    outline.curve(torso.shoulder - 14, torso.shoulder_y + 46, torso.chest - 18, torso.armhole_y - 34, torso.chest,
                  torso.armhole_y);
    outline.curve(torso.chest - 2, torso.armhole_y + 50, torso.waist, torso.waist_y - 50, torso.waist, torso.waist_y);
    outline.curve(torso.waist, torso.waist_y + 40, torso.hem - 3, torso.hem_y - 70, torso.hem, torso.hem_y);
    outline.curve(torso.hem * 6 / 10, torso.hem_y + torso.hem_dip, torso.hem * 3 / 10, torso.hem_y + torso.hem_dip, 0,
                  torso.hem_y + torso.hem_dip);
    return outline;
}

}  // namespace

std::string torso_path(const Torso& torso) { return torso_outline(torso).closed(); }

std::string sleeve_path(const Torso& torso) {
    const SleeveEnd end = sleeve_end(torso);
    const int top_x = 300 + torso.shoulder - 10;
    const int top_y = torso.shoulder_y - 3;
    const int pit_x = 300 + torso.chest - 10;
    const int pit_y = torso.armhole_y + 14;
    std::string path = fmt::format("M{} {}", top_x, top_y);
    if (torso.sleeve == Sleeve::puff) {
        path += fmt::format("C{} {} {} {} {} {}", 300 + torso.shoulder + 60, torso.shoulder_y - 34,
                            300 + end.outer_x + 42, torso.shoulder_y + 90, 300 + end.outer_x, end.outer_y);
    } else {
        path += fmt::format("C{} {} {} {} {} {}", 300 + torso.shoulder + 38, torso.shoulder_y + 2,
                            300 + end.outer_x - 22, top_y + (end.outer_y - top_y) / 2, 300 + end.outer_x, end.outer_y);
    }
    path += fmt::format("Q{} {} {} {}", 300 + (end.outer_x + end.inner_x) / 2, (end.outer_y + end.inner_y) / 2 + 8,
                        300 + end.inner_x, end.inner_y);
    const int middle_y = pit_y + (end.inner_y - pit_y) / 2;
    path += fmt::format("C{} {} {} {} {} {}L{} {}Z", 300 + end.inner_x - 6, middle_y, pit_x + 10, pit_y + 30, pit_x,
                        pit_y, 300 + torso.shoulder - 40, torso.shoulder_y + 40);
    return path;
}

std::string cuff_path(const Torso& torso, int height) {
    const SleeveEnd end = sleeve_end(torso);
    const int back = torso.sleeve == Sleeve::long_ ? height / 12 : height / 3;
    return fmt::format("M{} {}L{} {}Q{} {} {} {}L{} {}Q{} {} {} {}Z", 300 + end.outer_x - back, end.outer_y - height,
                       300 + end.outer_x + 1, end.outer_y, 300 + (end.outer_x + end.inner_x) / 2,
                       (end.outer_y + end.inner_y) / 2 + 10, 300 + end.inner_x - 1, end.inner_y,
                       300 + end.inner_x - back + 1, end.inner_y - height, 300 + (end.outer_x + end.inner_x) / 2 - back,
                       (end.outer_y + end.inner_y) / 2 + 8 - height, 300 + end.outer_x - back, end.outer_y - height);
}

std::string back_neck_path(const Torso& torso) {
    return Outline(0, torso.neck_y + 12)
        .curve(torso.neck * 5 / 10, torso.neck_y + 10, torso.neck - 6, torso.neck_y + 4, torso.neck, torso.neck_y - 3)
        .line(torso.neck + 8, torso.neck_y + 6)
        .curve(torso.neck, torso.neck_y + torso.neck_drop, 12, torso.neck_y + torso.neck_drop + 10, 0,
               torso.neck_y + torso.neck_drop + 10)
        .closed();
}

void draw_torso(Canvas& canvas, const Torso& torso, bool quilted) {
    canvas.trim(back_neck_path(torso), mix(canvas.color(), ink, 34));
    canvas.flat(fmt::format("M288 {0}h24v12h-24z", torso.neck_y + 13), {246, 241, 232}, 80);
    if (torso.sleeve != Sleeve::none) {
        const std::string sleeve = sleeve_path(torso);
        const SleeveEnd end = sleeve_end(torso);
        const std::size_t start = canvas.mark();
        canvas.sleeve_cloth(sleeve);
        canvas.begin_folds(sleeve);
        canvas.fold(
            fmt::format("M{} {}L{} {}", 300 + torso.chest, torso.armhole_y - 60, 300 + end.inner_x - 4, end.inner_y),
            26, 26);
        canvas.light(fmt::format("M{} {}L{} {}", 300 + torso.shoulder + 26, torso.shoulder_y + 34,
                                 300 + end.outer_x - 16, end.outer_y - 24),
                     16, 16);
        if (quilted) {
            for (int y = torso.shoulder_y + 100; y < end.outer_y; y += 54) {
                canvas.fold(fmt::format("M410 {}L520 {}", y + 16, y - 12), 6, 50);
                canvas.light(fmt::format("M420 {}L520 {}", y + 38, y + 12), 9, 14);
            }
        }
        canvas.end_folds();
        canvas.mirror_since(start);
    }
    const std::string body = torso_path(torso);
    canvas.cloth(body);
    canvas.begin_folds(body);
    canvas.fold_pair(
        fmt::format("M{} {}Q{} {} {} {}", 300 + torso.chest - 4, torso.armhole_y + 6, 300 + torso.chest - 50,
                    torso.armhole_y + 30, 300 + torso.chest - 66, torso.armhole_y + 90),
        14, 20);
    canvas.fold(fmt::format("M{} {}Q{} {} {} {}", 300 + torso.waist / 3, torso.waist_y + 20, 300 + torso.waist / 2,
                            torso.waist_y + 70, 300 + torso.hem * 4 / 10, torso.hem_y),
                20, 16);
    canvas.fold(fmt::format("M{} {}Q{} {} {} {}", 300 - torso.waist / 2, torso.waist_y - 10, 300 - torso.waist / 3,
                            torso.waist_y + 60, 300 - torso.hem * 6 / 10, torso.hem_y),
                16, 15);
    canvas.light(fmt::format("M{} {}Q{} {} {} {}", 300 - torso.chest / 2, torso.armhole_y - 70,
                             300 - torso.chest / 2 - 6, torso.waist_y, 300 - torso.hem / 3, torso.hem_y - 10),
                 24, 15);
    canvas.end_folds();
}

void draw_neck_band(Canvas& canvas, const Torso& torso, int width) {
    const int drop = torso.neck_y + torso.neck_drop;
    Outline band(0, drop - 1);
    if (torso.v_neck)
        band.curve(10, drop - 15, torso.neck - 8, torso.neck_y + 24, torso.neck, torso.neck_y - 2);
    else
        band.curve(torso.neck * 6 / 10, drop - 1, torso.neck - 2, torso.neck_y + torso.neck_drop / 2, torso.neck,
                   torso.neck_y - 2);
    band.line(torso.neck + width, torso.neck_y + width / 4);
    if (torso.v_neck)
        band.curve(torso.neck + width - 6, torso.neck_y + 34, 14, drop + width - 14, 0, drop + width + 4);
    else
        band.curve(torso.neck + width - 4, torso.neck_y + torso.neck_drop / 2 + width, torso.neck * 6 / 10,
                   drop + width, 0, drop + width);
    canvas.trim(band.closed(), mix(canvas.color(), ink, 8));
}

void draw_hem_band(Canvas& canvas, const Torso& torso, int height) {
    canvas.trim(Outline(0, torso.hem_y + torso.hem_dip - height)
                    .line(torso.hem + 1, torso.hem_y - height)
                    .curve(torso.hem + 2, torso.hem_y - height / 2, torso.hem - 6, torso.hem_y - 4, torso.hem - 8,
                           torso.hem_y + 2)
                    .line(0, torso.hem_y + torso.hem_dip + 2)
                    .closed(),
                mix(canvas.color(), ink, 10));
    std::string ribs;
    for (int x = 300 - torso.hem + 14; x < 300 + torso.hem - 8; x += 9) {
        ribs += fmt::format("M{} {}v{}", x, torso.hem_y + 4 - height, height - 6);
    }
    canvas.line(ribs, mix(canvas.color(), ink, 26), 1);
}

void draw_shirt_collar(Canvas& canvas, const Torso& torso) {
    const int y = torso.neck_y;
    canvas.trim_pair(fmt::format("M{0} {1}C{2} {3} {4} {5} 300 {6}L{7} {8}L{9} {10}Z", 300 + torso.neck - 6, y - 22,
                                 300 + torso.neck - 2, y + 4, 330, y + 22, y + torso.neck_drop,
                                 300 + torso.neck * 8 / 10, y + torso.neck_drop + 26, 300 + torso.neck + 26, y + 16),
                     mix(canvas.color(), white, 6));
}

void draw_placket(Canvas& canvas, int top_y, int bottom_y, int buttons) {
    canvas.seam(fmt::format("M286 {}V{}", top_y, bottom_y));
    canvas.seam(fmt::format("M314 {}V{}", top_y, bottom_y));
    for (int index = 0; index < buttons; ++index) {
        canvas.button(300, top_y + 26 + index * (bottom_y - top_y - 40) / (buttons > 1 ? buttons - 1 : 1), 6);
    }
}

void draw_belt(Canvas& canvas, int half_width, int y, bool buckle) {
    const Rgb leather = lightness(canvas.color()) < 120 ? mix(canvas.color(), {196, 160, 120}, 55)
                                                        : mix(canvas.color(), {92, 58, 40}, 62);
    if (buckle) {
        canvas.trim(Outline(0, y).line(half_width + 1, y - 3).line(half_width + 1, y + 18).line(0, y + 22).closed(),
                    leather);
        canvas.line(fmt::format("M286 {}h30v24h-30z", y - 2), canvas.metal(), 4);
        return;
    }
    const Rgb sash = mix(canvas.color(), ink, 14);
    canvas.trim(fmt::format("M304 {0}q26 60 18 150l-20-6q4-80-6-140z", y + 8), sash);
    canvas.trim(fmt::format("M298 {0}q-10 60-30 132l20 6q22-70 18-136z", y + 8), mix(sash, white, 6));
    canvas.trim(Outline(0, y).line(half_width + 1, y - 3).line(half_width + 1, y + 17).line(0, y + 21).closed(), sash);
    canvas.trim(fmt::format("M288 {0}q14-8 28 0q4 14-2 26q-12 6-24 0q-6-12-2-26z", y - 2), mix(sash, white, 8));
}

}  // namespace marque::demo
