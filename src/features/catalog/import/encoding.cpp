// Telling encodings apart by their marks and by what the first bytes could be, and the tables of the two code pages.
#include "features/catalog/import/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "features/catalog/import/utf8.h"

namespace marque::catalog::import {
namespace {

constexpr std::size_t beginning_bytes = 65536;
constexpr std::string_view mark = "\xEF\xBB\xBF";

// 0x80 to 0xBF of Windows-1251; above them the Cyrillic letters stand in their order. 0 is no character.
constexpr std::array<char16_t, 64> windows_1251 = {
    0x402, 0x403,  0x201A, 0x453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x409,  0x2039, 0x40A,
    0x40C, 0x40B,  0x40F,  0x452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0,      0x2122,
    0x459, 0x203A, 0x45A,  0x45C, 0x45B,  0x45F,  0xA0,   0x40E,  0x45E,  0x408,  0xA4,   0x490,  0xA6,
    0xA7,  0x401,  0xA9,   0x404, 0xAB,   0xAC,   0xAD,   0xAE,   0x407,  0xB0,   0xB1,   0x406,  0x456,
    0x491, 0xB5,   0xB6,   0xB7,  0x451,  0x2116, 0x454,  0xBB,   0x458,  0x405,  0x455,  0x457};

// 0x80 to 0x9F of Windows-1252; above them it is Latin-1.
constexpr std::array<char16_t, 32> windows_1252 = {0x20AC, 0,      0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0,      0x17D,  0,
                                                   0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0,      0x17E,  0x178};

char32_t point_of(Encoding encoding, unsigned char byte) {
    if (byte < 0x80) return byte;
    char32_t point = byte;
    if (encoding == Encoding::windows_1251) {
        point = byte >= 0xC0 ? 0x410U + (byte - 0xC0U) : windows_1251[byte - 0x80U];
    } else if (byte < 0xA0) {
        point = windows_1252[byte - 0x80U];
    }
    return point == 0 ? replacement_character : point;
}

struct Look {
    std::size_t valid = 0;    // characters of several bytes
    std::size_t invalid = 0;  // bytes that are no UTF-8
    std::size_t zeros = 0;
    std::size_t line = 0;  // of the first byte that is no UTF-8
};

Look look_at(std::string_view text, bool cut) {
    Look look;
    std::size_t line = 1;
    for (std::size_t position = 0; position < text.size();) {
        const auto byte = static_cast<unsigned char>(text[position]);
        line += byte == '\n' ? 1 : 0;
        look.zeros += byte == 0 ? 1 : 0;
        const auto decoded = decode_point(text, position);
        const bool at_cut = cut && position + 4 > text.size();
        if (!decoded.valid && !at_cut) {
            if (look.invalid++ == 0) look.line = line;
        } else if (decoded.bytes > 1) {
            ++look.valid;
        }
        position += decoded.bytes;
    }
    return look;
}

}  // namespace

std::expected<Encoding, std::string> parse_encoding(std::string_view word) {
    if (word.empty() || word == "auto") return Encoding::automatic;
    if (word == "utf-8") return Encoding::utf8;
    if (word == "utf-16") return Encoding::utf16;
    if (word == "windows-1251") return Encoding::windows_1251;
    if (word == "windows-1252") return Encoding::windows_1252;
    return std::unexpected("must be auto, utf-8, utf-16, windows-1251 or windows-1252");
}

std::expected<std::unique_ptr<TextStream>, std::string> TextStream::open(std::unique_ptr<Source> source,
                                                                         Encoding encoding) {
    std::string first(beginning_bytes, '\0');
    std::size_t filled = 0;
    while (filled < first.size()) {
        const auto count = source->read(std::span(first).subspan(filled));
        if (!count) return std::unexpected("the file " + count.error());
        if (*count == 0) break;
        filled += *count;
    }
    const bool cut = filled == first.size();
    first.resize(filled);
    const bool little = first.starts_with("\xFF\xFE");
    const bool big = first.starts_with("\xFE\xFF");
    if (encoding == Encoding::automatic && (little || big)) encoding = Encoding::utf16;
    if (encoding == Encoding::automatic) {
        const Look look = look_at(first, cut);
        if (look.zeros > 0 && look.zeros * 4 >= first.size()) {
            return std::unexpected(
                "the file looks like UTF-16 without its mark; save it as UTF-8, or say --encoding utf-16");
        }
        // A damaged byte among good ones is the fault of its row; where they are the rule, it is another encoding.
        if (look.invalid > look.valid) {
            return std::unexpected(fmt::format(
                "the file is not UTF-8 (line {} shows it first); save it as UTF-8, or say what it is: --encoding "
                "windows-1251 for Cyrillic, windows-1252 for Western European",
                look.line));
        }
        encoding = Encoding::utf8;
    }
    std::unique_ptr<TextStream> stream{new TextStream{std::move(source), encoding}};
    stream->big_endian_ = big;
    std::string_view raw = first;
    if (encoding == Encoding::utf8 && raw.starts_with(mark)) raw.remove_prefix(mark.size());
    if (encoding == Encoding::utf16 && (little || big)) raw.remove_prefix(2);
    stream->convert(raw);
    stream->beginning_ = stream->ready_.substr(0, beginning_bytes);
    return stream;
}

void TextStream::convert(std::string_view raw) {
    if (encoding_ == Encoding::utf8) {
        ready_.append(raw);
    } else if (encoding_ == Encoding::utf16) {
        convert_utf16(raw);
    } else {
        for (const char byte : raw) append_point(ready_, point_of(encoding_, static_cast<unsigned char>(byte)));
    }
}

void TextStream::convert_utf16(std::string_view raw) {
    raw_.append(raw);
    std::size_t position = 0;
    for (; position + 1 < raw_.size(); position += 2) {
        const auto first = static_cast<unsigned char>(raw_[position]);
        const auto second = static_cast<unsigned char>(raw_[position + 1]);
        const char32_t unit = big_endian_ ? first * 256U + second : second * 256U + first;
        if (unit >= 0xD800 && unit < 0xDC00) {
            if (surrogate_ != 0) append_point(ready_, replacement_character);
            surrogate_ = unit;
            continue;
        }
        if (unit >= 0xDC00 && unit < 0xE000) {
            const bool paired = surrogate_ != 0;
            append_point(ready_,
                         paired ? 0x10000 + ((surrogate_ - 0xD800) << 10U) + (unit - 0xDC00) : replacement_character);
        } else {
            if (surrogate_ != 0) append_point(ready_, replacement_character);
            append_point(ready_, unit);
        }
        surrogate_ = 0;
    }
    raw_.erase(0, position);
}

std::expected<bool, std::string> TextStream::refill() {
    ready_.clear();
    position_ = 0;
    std::array<char, 65536> buffer{};
    while (ready_.empty() && !at_end_) {
        const auto count = source_->read(buffer);
        if (!count) return std::unexpected(count.error());
        at_end_ = *count == 0;
        convert({buffer.data(), *count});
    }
    return !ready_.empty();
}

std::expected<std::size_t, std::string> TextStream::read(std::span<char> buffer) {
    if (position_ == ready_.size()) {
        if (encoding_ == Encoding::utf8 && position_ > 0 && buffer.size() >= beginning_bytes) {
            return source_->read(buffer);
        }
        const auto more = refill();
        if (!more) return std::unexpected(more.error());
        if (!*more) return std::size_t{0};
    }
    const auto count = std::min(buffer.size(), ready_.size() - position_);
    std::copy_n(ready_.data() + position_, count, buffer.data());
    position_ += count;
    return count;
}

}  // namespace marque::catalog::import
