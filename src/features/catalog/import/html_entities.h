#pragma once
// The named character references of HTML 4, which is what editors of shop systems write.

#include <optional>
#include <string_view>

namespace marque::catalog::import {

// The code point a name stands for, without ampersand and semicolon; names are case-sensitive.
std::optional<char32_t> named_entity(std::string_view name);

// What a numeric reference stands for: browsers read 128 to 159 as Windows-1252, and so do the texts that hold them.
char32_t numeric_entity(char32_t number);

}  // namespace marque::catalog::import
