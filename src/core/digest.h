#pragma once
// SHA-256 as hexadecimal text, to compare bodies and files.

#include <string>
#include <string_view>

namespace marque {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// Of a whole file, read piece by piece; empty where it cannot be read.
[[nodiscard]] std::string sha256_hex_of_file(const std::string& path);

}  // namespace marque
