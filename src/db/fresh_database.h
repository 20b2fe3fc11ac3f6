#pragma once
// For tests only: empty databases in the test program's own PostgreSQL, and directories that go with their test.

#include <string>

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

/// URL of a new, empty database, as its superuser `owner`.
[[nodiscard]] std::string fresh_database();

}  // namespace marque::db
