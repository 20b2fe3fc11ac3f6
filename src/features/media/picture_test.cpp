// What is told of a picture before libvips is asked, and from what libvips says.
#include "features/media/picture.h"

#include <doctest/doctest.h>

#include "features/media/metadata.h"

namespace marque::media {

using namespace std::string_view_literals;

TEST_CASE("a body is what its first bytes say") {
    CHECK(picture_type("\x89PNG\r\n\x1a\nIHDR"sv) == "image/png");
    CHECK(picture_type("\xff\xd8\xff\xe0"sv) == "image/jpeg");
    CHECK(picture_type("RIFF\x10\0\0\0WEBPVP8 "sv) == "image/webp");
    CHECK(picture_type("\0\0\0\x1c"
                       "ftypavif\0\0\0\0avifmif1miaf"sv) == "image/avif");
    CHECK(picture_type("\0\0\0\x1c"
                       "ftypheic\0\0\0\0mif1heicmiaf"sv) == "image/heic");
    CHECK(picture_type("\0\0\0\x1c"
                       "ftypmif1\0\0\0\0mif1heicmiaf"sv) == "image/heic");
    CHECK(picture_type("\0\0\0\x1c"
                       "ftypmif1\0\0\0\0mif1avifmiaf"sv) == "image/avif");
    for (const auto other : {""sv, "\xff\xd8"sv, "PK\3\4 and a name.jpg"sv, "<svg xmlns='x'></svg>"sv,
                             "GIF89a\1\0\1\0\0\0\0\0\0\0\0"sv, "RIFF\x10\0\0\0WAVEfmt "sv,
                             "\0\0\0\x1c"
                             "ftypavis\0\0\0\0avifmif1miaf"sv,
                             "\0\0\0\x1c"
                             "ftypmp42\0\0\0\0mif1avifmiaf"sv,
                             "\0\0\0\x10"
                             "ftypmif1\0\0\0\0avif"sv}) {
        CHECK(picture_type(other).empty());
    }
}

TEST_CASE("a PNG moves when it says so before its data") {
    const auto chunk = [](std::string_view type) {
        return std::string{"\0\0\0\2"sv} + std::string{type} + std::string{"xxcccc"};
    };
    const std::string start{"\x89PNG\r\n\x1a\n"sv};
    CHECK(is_moving_png(start + chunk("IHDR") + chunk("acTL") + chunk("IDAT")));
    CHECK_FALSE(is_moving_png(start + chunk("IHDR") + chunk("IDAT") + chunk("acTL")));
    CHECK_FALSE(is_moving_png(start));
    CHECK_FALSE(is_moving_png(start + std::string{"\xff\xff\xff\xffIHDR"sv} + chunk("acTL")));
    CHECK_FALSE(is_moving_png("acTL"));
}

TEST_CASE("the first of libvips's facts counts, not what a picture says of itself") {
    const auto facts = header_facts(
        "40x30 uchar, 3 bands, srgb, jpegload_source\nwidth: 40\nheight: 30\n"
        "vips-loader: jpegload_source\nn-pages: 3\nexif-ifd0-Make: x\nwidth: 1\nodd\n");
    CHECK(facts.width_px == 40);
    CHECK(facts.height_px == 30);
    CHECK(facts.pages == 3);
    CHECK(facts.loader == "jpegload_source");
    CHECK(header_facts("").width_px == 0);
    CHECK(header_facts("width: -4\nheight: 99999999999999").height_px == 0);
}

TEST_CASE("what libvips leaves in its own pictures is cut out of them") {
    const auto chunk = [](std::string_view name, std::string_view data) {
        std::string out{"\0\0\0"sv};
        out += static_cast<char>(data.size());
        out.append(name).append(data).append("cccc");
        return out;
    };
    const std::string start{"\x89PNG\r\n\x1a\n"sv};
    const std::string bare = start + chunk("IHDR", "x") + chunk("IDAT", "data") + chunk("IEND", "");
    CHECK(bare_png(start + chunk("IHDR", "x") + chunk("pHYs", "xyz") + chunk("eXIf", "place") + chunk("IDAT", "data") +
                   chunk("IEND", "") + "and more behind") == bare);
    CHECK(bare_png(bare) == bare);
    CHECK(bare_png(bare.substr(0, bare.size() - 1)).empty());
    CHECK(bare_png("GIF").empty());

    const std::string webp{
        "RIFF\x30\0\0\0WEBP"
        "VP8X\x0a\0\0\0\x3c\0\0\0\1\0\0\1\0\0"
        "VP8 \3\0\0\0abc\0"
        "EXIF\5\0\0\0place\0"sv};
    CHECK(bare_webp(webp) ==
          "RIFF\x22\0\0\0WEBP"
          "VP8X\x0a\0\0\0\x10\0\0\0\1\0\0\1\0\0"
          "VP8 \3\0\0\0abc\0"sv);
    CHECK(bare_webp(bare_webp(webp)) == bare_webp(webp));
    CHECK(bare_webp(webp.substr(0, 40)).empty());
    CHECK(bare_webp("RIFF").empty());
}

TEST_CASE("pictures are offered in the usual widths below their own, and in their own") {
    CHECK(widths_of(1600) == std::vector{160, 320, 640, 1080, 1600});
    CHECK(widths_of(900) == std::vector{160, 320, 640, 900});
    CHECK(widths_of(160) == std::vector{160});
    CHECK(widths_of(1) == std::vector{1});
}

}  // namespace marque::media
