// Which addresses belong to the open internet, and the encoding of forms.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "work/http_client.h"

namespace marque::work {
namespace {

struct Block {
    std::uint32_t first;
    int bits;
};

/// IANA's registry of special-purpose IPv4 addresses, and multicast.
constexpr Block not_public[] = {
    {0x00000000, 8},  {0x0A000000, 8},  {0x64400000, 10}, {0x7F000000, 8},  {0xA9FE0000, 16},
    {0xAC100000, 12}, {0xC0000000, 24}, {0xC0000200, 24}, {0xC0586300, 24}, {0xC0A80000, 16},
    {0xC6120000, 15}, {0xC6336400, 24}, {0xCB007100, 24}, {0xE0000000, 4},  {0xF0000000, 4},
};

bool is_public_v4(std::uint32_t address) {
    return std::ranges::none_of(not_public,
                                [&](const Block& block) { return (address ^ block.first) >> (32 - block.bits) == 0; });
}

using Bytes = std::array<unsigned char, 16>;

std::uint32_t v4_at(const Bytes& bytes, std::size_t at) {
    std::uint32_t network = 0;
    std::memcpy(&network, bytes.data() + at, sizeof network);
    return ntohl(network);
}

bool starts_with(const Bytes& bytes, std::initializer_list<unsigned char> prefix) {
    return std::ranges::equal(prefix, std::span{bytes}.first(prefix.size()));
}

bool is_public_v6(const Bytes& bytes) {
    if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})) return is_public_v4(v4_at(bytes, 12));
    if (starts_with(bytes, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) return is_public_v4(v4_at(bytes, 12));
    if (starts_with(bytes, {0x20, 0x02})) return is_public_v4(v4_at(bytes, 2));  // 6to4
    if (starts_with(bytes, {0x20, 0x01, 0x0D, 0xB8})) return false;              // documentation
    if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 0x02) return false;   // Teredo and its kin
    return (bytes[0] & 0xE0) == 0x20;                                            // global unicast is 2000::/3
}

}  // namespace

bool is_public_address(std::string_view address) {
    const std::string text{address};
    in_addr four{};
    if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return is_public_v4(ntohl(four.s_addr));
    Bytes six{};
    return ::inet_pton(AF_INET6, text.c_str(), six.data()) == 1 && is_public_v6(six);
}

std::string form_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '*';
        const auto byte = static_cast<unsigned char>(c);
        if (plain) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

}  // namespace marque::work
