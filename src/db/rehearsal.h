#pragma once
// What undoing a migration would lose: tried out in a transaction that is rolled back.

#include <string>

#include "db/admin.h"

namespace marque::db {

/// Undoes the migration and applies it again, compares what every table then holds with what it held, and leaves all as
/// it was. Empty where nothing would be lost, else which tables would be others, or why it could not be applied again.
/// Throws Error where a table could not be locked in time.
[[nodiscard]] std::string loss_of_undoing(AdminConnection& connection, const Migration& migration);

}  // namespace marque::db
