#pragma once
// SHA-256 as hexadecimal text, to compare bodies and files.

#include <string>
#include <string_view>

namespace marque {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace marque
