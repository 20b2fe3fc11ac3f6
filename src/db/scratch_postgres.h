#pragma once
// For tests only: a PostgreSQL of their own under /tmp, on a Unix socket, gone with the test program.

#include <string>

namespace marque::db {

class ScratchPostgres {
public:
    /// The one of this test program; started on first use.
    static ScratchPostgres& instance();

    ScratchPostgres(const ScratchPostgres&) = delete;
    ScratchPostgres& operator=(const ScratchPostgres&) = delete;

    [[nodiscard]] std::string url() const;
    /// Runs SQL as the superuser and returns the first cell, or nothing.
    std::string sql(const std::string& text) const;
    void start();
    void stop();

private:
    ScratchPostgres();
    ~ScratchPostgres();

    std::string directory_;
    std::string programs_;
    int process_ = 0;
};

}  // namespace marque::db
