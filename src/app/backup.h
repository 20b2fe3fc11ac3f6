#pragma once
// Everything the shop knows in one folder, and back: each database as pg_dump writes it, the files, and a manifest that
// says what a restored database must hold.

#include <string>

#include "core/config.h"

namespace marque::app {

// `user` of both is one whom row-level security does not bind; empty where the databases' own user is such a one.

/// Writes the folder, which must not exist yet; a backup cut short leaves `<folder>.partial` only. With `check`, each
/// dump is restored into a database made for it on the same server and compared with the manifest. Exit code; throws
/// std::runtime_error with a message for the person at the terminal.
int backup(const Config& config, const std::string& folder, const std::string& user, bool check);

/// Fills the configured databases, which must be empty and of the layout that was backed up, and compares them with the
/// manifest. Files that are there already are left as they are.
int restore(const Config& config, const std::string& folder, const std::string& user);

}  // namespace marque::app
