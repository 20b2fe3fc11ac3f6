// What the tests of migrations, roles and statements work in.
#include "db/fresh_database.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "db/scratch_postgres.h"

namespace marque::db {

TemporaryDirectory::TemporaryDirectory() : path_("/tmp/marque-test-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make a directory under /tmp");
    // mkdtemp closes it to others, PostgreSQL's user included when the tests run as root.
    std::filesystem::permissions(path_, std::filesystem::perms{0755});
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string fresh_database() {
    static int count = 0;
    const ScratchPostgres& postgres = ScratchPostgres::instance();
    const std::string name = fmt::format("test_{}", ++count);
    postgres.sql("CREATE DATABASE " + name);
    std::string url = postgres.url();
    return url.replace(url.find("/postgres?"), 10, "/" + name + "?");
}

}  // namespace marque::db
