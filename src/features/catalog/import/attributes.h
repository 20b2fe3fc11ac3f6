#pragma once
// The small languages inside cells of Magento's export: name=value lists, lists of variations, category paths.

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace marque::catalog::import {

// name=value pairs in the order of the cell.
using Attributes = std::vector<std::pair<std::string, std::string>>;

// "size=XS,color=Black". A piece without name= belongs to the value before it, for Magento does not escape commas; a
// value in double quotes may hold anything.
Attributes parse_attributes(std::string_view cell);

// The value of the first of the names that has one, else nothing. Names are compared without regard to case.
std::string find_attribute(const Attributes& attributes, std::initializer_list<std::string_view> names);

struct Variation {
    std::string sku;
    std::string size;
    std::string color;
};

// "sku=A-XS,size=XS,color=Black|sku=...". The error reads on after the name of the column.
std::expected<std::vector<Variation>, std::string> parse_variations(std::string_view cell);

struct CategoryPath {
    std::string category;
    std::string subcategory;  // Empty if the path has one level only.
};

// Of "Default Category/Men/Tops/Tees,Default Category/Promotions/Tees" the deepest path that says what the thing is:
// Men and Tees. The root is left out, and so are paths that say why it is shown (collections, promotions).
std::optional<CategoryPath> choose_category(std::string_view cell);

// The cell split at commas, spaces around the pieces and empty pieces left out.
std::vector<std::string> split_list(std::string_view cell);

}  // namespace marque::catalog::import
