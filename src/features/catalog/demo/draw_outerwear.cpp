// Coats, trenches, jackets, puffers, chapans and felt vests.
#include <fmt/core.h>

#include "features/catalog/demo/drawings.h"
#include "features/catalog/demo/torso.h"

namespace marque::demo {
namespace {

void draw_lapels(Canvas& canvas, int neck_y, int break_y) {
    canvas.trim_pair(fmt::format("M300 {0}C312 {1} 330 {2} 344 {3}L384 {4}L366 {5}L392 {6}C372 {7} 330 {8} 300 {0}Z",
                                 break_y, break_y - 60, neck_y + 70, neck_y - 4, neck_y + 24, neck_y + 66, neck_y + 76,
                                 neck_y + 130, break_y - 30),
                     mix(canvas.color(), white, 7));
    canvas.trim_pair(fmt::format("M342 {0}C356 {1} 366 {2} 372 {3}L384 {4}L352 {5}C350 {6} 346 {7} 340 {8}Z",
                                 neck_y - 20, neck_y - 14, neck_y - 4, neck_y + 8, neck_y + 28, neck_y + 70,
                                 neck_y + 40, neck_y + 10, neck_y + 2),
                     mix(canvas.color(), ink, 6));
}

void draw_hood(Canvas& canvas) {
    canvas.trim(Outline(0, 84).curve(86, 84, 106, 140, 88, 208).curve(60, 236, 30, 244, 0, 244).closed(),
                mix(canvas.color(), white, 4));
    canvas.trim(Outline(0, 112).curve(54, 112, 64, 150, 56, 200).curve(36, 226, 16, 232, 0, 232).closed(),
                mix(canvas.color(), ink, 48));
}

void draw_coat(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const bool trench = canvas.sketch().shape == "trench";
    Torso torso{.neck = 46,
                .neck_y = 118,
                .neck_drop = 150,
                .v_neck = true,
                .shoulder = 116,
                .shoulder_y = 144,
                .chest = 122,
                .armhole_y = 280,
                .waist = 112,
                .waist_y = 390,
                .hem = 140,
                .hem_y = 716,
                .sleeve = Sleeve::long_,
                .sleeve_width = 120};
    if (style == "oversized") torso.shoulder += 12, torso.chest += 14, torso.waist += 26, torso.hem += 4;
    if (style == "cropped") torso.hem_y = 560, torso.hem = 130;
    if (style == "longline") torso.hem_y = 744, torso.hem = 150;
    if (style == "hooded") draw_hood(canvas);
    draw_torso(canvas, torso);
    canvas.seam(fmt::format("M300 268V{}", torso.hem_y + 6));
    canvas.begin_folds(torso_path(torso));
    canvas.fold(fmt::format("M304 300V{}", torso.hem_y), 12, 26);
    canvas.end_folds();
    draw_lapels(canvas, torso.neck_y, 270);
    if (trench) {
        canvas.trim_pair("M352 214Q400 210 424 196L414 268Q384 276 344 262Z", mix(canvas.color(), ink, 5));
        canvas.trim_pair("M396 140l26 6l8 14l-40-6z", mix(canvas.color(), ink, 8));
    }
    const bool two_rows = trench || style == "double-breasted";
    for (int y = 300; y < (two_rows ? 520 : 600); y += 66) {
        if (two_rows)
            canvas.button(272, y, 8), canvas.button(330, y, 8);
        else
            canvas.button(312, y, 8);
    }
    canvas.trim_pair("M352 470l60-14l6 22l-62 14z", mix(canvas.color(), ink, 8));
    if (trench || style == "belted") draw_belt(canvas, torso.waist + 1, torso.waist_y - 4, trench);
    canvas.trim_pair(cuff_path(torso, 30), mix(canvas.color(), ink, 8));
}

void draw_jacket(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    Torso torso{.neck = 46,
                .neck_y = 168,
                .neck_drop = 60,
                .shoulder = 118,
                .shoulder_y = 194,
                .chest = 126,
                .armhole_y = 330,
                .waist = 124,
                .waist_y = 450,
                .hem = 120,
                .hem_y = 600,
                .sleeve = Sleeve::long_,
                .sleeve_width = 120};
    if (style == "cropped") torso.hem_y = 540;
    if (style == "oversized")
        torso.shoulder += 14, torso.chest += 14, torso.waist += 20, torso.hem += 16, torso.hem_y += 20;
    const bool collar = style != "bomber";
    const bool diagonal = style == "biker";
    draw_torso(canvas, torso);
    const int bottom = torso.hem_y + 6;
    const std::string zip = diagonal ? fmt::format("M350 214L278 {}", bottom) : fmt::format("M300 226V{}", bottom);
    canvas.line(zip, mix(canvas.color(), ink, 45), 8);
    canvas.line(zip, canvas.sketch().finish == Finish::denim ? canvas.metal() : Rgb{196, 194, 190}, 3);
    if (diagonal)
        draw_lapels(canvas, torso.neck_y, 330);
    else if (collar)
        draw_shirt_collar(canvas, torso);
    else
        draw_neck_band(canvas, torso, 20);
    if (canvas.sketch().finish == Finish::denim) {
        canvas.stitch_pair("M330 270H414M340 280v52l30 14l30-14v-52");
        canvas.stitch_pair(fmt::format("M324 290V{}M396 350L380 {}", bottom - 36, bottom - 36));
        for (int y = 260; y < bottom - 10; y += 54) canvas.button(300, y, 7);
    } else {
        canvas.line_pair("M352 452L400 420", mix(canvas.color(), ink, 45), 6);
        canvas.line_pair("M352 452L400 420", {196, 194, 190}, 2);
    }
    draw_hem_band(canvas, torso, 34);
    canvas.trim_pair(cuff_path(torso, 34), mix(canvas.color(), ink, 12));
}

void draw_puffer(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    Torso torso{.neck = 56,
                .neck_y = 170,
                .neck_drop = 40,
                .shoulder = 126,
                .shoulder_y = 190,
                .chest = 142,
                .armhole_y = 330,
                .waist = 144,
                .waist_y = 460,
                .hem = 138,
                .hem_y = 640,
                .sleeve = Sleeve::long_,
                .sleeve_width = 140};
    if (style == "cropped") torso.hem_y = 540;
    if (style == "longline") torso.hem_y = 726, torso.hem = 150;
    if (style == "sleeveless") torso.sleeve = Sleeve::none;
    if (style == "hooded") draw_hood(canvas);
    draw_torso(canvas, torso, true);
    canvas.begin_folds(torso_path(torso));
    for (int y = 250; y < torso.hem_y; y += 58) {
        canvas.fold(fmt::format("M140 {0}Q300 {1} 460 {0}", y, y + 14), 7, 52);
        canvas.light(fmt::format("M160 {0}Q300 {1} 440 {0}", y + 20, y + 34), 10, 13);
    }
    canvas.end_folds();
    canvas.line(fmt::format("M300 196V{}", torso.hem_y + 6), mix(canvas.color(), ink, 48), 9);
    canvas.line(fmt::format("M300 196V{}", torso.hem_y + 6), {190, 188, 184}, 2);
    if (style != "hooded") {
        canvas.trim(
            Outline(0, 132).curve(44, 128, 62, 134, 66, 146).line(72, 204).curve(50, 222, 20, 226, 0, 226).closed(),
            mix(canvas.color(), white, 6));
        canvas.line("M300 134V226", mix(canvas.color(), ink, 48), 6);
    }
    canvas.line_pair(fmt::format("M362 {0}q34-12 40-46", torso.hem_y - 90), mix(canvas.color(), ink, 50), 4);
}

// The national coat: straight, long, with ornament along its edges.
void draw_chapan(Canvas& canvas) {
    const bool cropped = canvas.sketch().style == "cropped";
    Torso torso{.neck = 48,
                .neck_y = 124,
                .neck_drop = 170,
                .v_neck = true,
                .shoulder = 122,
                .shoulder_y = 150,
                .chest = 126,
                .armhole_y = 290,
                .waist = 124,
                .waist_y = 420,
                .hem = 152,
                .hem_y = cropped ? 600 : 720,
                .sleeve = Sleeve::long_,
                .sleeve_width = 150};
    draw_torso(canvas, torso);
    const int bottom = torso.hem_y + 8;
    const Rgb band =
        lightness(canvas.color()) < 130 ? mix(canvas.color(), ink, 45) : mix(canvas.color(), {96, 52, 44}, 68);
    const Rgb thread = mix({232, 196, 120}, canvas.color(), 8);
    canvas.trim_pair(fmt::format("M300 294C326 250 350 180 348 122L380 132C382 210 350 280 332 312V{0}H300Z", bottom),
                     band);
    canvas.trim(
        Outline(0, bottom - 40).line(torso.hem - 3, bottom - 48).line(torso.hem, bottom - 8).line(0, bottom).closed(),
        band);
    canvas.trim_pair(cuff_path(torso, 34), band);
    for (int y = 350; y < bottom - 60; y += 62) canvas.horns(316, y, 28, thread), canvas.horns(284, y, 28, thread);
    for (int x = -120; x <= 120; x += 60) canvas.horns(300 + x, bottom - 24, 30, thread);
    canvas.seam(fmt::format("M300 296V{}", bottom));
    if (canvas.sketch().style == "belted") draw_belt(canvas, torso.waist + 1, 430, true);
}

void draw_felt_vest(Canvas& canvas) {
    Torso torso{.neck = 46,
                .neck_y = 160,
                .neck_drop = 140,
                .v_neck = true,
                .shoulder = 104,
                .shoulder_y = 184,
                .chest = 120,
                .armhole_y = 336,
                .waist = 116,
                .waist_y = 460,
                .hem = 134,
                .hem_y = 640,
                .sleeve = Sleeve::none};
    if (canvas.sketch().style == "longline") torso.hem_y = 710, torso.hem = 146;
    if (canvas.sketch().style == "cropped") torso.hem_y = 560, torso.hem = 124;
    draw_torso(canvas, torso);
    const int bottom = torso.hem_y + 8;
    const Rgb band = canvas.accent();
    canvas.line_pair("M400 186C392 250 396 300 418 338", band, 9);
    canvas.line_pair(fmt::format("M345 164C348 220 326 270 305 300V{}", bottom - 6), band, 9);
    canvas.line(fmt::format("M{} {}Q300 {} {} {}", 306 - torso.hem, torso.hem_y - 8, torso.hem_y + 2, 294 + torso.hem,
                            torso.hem_y - 8),
                band, 9);
    const Rgb motif = mix(band, canvas.color(), 12);
    canvas.horns(362, torso.hem_y - 90, 88, motif);
    canvas.horns(238, torso.hem_y - 90, 88, motif);
    canvas.horns(366, 370, 50, motif);
    canvas.horns(234, 370, 50, motif);
    canvas.seam(fmt::format("M300 300V{}", bottom));
    for (int y = 330; y < torso.hem_y - 90; y += 60) canvas.button(300, y, 8);
}

}  // namespace

void draw_outerwear(Canvas& canvas) {
    const std::string_view shape = canvas.sketch().shape;
    if (shape == "puffer")
        draw_puffer(canvas);
    else if (shape == "jacket")
        draw_jacket(canvas);
    else if (shape == "chapan")
        draw_chapan(canvas);
    else if (shape == "felt_vest")
        draw_felt_vest(canvas);
    else
        draw_coat(canvas);
}

}  // namespace marque::demo
