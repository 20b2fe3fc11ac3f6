#pragma once
// Slugs for what a file brings: any text to lower-case ASCII, digits and hyphens, and one slug per product.

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>

namespace marque::catalog::import {

constexpr std::size_t slug_bytes_max = 120;

// Latin letters lose their accents, Cyrillic ones (Russian, Kyrgyz) are spelled out, the rest becomes single hyphens.
// Empty if nothing of the text can be written in a slug.
std::string slug_from(std::string_view text);

// Hands out each slug once. The order of the file decides, so the same file always gives the same slugs.
class SlugRegistry {
public:
    // The wanted slug if it is free, else with the key behind it, else with a number behind that. The key is what
    // identifies the product in its file.
    std::string claim(const std::string& wanted, std::string_view key);

private:
    bool take(const std::string& slug);

    std::unordered_set<std::string> taken_;
};

}  // namespace marque::catalog::import
