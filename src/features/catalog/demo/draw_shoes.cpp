// Shoes in side view, toe to the right, with the second shoe of the pair behind.
#include <fmt/core.h>

#include "features/catalog/demo/drawings.h"

namespace marque::demo {
namespace {

constexpr Rgb rubber{238, 232, 222};
constexpr Rgb sole_brown{92, 66, 50};

void draw_sneaker(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const bool high = style == "high-top";
    const bool chunky = style == "chunky-sole";
    const int collar = high ? 300 : 418;
    const std::string upper = fmt::format(
        "M112 540C104 490 104 450 {0} {1}C150 {2} 190 {2} 214 {3}C238 {4} 270 440 330 462C400 486 470 492 490 530C496 "
        "548 490 560 484 566L112 566Z",
        high ? 116 : 110, collar, collar - 12, collar + 14, high ? 380 : 432);
    canvas.flat(fmt::format("M120 {0}q44-24 96-2l8 40h-100z", collar + 6), mix(canvas.color(), ink, 52));
    canvas.cloth(upper);
    canvas.begin_folds(upper);
    canvas.light("M350 476Q420 490 470 520", 18, 28);
    canvas.fold("M240 470Q250 520 230 560", 16, 22);
    canvas.fold("M120 440Q112 500 118 560", 18, 26);
    canvas.end_folds();
    canvas.trim("M396 566C398 530 416 506 452 500C480 506 494 530 490 556L484 566Z", mix(canvas.color(), white, 30));
    canvas.trim("M112 470C130 466 150 476 160 500C166 530 162 552 158 566H112Z", mix(canvas.color(), ink, 26));
    canvas.line("M196 556C230 540 262 500 286 452M226 560C262 540 292 506 312 462", canvas.accent(), 9);
    for (int step = 0; step < (high ? 6 : 4); ++step) {
        canvas.line(
            fmt::format("M{} {}l34 -22", (high ? 326 : 330) - step * 24, (high ? 474 : 486) - step * (high ? 26 : 10)),
            rubber, 7);
    }
    canvas.stitch("M392 560Q394 520 432 496");
    const int thick = chunky ? 52 : 34;
    canvas.trim(
        fmt::format("M96 562Q300 570 506 556Q518 576 500 {0}Q300 {1} 112 {0}Q88 590 96 562Z", 562 + thick, 566 + thick),
        rubber);
    canvas.line(
        fmt::format("M104 {0}Q300 {1} 504 {2}", 562 + thick * 6 / 10, 568 + thick * 6 / 10, 560 + thick * 6 / 10),
        mix(rubber, ink, 24), 3);
}

void draw_boot(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const int top = style == "knee-high" ? 150 : style == "ankle" ? 350 : 270;
    const int heel = style == "heeled" ? 60 : style == "flat" ? 18 : 30;
    const std::string upper = fmt::format(
        "M140 570C132 520 150 470 152 430L148 {0}Q208 {1} 276 {0}L280 430C290 462 340 480 400 492C456 504 488 530 486 "
        "570Z",
        top, top - 16);
    canvas.flat(fmt::format("M150 {0}q62-22 124 0l-4 20h-116z", top), mix(canvas.color(), ink, 55));
    canvas.cloth(upper);
    canvas.begin_folds(upper);
    canvas.light(fmt::format("M184 {}V440Q196 500 180 560", top + 30), 20, 24);
    canvas.light("M330 490Q410 500 456 540", 18, 30);
    canvas.fold("M276 440Q230 470 170 466", 14, 26);
    canvas.fold("M288 452Q244 500 190 500", 12, 24);
    canvas.fold(fmt::format("M268 {}V440", top), 20, 26);
    canvas.end_folds();
    if (style == "lace-up") {
        for (int y = top + 40; y < 470; y += 34) canvas.line(fmt::format("M240 {}l44 -10", y), rubber, 6);
        canvas.seam(fmt::format("M236 {}V450Q250 490 320 500", top));
    } else if (style == "chelsea") {
        canvas.trim(fmt::format("M196 {0}h44l-8 140q-14 8-28 0z", top - 6), mix(canvas.color(), ink, 50));
        canvas.line(fmt::format("M150 {0}v-30", top + 4), mix(canvas.color(), ink, 40), 7);
    } else {
        canvas.line(fmt::format("M232 {}V520", top + 14), canvas.metal(), 3);
    }
    canvas.seam("M400 492Q390 530 398 568");
    canvas.trim("M128 566H490Q500 580 486 588H214L204 588H132Q122 580 128 566Z", sole_brown);
    canvas.trim(fmt::format("M132 586h76l-6 {0}h-64z", heel), mix(sole_brown, ink, 30));
}

void draw_loafer(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const bool slippers = canvas.sketch().shape == "slippers";
    const int heel = style == "heeled" ? 66 : 22;
    const std::string upper = slippers ? "M118 560C108 510 120 470 150 462C200 476 240 500 280 470C330 440 440 470 480 "
                                         "530C488 548 486 562 482 570H118Z"
                                       : "M116 566C104 500 112 448 132 430C160 444 176 486 228 500C262 506 280 470 310 "
                                         "458C400 470 478 500 488 548L486 570H116Z";
    canvas.flat(slippers ? "M150 462C200 470 250 460 300 458L270 520L170 510Z"
                         : "M132 432C190 440 250 446 312 458L240 520L150 500Z",
                mix(canvas.color(), ink, 56));
    canvas.cloth(upper);
    canvas.begin_folds(upper);
    canvas.light("M340 480Q430 496 468 540", 18, 34);
    canvas.fold("M126 470Q122 530 130 570", 20, 24);
    canvas.fold("M240 510Q280 540 360 560", 14, 18);
    canvas.end_folds();
    if (slippers) {
        canvas.horns(390, 520, 66, canvas.accent());
        canvas.line("M150 464C200 478 240 502 280 472", canvas.accent(), 8);
    } else {
        canvas.trim("M272 500C300 470 330 462 356 470C350 500 330 530 304 548Q280 530 272 500Z",
                    mix(canvas.color(), white, 10));
        canvas.seam("M356 470Q440 480 480 536");
        if (style == "buckled")
            canvas.line("M296 500h36v22h-36z", canvas.metal(), 5);
        else if (style == "tassel")
            canvas.line("M320 492q20 10 18 34M320 492q34 2 42 24", mix(canvas.color(), ink, 40), 6);
        else
            canvas.flat("M290 496q24-8 44-4l-8 12q-20 0-36 4z", mix(canvas.color(), ink, 50));
    }
    canvas.trim("M104 564H490Q500 576 488 586H110Q96 578 104 564Z",
                slippers ? mix(canvas.color(), ink, 30) : sole_brown);
    if (!slippers) canvas.trim(fmt::format("M108 584h80l-8 {0}h-66z", heel), mix(sole_brown, ink, 30));
}

void draw_sandal(Canvas& canvas) {
    const std::string_view style = canvas.sketch().style;
    const bool heeled = style == "heeled";
    const bool platform = style == "platform";
    if (heeled) {
        canvas.trim("M120 470Q150 462 186 470L170 618Q160 624 148 618Z", mix(canvas.color(), ink, 30));
        canvas.trim(
            "M110 462C180 460 230 500 300 546C370 580 450 570 500 572Q506 590 490 596H350C260 596 220 520 112 486Z",
            {196, 160, 122});
        canvas.cloth("M330 566C340 520 400 500 470 540L484 572L450 574C420 546 380 546 362 574Z");
        canvas.cloth("M116 470C110 420 130 370 152 350L172 356C156 390 150 430 156 476Z");
        canvas.cloth("M140 372C200 350 240 372 262 420L246 428C222 390 190 380 142 392Z");
        canvas.button(256, 420, 7);
        return;
    }
    const int thick = platform ? 62 : 26;
    canvas.trim(
        fmt::format("M96 560Q300 548 500 560Q514 574 500 {0}Q300 {1} 108 {0}Q88 580 96 560Z", 562 + thick, 570 + thick),
        platform ? Rgb{206, 178, 140} : sole_brown);
    canvas.trim("M100 556Q300 540 498 556Q500 568 490 570Q300 560 108 570Z", {202, 168, 130});
    canvas.cloth(
        "M300 560C310 490 350 456 410 462C452 476 480 520 486 562L440 564C432 530 410 510 384 510C356 516 340 540 336 "
        "562Z");
    canvas.cloth("M112 560C106 500 116 440 140 420L160 428C146 470 146 520 152 562Z");
    canvas.cloth("M132 450C190 420 240 430 290 500L330 520L316 536C270 520 230 452 138 474Z");
    canvas.line("M236 446h24v24h-24z", canvas.metal(), 4);
    canvas.stitch("M312 556Q324 500 366 480");
}

}  // namespace

void draw_shoes(Canvas& canvas) {
    const std::string_view shape = canvas.sketch().shape;
    const std::size_t start = canvas.mark();
    if (shape == "sneaker")
        draw_sneaker(canvas);
    else if (shape == "boot")
        draw_boot(canvas);
    else if (shape == "sandal")
        draw_sandal(canvas);
    else
        draw_loafer(canvas);
    canvas.repeat_moved(start, 78, -96, 92);
}

}  // namespace marque::demo
