#pragma once
// The walls between markets, looked at from outside: whatever in a database would let one market's role reach another's
// rows is named, so that a server refuses to start on it.

#include <string>
#include <vector>

#include "db/admin.h"

namespace marque::app {

/// A sentence for each gap, in a fixed order; none where all is well. Reads PostgreSQL's catalogue only.
[[nodiscard]] std::vector<std::string> isolation_faults(db::AdminConnection& connection);

}  // namespace marque::app
