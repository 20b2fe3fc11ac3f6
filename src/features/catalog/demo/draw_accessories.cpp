// Scarves, beanies, brimmed hats, belts, sunglasses and kalpaks; and the table of all shapes.
#include <fmt/core.h>

#include "features/catalog/demo/drawings.h"

namespace marque::demo {
namespace {

void draw_fringe(Canvas& canvas, int left, int right, int y) {
    std::string threads;
    for (int x = left; x <= right; x += 9)
        threads += fmt::format("M{} {}q{} 24 {} 44", x, y, x % 2 == 0 ? 3 : -3, x % 3 == 0 ? 2 : -2);
    canvas.line(threads, mix(canvas.color(), ink, 14), 4);
}

void draw_scarf(Canvas& canvas) {
    const bool fringed = canvas.sketch().style == "fringed" || canvas.sketch().style == "chunky";
    if (fringed) draw_fringe(canvas, 206, 282, 676), draw_fringe(canvas, 324, 408, 616);
    const std::string back = "M312 236C340 330 320 480 318 624Q366 636 414 620C418 470 420 330 366 226Z";
    const std::string front = "M236 236C196 360 196 540 198 682Q244 694 290 682C292 520 300 380 330 260Z";
    canvas.cloth(back);
    canvas.begin_folds(back);
    canvas.fold("M340 280Q350 450 346 630", 16, 24);
    canvas.light("M384 300Q396 450 392 610", 14, 20);
    canvas.end_folds();
    canvas.cloth(front);
    canvas.begin_folds(front);
    canvas.fold("M270 300Q236 480 236 690", 14, 22);
    canvas.light("M236 320Q214 480 216 670", 14, 20);
    canvas.fold("M296 320Q268 480 272 690", 12, 20);
    canvas.end_folds();
    const std::string loop =
        "M300 118C400 118 424 170 408 226C392 282 350 300 300 302C246 300 204 282 190 226C178 168 204 118 300 118ZM300 "
        "152C250 152 236 176 248 196C262 214 338 214 352 196C362 174 348 152 300 152Z";
    canvas.cloth(loop);
    canvas.flat("M300 152C250 152 236 176 248 196C262 214 338 214 352 196C362 174 348 152 300 152Z",
                mix(canvas.color(), ink, 56));
    canvas.begin_folds("M186 206C230 260 370 260 414 206L410 240C390 300 210 306 190 236Z");
    canvas.fold("M200 236Q300 290 400 232", 10, 30);
    canvas.light("M206 216Q300 262 396 214", 8, 26);
    canvas.end_folds();
}

void draw_beanie(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const bool pompom = style == "pompom";
    if (pompom) {
        canvas.trim("M300 150m-62 0a62 60 0 1 0 124 0a62 60 0 1 0-124 0", mix(canvas.color(), white, 30));
        std::string fluff;
        for (int step = 0; step < 14; ++step)
            fluff += fmt::format("M{} {}q8-10 4-20", 252 + (step * 37) % 96, 120 + (step * 53) % 86);
        canvas.line(fluff, mix(canvas.color(), white, 58), 3);
    }
    const std::string crown = Outline(0, 190).curve(120, 186, 186, 300, 190, 500).line(0, 520).closed();
    canvas.cloth(crown);
    canvas.begin_folds(crown);
    canvas.fold_pair("M306 196Q400 300 410 510", 18, 22);
    canvas.light("M284 210Q190 320 176 490", 30, 18);
    canvas.end_folds();
    canvas.trim(Outline(0, 484)
                    .curve(90, 484, 170, 474, 196, 462)
                    .curve(208, 510, 208, 560, 200, 596)
                    .curve(130, 622, 60, 626, 0, 626)
                    .closed(),
                mix(canvas.color(), ink, 7));
    std::string ribs;
    for (int step = -9; step <= 9; ++step)
        ribs += fmt::format("M{} {}v{}", 300 + step * 20, 490 - step * step / 5, 126);
    canvas.line(ribs, mix(canvas.color(), ink, 26), 3);
}

void draw_hat(Canvas& canvas) {
    const bool bucket = canvas.sketch().shape == "bucket_hat";
    const std::string brim =
        bucket ? Outline(0, 420)
                     .line(150, 410)
                     .curve(190, 470, 230, 520, 252, 560)
                     .curve(160, 610, 80, 616, 0, 616)
                     .closed()
               : Outline(0, 450).curve(150, 452, 256, 480, 258, 516).curve(250, 570, 120, 590, 0, 590).closed();
    canvas.cloth(brim);
    canvas.begin_folds(brim);
    canvas.light("M70 520Q160 570 300 578", 18, 22);
    canvas.fold("M150 480Q300 530 450 480", 22, 34);
    canvas.end_folds();
    const std::string crown = bucket ? Outline(0, 250)
                                           .curve(90, 248, 128, 262, 134, 290)
                                           .line(154, 430)
                                           .curve(110, 456, 50, 462, 0, 462)
                                           .closed()
                                     : Outline(0, 264)
                                           .curve(20, 250, 90, 226, 116, 290)
                                           .curve(132, 350, 136, 420, 138, 486)
                                           .curve(100, 512, 50, 518, 0, 518)
                                           .closed();
    canvas.cloth(crown);
    canvas.begin_folds(crown);
    canvas.light("M216 300Q200 400 206 490", 26, 20);
    canvas.fold(bucket ? "M400 290Q410 380 430 440" : "M300 268Q304 330 296 380", 22, 26);
    canvas.end_folds();
    if (bucket)
        return canvas.stitch(
            "M78 566C150 600 230 606 300 606C370 606 450 600 522 566M96 540C160 576 240 584 300 584C360 584 440 576 "
            "504 540M146 430Q300 470 454 430");
    canvas.trim(
        Outline(0, 470).curve(50, 470, 100, 462, 137, 444).line(139, 486).curve(100, 512, 50, 520, 0, 520).closed(),
        mix(canvas.accent(), ink, 10));
}

void draw_belt_alone(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const int wide = style == "wide" ? 66 : style == "slim-belt" ? 34 : 48;
    const std::string ring = fmt::format(
        "M300 250C440 250 510 320 510 400C510 490 420 550 300 550C180 550 90 490 90 400C90 320 160 250 300 250Z");
    canvas.line(ring, mix(canvas.color(), ink, 30), wide + 3);
    canvas.line(ring, canvas.color(), wide);
    canvas.begin_folds("M0 0H600V800H0z");
    canvas.light("M100 380C110 310 190 262 300 260", wide / 3, 26);
    canvas.fold("M110 440C150 510 220 544 300 546C390 544 470 510 492 440", wide / 2, 26);
    canvas.end_folds();
    canvas.stitch(
        "M300 268C430 268 492 330 492 400C492 476 410 532 300 532C190 532 108 476 108 400C108 330 170 268 300 268Z");
    const int half = wide / 2 + 12;
    canvas.trim(fmt::format("M340 {}L516 {}Q536 {} 516 {}L340 {}Z", 550 - wide / 2, 520 - wide / 2, 520, 520 + wide / 2,
                            550 + wide / 2),
                mix(canvas.color(), white, 6));
    for (int x = 410; x < 510; x += 34)
        canvas.flat(fmt::format("M{} {}a5 5 0 1 0 10 0a5 5 0 1 0-10 0", x, 542 - (x - 340) * 30 / 176), ink);
    if (style == "braided") {
        canvas.stitch(ring);
        canvas.stitch(
            "M300 238C448 238 522 314 522 400C522 498 426 562 300 562C174 562 78 498 78 400C78 314 152 238 300 238Z");
    }
    canvas.line(fmt::format("M270 {}h84v{}h-84z", 550 - half, 2 * half), mix(canvas.metal(), ink, 30), 13);
    canvas.line(fmt::format("M270 {}h84v{}h-84z", 550 - half, 2 * half), canvas.metal(), 9);
    canvas.line("M272 550h92", canvas.metal(), 8);
}

void draw_sunglasses(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const Rgb lens = mix({52, 46, 52}, canvas.color(), 22);
    const std::string shape = style == "round" ? "M322 400C322 340 360 312 408 312C460 312 496 346 496 400C496 454 460 "
                                                 "488 408 488C360 488 322 456 322 400Z"
                              : style == "cat-eye"
                                  ? "M322 372C350 330 440 316 520 306C526 390 500 470 420 474C352 476 320 440 322 372Z"
                                  : "M320 344C370 330 450 330 504 346C510 400 500 470 416 474C340 474 318 420 320 344Z";
    canvas.line_pair("M494 356C540 330 556 250 520 196", mix(canvas.color(), ink, 12), 12);
    canvas.trim_pair(shape, lens);
    canvas.line_pair(shape, canvas.color(), 14);
    canvas.line_pair(shape, mix(canvas.color(), white, 34), 3);
    canvas.line("M280 374Q300 350 320 374", canvas.color(), 13);
    canvas.flat("M352 360L400 340L362 440L344 420ZM416 338L436 336L384 456L372 450Z", white, 22);
    canvas.flat("M132 360L180 340L142 440L124 420ZM196 338L216 336L164 456L152 450Z", white, 22);
}

// The tall felt hat: four wedges with piping and horns, the brim turned up.
void draw_kalpak(Canvas& canvas) {
    const Rgb trimming = canvas.accent();
    const std::string crown =
        Outline(0, 120).curve(20, 120, 44, 160, 74, 240).curve(110, 340, 150, 440, 164, 540).line(0, 560).closed();
    canvas.cloth(crown);
    canvas.begin_folds(crown);
    canvas.light("M268 190Q210 340 180 520", 34, 20);
    canvas.fold("M340 180Q400 330 430 530", 26, 26);
    canvas.end_folds();
    canvas.line("M300 122V540", trimming, 6);
    canvas.line_pair("M304 124C340 240 376 400 384 540", trimming, 4);
    canvas.horns(340, 430, 50, trimming);
    canvas.horns(260, 430, 50, trimming);
    canvas.horns(326, 310, 28, trimming);
    canvas.horns(274, 310, 28, trimming);
    const Rgb brim = lightness(canvas.color()) > 150 ? mix(trimming, ink, 20) : mix(canvas.color(), ink, 40);
    canvas.trim(Outline(0, 540)
                    .curve(70, 538, 130, 520, 172, 482)
                    .curve(190, 520, 202, 566, 204, 606)
                    .curve(140, 642, 60, 650, 0, 650)
                    .closed(),
                brim);
    canvas.line("M102 602C170 634 240 640 300 640C360 640 430 634 498 602", mix(brim, white, 30), 3);
    canvas.trim("M292 118q8-22 16 0l4 16h-24zM286 130q-8 40-4 66M314 130q8 40 4 66", trimming);
    if (canvas.sketch().style == "embroidered") {
        for (int x = -140; x <= 140; x += 56)
            canvas.horns(300 + x, 592 - x * x / 1400, 32, mix({226, 190, 116}, brim, 10));
    }
}

using Draw = void (*)(Canvas&);
struct Shape {
    std::string_view name;
    Draw draw;
};

constexpr Shape shapes[] = {
    {"dress", draw_dress},          {"shirt_dress", draw_dress},
    {"gown", draw_dress},           {"slip_dress", draw_dress},
    {"sundress", draw_dress},       {"knit_dress", draw_dress},
    {"tee", draw_light_top},        {"longsleeve", draw_light_top},
    {"polo", draw_light_top},       {"tank", draw_light_top},
    {"shirt", draw_light_top},      {"blouse", draw_light_top},
    {"sports_bra", draw_light_top}, {"sweater", draw_warm_top},
    {"cardigan", draw_warm_top},    {"turtleneck", draw_warm_top},
    {"knit_vest", draw_warm_top},   {"hoodie", draw_warm_top},
    {"coat", draw_outerwear},       {"trench", draw_outerwear},
    {"jacket", draw_outerwear},     {"puffer", draw_outerwear},
    {"chapan", draw_outerwear},     {"felt_vest", draw_outerwear},
    {"trousers", draw_bottoms},     {"jeans", draw_bottoms},
    {"shorts", draw_bottoms},       {"leggings", draw_bottoms},
    {"joggers", draw_bottoms},      {"skirt_midi", draw_skirt},
    {"skirt_mini", draw_skirt},     {"skirt_maxi", draw_skirt},
    {"skirt_pleated", draw_skirt},  {"skirt_pencil", draw_skirt},
    {"sneaker", draw_shoes},        {"boot", draw_shoes},
    {"loafer", draw_shoes},         {"sandal", draw_shoes},
    {"slippers", draw_shoes},       {"tote", draw_bag},
    {"crossbody", draw_bag},        {"backpack", draw_bag},
    {"clutch", draw_bag},           {"felt_bag", draw_bag},
    {"scarf", draw_accessory},      {"beanie", draw_accessory},
    {"hat", draw_accessory},        {"bucket_hat", draw_accessory},
    {"belt", draw_accessory},       {"sunglasses", draw_accessory},
    {"kalpak", draw_accessory},
};

}  // namespace

void draw_accessory(Canvas& canvas) {
    const std::string_view shape = canvas.sketch().shape;
    if (shape == "scarf")
        draw_scarf(canvas);
    else if (shape == "beanie")
        draw_beanie(canvas);
    else if (shape == "hat" || shape == "bucket_hat")
        draw_hat(canvas);
    else if (shape == "belt")
        draw_belt_alone(canvas);
    else if (shape == "sunglasses")
        draw_sunglasses(canvas);
    else
        draw_kalpak(canvas);
}

bool draw_shape(Canvas& canvas) {
    for (const Shape& shape : shapes) {
        if (shape.name != canvas.sketch().shape) continue;
        shape.draw(canvas);
        return true;
    }
    return false;
}

}  // namespace marque::demo
