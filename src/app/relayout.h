#pragma once
// marque relayout: the rows of every market from the databases of one layout into the empty ones of another (ruling 1).

#include <string>
#include <vector>

#include "core/config.h"

namespace marque::app {

/// Fills the configured databases, which must be empty, with what lies in those of `from`: one URL of a database that
/// holds every market, or "kg=URL" for each market's own. Ids are kept; where databases that lived apart join, rows
/// of market ALL are those of the default market's database, and what another market's rows call them by follows.
/// Nothing is changed in `from`, which nobody may serve meanwhile. Exit code; throws std::runtime_error with a message
/// for the person at the terminal, and has then written nothing to that database.
int relayout(const Config& config, const std::vector<std::string>& from);

}  // namespace marque::app
