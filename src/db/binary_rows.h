#pragma once
// Rows in bulk from PostgreSQL's binary format: no allocation for a row, texts are views into the answer.

#include <bit>
#include <concepts>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "db/handle.h"

namespace marque::db {

/// Microseconds between 1970 and 2000, where PostgreSQL counts from.
inline constexpr std::int64_t unix_us_of_epoch = 946'684'800'000'000;

/// A big-endian number of 1 to 8 bytes, with its sign.
[[nodiscard]] inline std::int64_t binary_integer(std::string_view bytes) {
    std::uint64_t number = !bytes.empty() && (bytes.front() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(number);
}

template <class T>
void decode_binary(const StatementInfo& statement, std::optional<std::string_view> cell, T& out) {
    if constexpr (is_optional<T>) {
        if (cell) decode_binary(statement, cell, out.emplace());
    } else {
        if (!cell) fail_decode(statement, "NULL in a column that is not optional");
        if constexpr (std::same_as<T, bool>) {
            out = cell->size() == 1 && cell->front() != 0;
        } else if constexpr (std::integral<T>) {
            const std::int64_t number = binary_integer(*cell);
            if (cell->size() > sizeof(std::int64_t) || !std::in_range<T>(number)) fail_decode(statement, "a number");
            out = static_cast<T>(number);
        } else if constexpr (std::same_as<T, Timestamp>) {
            if (cell->size() != sizeof(std::int64_t)) fail_decode(statement, "a point in time");
            out = Timestamp{Timestamp::Point{std::chrono::microseconds{binary_integer(*cell) + unix_us_of_epoch}}};
        } else {
            static_assert(std::same_as<T, std::string_view>, "this type has no binary form here");
            out = *cell;
        }
    }
}

/// All rows of an answer; move-only, since the rows look into the answer.
template <Record Row>
class BinaryRows {
public:
    BinaryRows() = default;
    BinaryRows(const StatementInfo& statement, ResultPtr result) : result_(std::move(result)) {
        rows_.resize(static_cast<std::size_t>(result_->row_count()));
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            int column = 0;
            for_each_member(rows_[i], [&](std::string_view, auto& member) {
                decode_binary(statement, result_->cell(static_cast<int>(i), column++), member);
            });
        }
    }
    BinaryRows(BinaryRows&&) noexcept = default;
    BinaryRows& operator=(BinaryRows&&) noexcept = default;

    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    [[nodiscard]] const Row& operator[](std::size_t i) const { return rows_[i]; }
    [[nodiscard]] auto begin() const { return rows_.begin(); }
    [[nodiscard]] auto end() const { return rows_.end(); }

private:
    ResultPtr result_;
    std::vector<Row> rows_;
};

}  // namespace marque::db
