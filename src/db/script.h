#pragma once
// Where the statements of a SQL script begin, so that an error in a migration names its line.

#include <string_view>

namespace marque::db {

/// The line (from 1) of the character at `position` (from 1, counted in code points as PostgreSQL does).
[[nodiscard]] int line_of_position(std::string_view sql, int position);

/// The line on which statement `index` (from 0; empty ones do not count) begins.
[[nodiscard]] int line_of_statement(std::string_view sql, int index);

}  // namespace marque::db
