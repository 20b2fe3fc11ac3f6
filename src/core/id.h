#pragma once
// Identifiers: each table's own type, a positive 64-bit number inside, an opaque decimal string in JSON (ruling 18).

#include <compare>
#include <string>

#include "core/parse.h"

namespace marque {

template <class Tag>
class Id {
public:
    static constexpr TextFacts facts{.pattern = "^[1-9][0-9]{0,18}$", .max_length = 19, .example = "19"};

    constexpr Id() = default;
    /// For numbers that come from the database; users' input goes through parse().
    explicit constexpr Id(std::int64_t number) : number_(number) {}

    [[nodiscard]] static Parsed<Id> parse(std::string_view text) {
        const auto number = parse_integer(text);
        if (!number || *number < 1 || text.front() == '0') return std::unexpected("must be an id, like \"19\"");
        return Id{*number};
    }
    [[nodiscard]] std::string to_text() const { return std::to_string(number_); }
    [[nodiscard]] constexpr std::int64_t value() const { return number_; }

    friend constexpr auto operator<=>(Id, Id) = default;

private:
    std::int64_t number_ = 0;
};

/// Ids take a JSON number too (ruling 18), unlike other text scalars.
template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;

using UserId = Id<struct UserTag>;
using ProductId = Id<struct ProductTag>;
using SkuId = Id<struct SkuTag>;
using OrderId = Id<struct OrderTag>;
using CategoryId = Id<struct CategoryTag>;

}  // namespace marque
