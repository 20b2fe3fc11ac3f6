#pragma once
// What every format's products must keep to: lengths, counts, amounts. A text over a limit is refused, never cut, for a
// shortened name would be wrong silently.

#include <optional>
#include <string>
#include <string_view>

#include "features/catalog/import/product.h"

namespace marque::catalog::import {

struct Fault {
    std::string column;
    std::string reason;  // Reads on after the column's name: "must have 1 to 200 characters, but has 340".
};

std::optional<Fault> check_sku(const ImportedSku& sku);
std::optional<Fault> check_product(const ImportedProduct& product);

// An amount as people write it: 1990, 1 990.50, and 1990,50 where the file's columns are parted by semicolons.
std::expected<std::int64_t, std::string> parse_amount(std::string_view text, bool decimal_comma);
// A count from 0 to a million.
std::expected<std::int32_t, std::string> parse_pieces(std::string_view text);
// yes, true, 1, да / no, false, 0, нет; nothing for an empty text.
std::expected<std::optional<bool>, std::string> parse_flag(std::string_view text);
// "2026-12-01" or a whole RFC 3339 moment; nothing for an empty text.
std::expected<std::optional<Timestamp>, std::string> parse_moment(std::string_view text);
// Price, original, sale and its dates make sense together.
std::optional<Fault> check_prices(std::int64_t price, std::optional<std::int64_t> original,
                                  std::optional<std::int64_t> sale, std::optional<Timestamp> from,
                                  std::optional<Timestamp> until);

// "Women > Dresses > Maxi" as its levels, and back. A backslash before ">" or a backslash makes it part of a name.
std::vector<std::string> split_path(std::string_view text);
std::string join_path(const std::vector<std::string>& levels);
void set_category(ImportedProduct& product, std::vector<std::string> path);
// Lines, or pieces parted by "|", and back; a backslash makes these part of a piece.
std::vector<std::string> split_pieces(std::string_view text);
std::string join_pieces(const std::vector<std::string>& pieces);
// The slug of a product whose file gives none: its name and, since names repeat, its key.
std::string slug_for(std::string_view name, std::string_view key);

}  // namespace marque::catalog::import
