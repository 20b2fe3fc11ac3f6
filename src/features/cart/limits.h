#pragma once
// How much a cart holds.

#include <cstdint>

namespace marque::cart {

/// More is no purchase; two additions at the same moment may pass it by one, and joined carts by what was joined.
inline constexpr std::int32_t lines_max = 200;

}  // namespace marque::cart
