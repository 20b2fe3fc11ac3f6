#pragma once
// Randomness for codes, tokens and order numbers: the kernel's cryptographic generator, never a seeded one.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace marque {

/// Fills the bytes from getrandom(2). Ends the process if the kernel refuses: nothing may go on with guessable secrets.
void fill_random(std::span<unsigned char> bytes);

/// A number in [0, bound), unbiased.
[[nodiscard]] std::uint32_t random_below(std::uint32_t bound);

/// `length` letters drawn from `alphabet`, each equally likely.
[[nodiscard]] std::string random_letters(std::string_view alphabet, std::size_t length);

}  // namespace marque
