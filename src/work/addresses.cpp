// Which addresses belong to the open internet, where a URL leads, and the encoding of forms.
#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "core/parse.h"
#include "core/text.h"
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
    if (bytes[0] == 0x3F && bytes[1] == 0xFF && bytes[2] < 0x10) return false;   // documentation, too
    if (bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] < 0x02) return false;   // Teredo and its kin
    return (bytes[0] & 0xE0) == 0x20;                                            // global unicast is 2000::/3
}

/// One part of a URL; nothing where it has none.
std::optional<std::string> part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return std::nullopt;
    std::string copy{text};
    curl_free(text);
    return copy;
}

}  // namespace

std::optional<UrlPlace> place_of_url(const std::string& url) {
    const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed{curl_url(), curl_url_cleanup};
    if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return std::nullopt;
    const auto scheme = part_of(parsed.get(), CURLUPART_SCHEME);
    auto host = part_of(parsed.get(), CURLUPART_HOST);
    const auto port = part_of(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    const auto number = parse_integer(port.value_or(""));
    if (!scheme || !host || host->empty() || !number) return std::nullopt;
    if (host->starts_with('[') && host->ends_with(']')) host = host->substr(1, host->size() - 2);
    return UrlPlace{.scheme = lowered(*scheme),
                    .host = lowered(*host),
                    .port = static_cast<int>(*number),
                    .has_credentials = part_of(parsed.get(), CURLUPART_USER).has_value() ||
                                       part_of(parsed.get(), CURLUPART_PASSWORD).has_value(),
                    .has_fragment = part_of(parsed.get(), CURLUPART_FRAGMENT).has_value()};
}

bool is_public_address(std::string_view address) {
    const std::string text{address};
    in_addr four{};
    if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return is_public_v4(ntohl(four.s_addr));
    Bytes six{};
    return ::inet_pton(AF_INET6, text.c_str(), six.data()) == 1 && is_public_v6(six);
}

bool is_loopback_address(std::string_view address) {
    const std::string text{address};
    in_addr four{};
    if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
    Bytes six{};
    if (::inet_pton(AF_INET6, text.c_str(), six.data()) != 1) return false;
    return starts_with(six, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
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
