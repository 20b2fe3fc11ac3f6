#pragma once
// For tests only: one embedded cluster for the whole test program, and fresh databases in it.

#include <string>

#include "db/embedded.h"

namespace marque::db {

/// A directory under /tmp, removed when the object goes.
class TemporaryDirectory {
public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// URL of a new, empty database.
[[nodiscard]] std::string fresh_database();

}  // namespace marque::db
