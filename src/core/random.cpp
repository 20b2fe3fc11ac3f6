// getrandom(2) and unbiased draws from it.
#include "core/random.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace marque {

void fill_random(std::span<unsigned char> bytes) {
    while (!bytes.empty()) {
        const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(got));
        } else if (errno != EINTR) {
            std::abort();
        }
    }
}

std::uint32_t random_below(std::uint32_t bound) {
    // Values above the largest multiple of bound are drawn again, so every remainder is equally likely.
    const std::uint32_t limit = UINT32_MAX - UINT32_MAX % bound;
    std::uint32_t number = 0;
    do {
        std::array<unsigned char, sizeof number> bytes{};
        fill_random(bytes);
        std::memcpy(&number, bytes.data(), sizeof number);
    } while (number >= limit);
    return number % bound;
}

std::string random_letters(std::string_view alphabet, std::size_t length) {
    std::string out;
    out.reserve(length);
    for (std::size_t i = 0; i < length; ++i) out += alphabet[random_below(static_cast<std::uint32_t>(alphabet.size()))];
    return out;
}

}  // namespace marque
