#pragma once
// Example numbers for forms, as libphonenumber has them.

#include <string>
#include <string_view>

namespace marque {

/// A mobile number of a region ("KZ") in E.164 that belongs to nobody; empty for a region that is not known.
[[nodiscard]] std::string phone_example_of(std::string_view region);

}  // namespace marque
