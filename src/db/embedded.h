#pragma once
// The PostgreSQL of its own that Marque runs in development when no DATABASE_URL is given.

#include <memory>
#include <string>

namespace marque::db {

/// Starts (or attaches to) the cluster under `directory`: initdb with checksums on first use, Unix socket only, as an
/// unprivileged user when the caller is root. Stopped when this object goes, and by the kernel when the process dies.
class EmbeddedCluster {
public:
    /// To be made on the main thread: the kernel ends the server with the *thread* that started it.
    /// Throws std::runtime_error with a message for the person at the terminal.
    explicit EmbeddedCluster(const std::string& directory);
    ~EmbeddedCluster();

    /// URL of a database in the cluster, created when missing.
    [[nodiscard]] std::string url(const std::string& database);
    /// True when this process started the server (and will stop it).
    [[nodiscard]] bool owned() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace marque::db
