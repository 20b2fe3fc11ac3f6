#pragma once
// PostgreSQL's own programs for a database: where they lie, and how they are told which one without a word in `ps`.

#include <string>
#include <string_view>
#include <vector>

namespace marque::db {

/// The path of `pg_dump`, `pg_restore`… of the newest PostgreSQL installed here; throws std::runtime_error where there
/// is none.
[[nodiscard]] std::string program_path(std::string_view name);

/// What libpq's programs read of the environment, as "PGHOST=…": everything the URL says, its password among it.
[[nodiscard]] std::vector<std::string> program_environment(const std::string& url);

}  // namespace marque::db
