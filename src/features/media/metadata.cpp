// Both formats are chunks one after the other: four letters, a length, the data.
#include "features/media/metadata.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace marque::media {
namespace {

using namespace std::string_view_literals;

constexpr auto png_signature = "\x89PNG\r\n\x1a\n"sv;
constexpr std::array png_kept{"IHDR"sv, "PLTE"sv, "tRNS"sv, "IDAT"sv, "IEND"sv};
constexpr std::array webp_dropped{"EXIF"sv, "XMP "sv, "ICCP"sv};
/// The flags of VP8X that announce what was dropped: colour profile, EXIF, XMP.
constexpr unsigned char webp_flags_dropped = 0x20 | 0x08 | 0x04;

std::uint32_t byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::size_t big_endian(std::string_view bytes) {
    return byte_at(bytes, 0) << 24 | byte_at(bytes, 1) << 16 | byte_at(bytes, 2) << 8 | byte_at(bytes, 3);
}

std::size_t little_endian(std::string_view bytes) {
    return byte_at(bytes, 3) << 24 | byte_at(bytes, 2) << 16 | byte_at(bytes, 1) << 8 | byte_at(bytes, 0);
}

void put_little_endian(std::string& bytes, std::size_t at, std::size_t number) {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(number >> (8 * i) & 0xff);
}

template <std::size_t Size>
bool is_one_of(const std::array<std::string_view, Size>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

std::string bare_png(std::string_view png) {
    if (!png.starts_with(png_signature)) return {};
    std::string out{png_signature};
    png.remove_prefix(png_signature.size());
    while (png.size() >= 12) {
        const std::size_t size = big_endian(png) + 12;  // length, name and checksum besides the data
        if (size > png.size()) return {};
        const auto name = png.substr(4, 4);
        if (is_one_of(png_kept, name)) out += png.substr(0, size);
        if (name == "IEND"sv) return out;
        png.remove_prefix(size);
    }
    return {};
}

std::string bare_webp(std::string_view webp) {
    if (webp.size() < 20 || !webp.starts_with("RIFF"sv) || webp.substr(8, 4) != "WEBP"sv) return {};
    std::string out{webp.substr(0, 12)};
    webp.remove_prefix(12);
    while (webp.size() >= 8) {
        const std::size_t data = little_endian(webp.substr(4));
        const std::size_t size = std::min(8 + data + data % 2, webp.size());  // the last one's padding may be missing
        if (8 + data > webp.size()) return {};
        const auto name = webp.substr(0, 4);
        const std::size_t place = out.size();
        if (!is_one_of(webp_dropped, name)) out += webp.substr(0, size);
        if (name == "VP8X"sv && data >= 10) {
            out[place + 8] = static_cast<char>(byte_at(out, place + 8) & ~std::uint32_t{webp_flags_dropped} & 0xff);
        }
        webp.remove_prefix(size);
    }
    put_little_endian(out, 4, out.size() - 8);
    return out;
}

}  // namespace marque::media
