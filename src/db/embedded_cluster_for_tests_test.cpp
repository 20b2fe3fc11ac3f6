// The cluster that the tests of migrations, roles and statements share.
#include "db/embedded_cluster_for_tests.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

namespace marque::db {
namespace {

struct SharedCluster {
    TemporaryDirectory directory;
    EmbeddedCluster cluster{directory.path()};
    int databases = 0;
};

}  // namespace

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
    static SharedCluster shared;
    return shared.cluster.url(fmt::format("test_{}", ++shared.databases));
}

}  // namespace marque::db
