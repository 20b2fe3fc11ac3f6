// Totes, crossbody bags, backpacks and clutches.
#include <fmt/core.h>

#include "features/catalog/demo/drawings.h"

namespace marque::demo {
namespace {

void draw_tote(Canvas& canvas) {
    const bool felt = canvas.sketch().shape == "felt_bag";
    const Rgb strap = felt ? Rgb{128, 84, 56} : mix(canvas.color(), ink, 18);
    canvas.line("M222 340C220 200 250 150 300 150C350 150 380 200 378 340", mix(strap, ink, 30), 14);
    const std::string body = Outline(0, 322)
                                 .line(160, 316)
                                 .curve(168, 420, 180, 560, 186, 640)
                                 .curve(186, 664, 170, 668, 150, 670)
                                 .line(0, 674)
                                 .closed();
    canvas.cloth(body);
    canvas.begin_folds(body);
    canvas.fold_pair("M470 340Q440 480 476 650", 24, 22);
    canvas.light("M210 350Q196 500 200 640", 34, 16);
    canvas.fold("M180 650Q300 670 420 650", 22, 20);
    canvas.end_folds();
    canvas.line("M212 352C208 190 244 134 300 134C356 134 392 190 388 352", strap, 16);
    canvas.line("M212 352C208 190 244 134 300 134C356 134 392 190 388 352", mix(strap, white, 20), 3);
    canvas.trim_pair("M376 330h24v66q-12 12-24 0z", strap);
    canvas.stitch("M142 332Q300 340 458 332");
    if (felt) {
        canvas.horns(300, 500, 99, canvas.accent());
        canvas.horns(214, 596, 52, canvas.accent());
        canvas.horns(386, 596, 52, canvas.accent());
        return;
    }
    if (canvas.sketch().style == "pocket")
        canvas.trim("M220 470h160v120q-80 16-160 0z", mix(canvas.color(), ink, 6));
    else
        canvas.trim("M272 408h56v34h-56z", mix(strap, white, 8));
    if (canvas.sketch().style == "zip-top") canvas.line("M144 322Q300 330 456 322", canvas.metal(), 4);
}

void draw_crossbody(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const Rgb strap = mix(canvas.color(), ink, 20);
    canvas.line("M150 420C120 220 220 96 300 96C380 96 480 220 450 420", strap, 9);
    if (style == "chain") {
        canvas.line("M150 420C120 220 220 96 300 96C380 96 480 220 450 420", canvas.metal(), 7);
    }
    const bool round = style == "rounded";
    const std::string body = round ? Outline(0, 386)
                                         .line(110, 384)
                                         .curve(170, 390, 176, 480, 160, 540)
                                         .curve(140, 620, 60, 630, 0, 630)
                                         .closed()
                                   : Outline(0, 392)
                                         .line(140, 390)
                                         .curve(158, 390, 164, 400, 166, 420)
                                         .line(172, 590)
                                         .curve(172, 612, 160, 620, 140, 620)
                                         .line(0, 622)
                                         .closed();
    canvas.cloth(body);
    canvas.begin_folds(body);
    canvas.light("M170 420Q164 520 176 600", 26, 20);
    canvas.fold("M160 600Q300 630 440 600", 24, 24);
    canvas.end_folds();
    const std::string flap = round ? Outline(0, 384)
                                         .line(112, 382)
                                         .curve(164, 388, 166, 440, 150, 480)
                                         .curve(110, 530, 50, 536, 0, 536)
                                         .closed()
                                   : Outline(0, 386)
                                         .line(142, 384)
                                         .curve(162, 386, 168, 400, 168, 420)
                                         .line(160, 484)
                                         .curve(110, 512, 50, 520, 0, 522)
                                         .closed();
    canvas.trim(flap, mix(canvas.color(), white, 5));
    canvas.stitch(round ? "M162 470C200 520 250 526 300 526C350 526 400 520 438 470"
                        : "M148 480C190 504 250 512 300 512C350 512 410 504 452 480");
    canvas.trim("M282 500h36v40q-18 10-36 0z", canvas.metal());
    canvas.flat("M292 512h16v5h-16z", mix(canvas.metal(), ink, 50));
    canvas.line_pair("M446 408m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0", canvas.metal(), 4);
    if (style == "tassel") canvas.trim("M430 440l14 0l10 120h-32z", strap);
    if (style == "quilted") {
        std::string lines;
        for (int x = -140; x <= 140; x += 40) lines += fmt::format("M{} 402l50 90M{} 402l-50 90", 300 + x, 300 + x);
        canvas.stitch(lines);
    }
}

void draw_backpack(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const Rgb strap = mix(canvas.color(), ink, 24);
    canvas.line("M268 190C262 120 338 120 332 190", strap, 13);
    canvas.trim_pair("M404 300C470 330 480 480 452 640L430 640C440 500 430 400 396 350Z", strap);
    const std::string body = Outline(0, 176)
                                 .curve(90, 172, 132, 220, 138, 300)
                                 .line(152, 620)
                                 .curve(152, 664, 130, 676, 100, 678)
                                 .line(0, 682)
                                 .closed();
    canvas.cloth(body);
    canvas.begin_folds(body);
    canvas.light("M200 260Q184 440 190 640", 30, 18);
    canvas.fold_pair("M436 330Q420 500 446 660", 22, 24);
    canvas.fold("M170 660Q300 690 430 660", 24, 24);
    canvas.end_folds();
    const Rgb part = mix(canvas.color(), ink, 8);
    canvas.trim(Outline(0, 470)
                    .curve(70, 468, 104, 470, 106, 490)
                    .line(112, 630)
                    .curve(112, 654, 96, 658, 80, 658)
                    .line(0, 660)
                    .closed(),
                part);
    if (style == "roll-top") {
        canvas.trim(Outline(0, 168).curve(80, 166, 130, 176, 132, 200).line(134, 262).line(0, 268).closed(),
                    mix(canvas.color(), white, 6));
        canvas.line("M300 250V360", strap, 16);
    } else if (style == "flap") {
        canvas.trim(
            Outline(0, 172).curve(90, 168, 134, 216, 140, 290).curve(140, 380, 120, 410, 60, 414).line(0, 416).closed(),
            mix(canvas.color(), white, 5));
        canvas.line_pair("M356 300V500", {150, 104, 70}, 16);
        canvas.line_pair("M347 440h18v26h-18z", canvas.metal(), 4);
    } else {
        canvas.line("M176 380C186 250 240 222 300 222C360 222 414 250 424 380", mix(canvas.color(), ink, 50), 6);
        canvas.line("M176 380C186 250 240 222 300 222C360 222 414 250 424 380", canvas.metal(), 2);
        canvas.flat("M280 300h40v28h-40z", {158, 112, 76});
    }
    canvas.line("M206 506Q300 514 394 506", mix(canvas.color(), ink, 50), 5);
    canvas.line("M384 508l4 26", canvas.metal(), 5);
}

void draw_clutch(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    if (style == "chain") canvas.line("M132 356C160 180 440 180 468 356", canvas.metal(), 6);
    if (style == "wrist-strap")
        canvas.line("M470 360C540 340 552 470 520 520C500 540 480 510 476 470", mix(canvas.color(), ink, 24), 11);
    const std::string body = Outline(0, 330)
                                 .line(190, 326)
                                 .curve(204, 328, 208, 336, 208, 346)
                                 .line(214, 540)
                                 .curve(214, 556, 206, 560, 194, 560)
                                 .line(0, 562)
                                 .closed();
    canvas.cloth(body);
    canvas.begin_folds(body);
    canvas.light("M120 350Q112 440 124 540", 34, 20);
    canvas.light("M260 540Q400 540 480 470", 30, 14);
    canvas.fold("M100 550Q300 570 500 550", 20, 24);
    canvas.end_folds();
    const std::string flap =
        style == "envelope"
            ? Outline(0, 326).line(192, 322).line(206, 336).curve(150, 400, 60, 470, 0, 486).closed()
            : Outline(0, 326).line(192, 322).curve(206, 324, 210, 336, 210, 350).line(206, 424).line(0, 430).closed();
    canvas.trim(flap, mix(canvas.color(), white, 7));
    canvas.stitch(style == "envelope" ? "M104 344C160 400 250 462 300 474C350 462 440 400 496 344"
                                      : "M98 416Q300 422 502 416");
    const int clasp = style == "envelope" ? 466 : 424;
    canvas.line(fmt::format("M300 {}m-13 0a13 13 0 1 0 26 0a13 13 0 1 0-26 0", clasp), canvas.metal(), 8);
    canvas.button(300, clasp, 8);
    if (canvas.sketch().pattern == Pattern::ornament) canvas.horns(400, 500, 60, canvas.accent());
}

}  // namespace

void draw_bag(Canvas& canvas) {
    const std::string_view shape = canvas.sketch().shape;
    if (shape == "crossbody")
        draw_crossbody(canvas);
    else if (shape == "backpack")
        draw_backpack(canvas);
    else if (shape == "clutch")
        draw_clutch(canvas);
    else
        draw_tote(canvas);
}

}  // namespace marque::demo
