// UTF-8, slugs and UUIDs.
#include "core/text.h"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "core/random.h"

namespace marque {
namespace {

bool is_slug_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Length in bytes of the well-formed UTF-8 sequence at the front (Unicode 15, table 3-7), or 0.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
        return i < text.size() && byte(i) >= low && byte(i) <= high;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = lead == 0xED ? 0x9F : 0xBF;
        return continues(1, low, high) && continues(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
        return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

Parsed<std::size_t> utf8_length(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        if (text.front() == '\0') return std::unexpected("must not contain NUL");
        const auto length = sequence_length(text);
        if (length == 0) return std::unexpected("must be valid UTF-8");
        text.remove_prefix(length);
        ++count;
    }
    return count;
}

std::string_view trimmed(std::string_view text) {
    const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string lowered(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string uppered(std::string_view text) {
    std::string out{text};
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

Parsed<Slug> Slug::parse(std::string_view text) {
    const auto refuse = [] { return std::unexpected("must be lower-case letters, digits and single hyphens"); };
    if (text.empty() || text.size() > facts.max_length || text.front() == '-' || text.back() == '-') return refuse();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_slug_letter(text[i])) continue;
        if (text[i] != '-' || text[i - 1] == '-') return refuse();
    }
    return Slug{std::string{text}};
}

Parsed<Uuid> Uuid::parse(std::string_view text) {
    std::string out = lowered(text);
    bool good = out.size() == 36;
    for (std::size_t i = 0; good && i < out.size(); ++i) {
        const bool hyphen_here = i == 8 || i == 13 || i == 18 || i == 23;
        good = hyphen_here ? out[i] == '-' : std::isxdigit(static_cast<unsigned char>(out[i])) != 0;
    }
    if (!good) return std::unexpected("must be a UUID");
    return Uuid{std::move(out)};
}

Uuid Uuid::of_number(std::int64_t number) {
    const auto hex = fmt::format("{:016x}", static_cast<std::uint64_t>(number));
    return Uuid{fmt::format("00000000-0000-0000-{}-{}", hex.substr(0, 4), hex.substr(4))};
}

Uuid Uuid::random() {
    std::array<unsigned char, 16> bytes{};
    fill_random(bytes);
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
        out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 0x0F];
    }
    return Uuid{std::move(out)};
}

}  // namespace marque
