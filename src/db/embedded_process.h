#pragma once
// Processes and places of the embedded PostgreSQL: under which user, in which directory, started how. Only for db/.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace marque::db {

/// Who PostgreSQL runs as: the caller, or an unprivileged user when the caller is root.
struct ServerUser {
    std::string name;
    uid_t user = 0;
    gid_t group = 0;
    std::vector<gid_t> groups;
    bool switches = false;  // the caller is root and becomes that user

    /// Root serves existing data under whoever owns them, new ones as `postgres` or `nobody`.
    [[nodiscard]] static ServerUser choose(const std::filesystem::path& data);
    /// Can this user reach into `directory`? Asked in a child process that became the user, so that access control
    /// lists and whatever else the kernel knows count.
    [[nodiscard]] bool reaches(const std::filesystem::path& directory) const;
    /// Makes `directory` (parents included) if missing: mode 0700, owned by this user.
    void make_private_directory(const std::filesystem::path& directory) const;
};

/// Directory of PostgreSQL's programs: of `major` where given, else the newest installed. Throws when there is none.
[[nodiscard]] std::filesystem::path find_programs(std::optional<int> major);

/// Runs a program to its end with output appended to `log`; its exit status.
[[nodiscard]] int run_program(const ServerUser& user, const std::vector<std::string>& arguments,
                              const std::filesystem::path& log);

/// Starts a program that gets SIGINT from the kernel when the calling *thread* ends, in a session of its own, so that
/// Ctrl-C at the terminal reaches only us. Call it on the main thread.
[[nodiscard]] pid_t start_bound_program(const ServerUser& user, const std::vector<std::string>& arguments,
                                        const std::filesystem::path& log);

/// True when the child has ended (and was reaped). Never blocks.
[[nodiscard]] bool has_ended(pid_t child);

/// What postmaster.pid says of a server that is really alive in `data`.
struct RunningServer {
    pid_t process = 0;
    std::string status;            // "ready", "starting", "stopping", "standby", or empty while very young
    std::string socket_directory;  // may be empty while very young
};
[[nodiscard]] std::optional<RunningServer> find_running_server(const std::filesystem::path& data);

/// The parent's process number, or 0 when the process is gone.
[[nodiscard]] pid_t parent_of(pid_t process);

}  // namespace marque::db
