// The calls of vipsheader and vipsthumbnail, and what is checked before and after them.
#include "features/media/picture.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/check.h"
#include "core/log.h"
#include "core/parse.h"
#include "features/media/metadata.h"
#include "work/child_process.h"
#include "work/slots.h"

namespace marque::media {
namespace {

using namespace std::string_view_literals;
using std::chrono::seconds;
constexpr std::size_t mebibyte = 1024UL * 1024;

/// The header is read, nothing decoded.
constexpr work::ChildLimits look_limits{.processor_time = seconds{2},
                                        .wall_time = seconds{10},
                                        .memory_bytes = 512 * mebibyte,
                                        .output_bytes_max = mebibyte};
/// 64 million points that cannot be read line by line (AVIF, interlaced PNG) need some 400 MB.
constexpr work::ChildLimits draw_limits{.processor_time = seconds{10},
                                        .wall_time = seconds{30},
                                        .memory_bytes = 1024 * mebibyte,
                                        .output_bytes_max = 32 * mebibyte};
constexpr work::ChildLimits encode_limits{.processor_time = seconds{30},
                                          .wall_time = seconds{60},
                                          .memory_bytes = 1024 * mebibyte,
                                          .output_bytes_max = 8 * mebibyte};
/// A thumbnail of 512 pixels has some 40 KB; ten times that is no thumbnail.
constexpr work::ChildLimits thumbnail_limits{.processor_time = seconds{2},
                                             .wall_time = seconds{10},
                                             .memory_bytes = 512 * mebibyte,
                                             .output_bytes_max = 512UL * 1024};

/// What is sent must be whole; what its authors do not trust in libvips is not loaded, whatever the first bytes say.
constexpr const char* sent_input = "stdin[fail_on=error]";

Task<work::ChildOutcome> run_vips(std::vector<std::string> command, std::string_view input, work::ChildLimits limits) {
    std::vector<std::string> environment{"VIPS_BLOCK_UNTRUSTED=1", "VIPS_CONCURRENCY=1", "MALLOC_ARENA_MAX=1"};
    auto outcome = co_await work::run_child(std::move(command), std::move(environment), input, limits);
    check(outcome.exit_status != 127, "vipsthumbnail (libvips-tools) is not installed");
    co_return outcome;
}

[[noreturn]] void refuse_unreadable(std::string_view step, const work::ChildOutcome& outcome) {
    log::info("media.picture_refused", {{"step", std::string{step}}, {"status", std::to_string(outcome.exit_status)}});
    throw Refused{not_a_picture};
}

void require_type(std::string_view content_type, std::string_view bytes) {
    const auto found = picture_type(bytes);
    if (found.empty()) throw Refused{not_a_picture};
    if (found == content_type) return;
    throw Refused{not_a_picture, fmt::format("The body is {}, not {} as its Content-Type says", found, content_type)};
}

std::string_view loader_of(std::string_view content_type) {
    if (content_type == "image/png") return "pngload";
    if (content_type == "image/jpeg") return "jpegload";
    return content_type == "image/webp" ? "webpload" : "heifload";
}

Task<HeaderFacts> require_drawable(std::string_view content_type, std::string_view bytes) {
    const auto outcome = co_await run_vips({"/usr/bin/vipsheader", "-a", "stdin"}, bytes, look_limits);
    const HeaderFacts facts = header_facts(outcome.output);
    if (facts.width_px <= 0 || facts.height_px <= 0 || !facts.loader.starts_with(loader_of(content_type))) {
        refuse_unreadable("header", outcome);
    }
    if (facts.width_px > side_px_max || facts.height_px > side_px_max ||
        std::int64_t{facts.width_px} * facts.height_px > points_max) {
        throw Refused{too_many_points,
                      fmt::format("The picture has {} x {} points; {} a side and {} million in all are the most",
                                  facts.width_px, facts.height_px, side_px_max, points_max / 1'000'000)};
    }
    if (facts.pages > 1 || is_moving_png(bytes)) throw Refused{moving_picture};
    co_return facts;
}

/// Colours of a wider space are brought into what browsers take for granted. A picture without a profile is that
/// already, and libvips would shift its colours.
void add_profile(std::vector<std::string>& command, const HeaderFacts& facts) {
    if (!facts.has_profile) return;
    command.emplace_back("--export-profile");
    command.emplace_back("srgb");
}

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t number = 0;
    for (const char byte : bytes.substr(0, 4)) number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

std::string output_of(Format format) {
    switch (format) {
        case Format::avif:
            return ".avif[Q=55,effort=2,strip]";
        case Format::webp:
            return ".webp[Q=80,strip]";
        case Format::jpg:
            break;
    }
    // JPEG knows no transparency: shops show articles on white.
    return ".jpg[Q=80,optimize_coding,interlace,background=255,strip]";
}

}  // namespace

std::string_view extension_of(Format format) {
    return format == Format::avif ? "avif" : format == Format::webp ? "webp" : "jpg";
}

std::string_view content_type_of(Format format) {
    return format == Format::avif ? "image/avif" : format == Format::webp ? "image/webp" : "image/jpeg";
}

std::string_view picture_type(std::string_view bytes) {
    if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return "image/png";
    if (bytes.starts_with("\xff\xd8\xff"sv)) return "image/jpeg";
    if (bytes.size() < 16) return {};
    if (bytes.starts_with("RIFF"sv) && bytes.substr(8, 4) == "WEBP"sv) return "image/webp";
    if (bytes.substr(4, 4) != "ftyp"sv) return {};
    const auto size = std::min<std::size_t>(big_endian(bytes), std::min<std::size_t>(bytes.size(), 256));
    const auto brand = bytes.substr(8, 4);
    if (brand == "avif"sv) return "image/avif";
    if (brand == "heic"sv || brand == "heix"sv) return "image/heic";
    if (brand != "mif1"sv) return {};
    for (std::size_t at = 16; at + 4 <= size; at += 4) {
        if (bytes.substr(at, 4) == "avif"sv) return "image/avif";
        if (bytes.substr(at, 4) == "heic"sv) return "image/heic";
    }
    return {};
}

bool is_moving_png(std::string_view bytes) {
    if (!bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return false;
    // acTL must come before the picture's data.
    for (std::size_t at = 8; at + 8 <= bytes.size();) {
        const auto type = bytes.substr(at + 4, 4);
        if (type == "acTL"sv) return true;
        if (type == "IDAT"sv) return false;
        at += std::size_t{big_endian(bytes.substr(at))} + 12;
    }
    return false;
}

HeaderFacts header_facts(std::string_view text) {
    HeaderFacts facts;
    const auto number = [](std::string_view value) {
        const auto parsed = parse_integer(value);
        return parsed && *parsed > 0 && *parsed <= 1'000'000'000 ? static_cast<int>(*parsed) : 0;
    };
    // The first of each counts: what a camera wrote into the picture comes behind what libvips found out.
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos) continue;
        const auto name = line.substr(0, colon);
        const auto value = line.substr(colon + 2);
        if (name == "width" && facts.width_px == 0) facts.width_px = number(value);
        if (name == "height" && facts.height_px == 0) facts.height_px = number(value);
        if (name == "n-pages") facts.pages = std::max(facts.pages, number(value));
        if (name == "icc-profile-data") facts.has_profile = true;
        if (name == "vips-loader" && facts.loader.empty()) facts.loader = value;
    }
    return facts;
}

Task<Master> draw_master(std::string_view content_type, std::string_view bytes) {
    require_type(content_type, bytes);
    const HeaderFacts facts = co_await require_drawable(content_type, bytes);
    std::vector<std::string> command{"/usr/bin/vipsthumbnail",
                                     sent_input,
                                     "--size",
                                     fmt::format("{}x{}>", master_width_px_max, master_height_px_max),
                                     "--output",
                                     ".png[compression=1,strip]"};
    add_profile(command, facts);
    auto outcome = co_await run_vips(std::move(command), bytes, draw_limits);
    Master master{.png = bare_png(outcome.output)};
    if (master.png.size() < 24) refuse_unreadable("draw", outcome);
    master.width_px = static_cast<int>(big_endian(std::string_view{master.png}.substr(16)));
    master.height_px = static_cast<int>(big_endian(std::string_view{master.png}.substr(20)));
    co_return master;
}

std::vector<int> widths_of(int master_width_px) {
    std::vector<int> widths;
    for (const int width : widths_px) {
        if (width < master_width_px) widths.push_back(width);
    }
    widths.push_back(master_width_px);
    return widths;
}

Task<std::string> encode(std::string_view picture, int width_px, Format format) {
    std::vector<std::string> command{"/usr/bin/vipsthumbnail",      "stdin",    "--size",
                                     fmt::format("{}x>", width_px), "--output", output_of(format)};
    auto outcome = co_await run_vips(std::move(command), picture, encode_limits);
    if (format == Format::webp) outcome.output = bare_webp(outcome.output);
    if (picture_type(outcome.output) == content_type_of(format)) co_return std::move(outcome.output);
    log::error("media.not_encoded", {{"format", std::string{extension_of(format)}},
                                     {"width", std::to_string(width_px)},
                                     {"status", std::to_string(outcome.exit_status)}});
    co_return std::string{};
}

Task<std::string> mean_color(std::string_view picture) {
    const auto outcome = co_await run_vips({"/usr/bin/vipsthumbnail", "stdin", "--size", "1x1!", "--output", ".ppm"},
                                           picture, look_limits);
    const std::string_view text = outcome.output;
    const std::size_t bands = text.starts_with("P6") ? 3 : 1;  // a grey picture has one
    if (!text.starts_with('P') || text.size() < bands) co_return "#808080";
    const auto band = [&](std::size_t index) {
        return static_cast<unsigned char>(text[text.size() - bands + std::min(index, bands - 1)]);
    };
    co_return fmt::format("#{:02x}{:02x}{:02x}", band(0), band(1), band(2));
}

Task<Picture> square_thumbnail(std::string_view content_type, std::string_view bytes, int side_px) {
    require_type(content_type, bytes);
    const auto place = co_await enter_studio();
    const HeaderFacts facts = co_await require_drawable(content_type, bytes);
    std::vector<std::string> command{"/usr/bin/vipsthumbnail",
                                     sent_input,
                                     "--size",
                                     fmt::format("{0}x{0}", side_px),
                                     "--smartcrop",
                                     "centre",
                                     "--output",
                                     ".webp[Q=82,strip]"};
    add_profile(command, facts);
    auto outcome = co_await run_vips(std::move(command), bytes, thumbnail_limits);
    Picture picture{"image/webp", bare_webp(outcome.output)};
    if (picture.bytes.empty()) refuse_unreadable("thumbnail", outcome);
    co_return picture;
}

Task<work::Slots::Slot> enter_studio() {
    // One at a time on each thread: more would take processors away from everybody else.
    static thread_local work::Slots slots{1, 16};
    auto slot = co_await slots.enter(seconds{20});
    if (slot) co_return std::move(*slot);
    Refused refused{too_many_pictures};
    refused.retry_after_s = 5;
    throw refused;
}

}  // namespace marque::media
