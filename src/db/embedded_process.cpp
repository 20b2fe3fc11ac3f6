// fork, exec and /proc for the embedded PostgreSQL.
#include "db/embedded_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/parse.h"
#include "core/text.h"

namespace marque::db {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

std::vector<char*> pointers_to(const std::vector<std::string>& arguments) {
    std::vector<char*> out;
    for (const std::string& argument : arguments) out.push_back(const_cast<char*>(argument.c_str()));
    out.push_back(nullptr);
    return out;
}

/// In the child, where only async-signal-safe calls are allowed: other threads may have held any lock while forking.
bool become(const ServerUser& user) {
    if (!user.switches) return true;
    return setgroups(user.groups.size(), user.groups.data()) == 0 && setgid(user.group) == 0 && setuid(user.user) == 0;
}

[[noreturn]] void complain_and_exit(const char* what) {
    const char* reason = strerrordesc_np(errno);
    for (const char* text : {what, ": ", reason == nullptr ? "" : reason, "\n"}) {
        if (write(STDERR_FILENO, text, std::strlen(text)) < 0) break;
    }
    _exit(127);
}

void restore_signals() {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD, SIGUSR1, SIGUSR2})
        ::signal(signal, SIG_DFL);
}

/// fork and exec; `bound` ties the child's life to the calling thread's.
pid_t launch(const ServerUser& user, const std::vector<std::string>& arguments, const fs::path& log, bool bound) {
    const int log_file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_file < 0) fail(fmt::format("cannot write {}", log.string()));
    const std::vector<char*> pointers = pointers_to(arguments);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
        const int nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, STDIN_FILENO);
        dup2(log_file, STDOUT_FILENO);
        dup2(log_file, STDERR_FILENO);
        close_range(3, ~0U, 0);
        restore_signals();
        if (bound) setsid();
        if (!become(user)) complain_and_exit("cannot become the user PostgreSQL runs as");
        if (chdir("/") != 0) complain_and_exit("cannot enter /");
        if (bound) {
            // Changing the user clears the setting, so it comes after; and the parent may have died before it.
            if (prctl(PR_SET_PDEATHSIG, SIGINT) != 0) complain_and_exit("prctl");
            if (getppid() != parent) _exit(1);
        }
        execv(pointers.front(), pointers.data());
        complain_and_exit(pointers.front());
    }
    close(log_file);
    if (child < 0) fail("cannot start a process");
    return child;
}

int status_of(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return 127;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

ServerUser user_of(const passwd& entry, bool switches) {
    ServerUser user{
        .name = entry.pw_name, .user = entry.pw_uid, .group = entry.pw_gid, .groups = {}, .switches = switches};
    int count = 64;
    user.groups.resize(static_cast<std::size_t>(count));
    if (getgrouplist(entry.pw_name, entry.pw_gid, user.groups.data(), &count) < 0) count = 0;
    user.groups.resize(static_cast<std::size_t>(count));
    return user;
}

std::optional<int> major_of(const fs::path& versioned) {
    const auto major = parse_integer(versioned.filename().string());
    if (!major || !fs::exists(versioned / "bin" / "postgres")) return std::nullopt;
    return static_cast<int>(*major);
}

}  // namespace

ServerUser ServerUser::choose(const fs::path& data) {
    struct stat found{};
    const bool exists = stat(data.c_str(), &found) == 0;
    if (geteuid() != 0) {
        const passwd* entry = getpwuid(geteuid());
        if (entry == nullptr) {
            throw std::runtime_error("PostgreSQL needs a user with a name: this user id is not in /etc/passwd");
        }
        if (exists && found.st_uid != geteuid()) {
            throw std::runtime_error(
                fmt::format("{} belongs to another user, probably because root started Marque here before: remove it "
                            "as root, or start "
                            "Marque as root again",
                            data.string()));
        }
        return user_of(*entry, false);
    }
    if (exists && found.st_uid != 0) {
        const passwd* owner = getpwuid(found.st_uid);
        if (owner != nullptr) return user_of(*owner, true);
    }
    const passwd* entry = getpwnam("postgres");
    if (entry == nullptr) entry = getpwnam("nobody");
    if (entry == nullptr) {
        throw std::runtime_error("PostgreSQL does not run as root, and there is neither a user postgres nor nobody");
    }
    return user_of(*entry, true);
}

bool ServerUser::reaches(const fs::path& directory) const {
    if (!switches) return access(directory.c_str(), X_OK) == 0;
    const std::string path = directory.string();
    const pid_t child = fork();
    if (child < 0) fail("cannot start a process");
    if (child == 0) _exit(become(*this) && access(path.c_str(), X_OK) == 0 ? 0 : 1);
    return status_of(child) == 0;
}

void ServerUser::make_private_directory(const fs::path& directory) const {
    if (directory.has_parent_path()) fs::create_directories(directory.parent_path());
    if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) fail(fmt::format("cannot make {}", directory.string()));
    // lstat: in a place where everybody may write, a link laid out for us must not be followed.
    struct stat found{};
    if (lstat(directory.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) {
        throw std::runtime_error(fmt::format("{} is in the way: it should be a directory", directory.string()));
    }
    if (found.st_uid != user) {
        if (!switches || found.st_uid != 0) {
            throw std::runtime_error(fmt::format("{} belongs to another user than {}", directory.string(), name));
        }
        if (lchown(directory.c_str(), user, group) != 0)
            fail(fmt::format("cannot give {} to {}", directory.string(), name));
    }
    if (chmod(directory.c_str(), 0700) != 0) fail(fmt::format("cannot close {} to others", directory.string()));
}

fs::path find_programs(std::optional<int> major) {
    std::optional<int> newest;
    std::error_code ignored;
    const fs::path root = "/usr/lib/postgresql";
    for (const auto& entry : fs::directory_iterator{root, ignored}) {
        const auto found = major_of(entry.path());
        if (found && (major ? *found == *major : !newest || *found > *newest)) newest = found;
    }
    if (newest) return root / std::to_string(*newest) / "bin";
    const std::string wanted = major ? fmt::format("postgresql-{}", *major) : "postgresql";
    throw std::runtime_error(
        fmt::format("no PostgreSQL {}found in {}. Install it (apt-get install {}), or set DATABASE_URL to a server "
                    "that runs elsewhere",
                    major ? fmt::format("{} ", *major) : "", root.string(), wanted));
}

int run_program(const ServerUser& user, const std::vector<std::string>& arguments, const fs::path& log) {
    return status_of(launch(user, arguments, log, false));
}

pid_t start_bound_program(const ServerUser& user, const std::vector<std::string>& arguments, const fs::path& log) {
    return launch(user, arguments, log, true);
}

bool has_ended(pid_t child) {
    const pid_t reaped = waitpid(child, nullptr, WNOHANG);
    return reaped == child || (reaped < 0 && errno == ECHILD && kill(child, 0) != 0);
}

std::optional<RunningServer> find_running_server(const fs::path& data) {
    std::ifstream file{data / "postmaster.pid"};
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.emplace_back(trimmed(line));
    if (lines.empty()) return std::nullopt;
    const auto number = parse_integer(lines.front());
    if (!number || *number <= 0) return std::nullopt;
    const auto process = static_cast<pid_t>(*number);
    // The number may be another's by now: PostgreSQL's postmaster works in its data directory.
    std::error_code error;
    const fs::path works_in = fs::read_symlink(fmt::format("/proc/{}/cwd", process), error);
    if (error || works_in != fs::canonical(data, error)) return std::nullopt;
    lines.resize(8);
    return RunningServer{.process = process, .status = lines[7], .socket_directory = lines[4]};
}

pid_t parent_of(pid_t process) {
    std::ifstream file{fmt::format("/proc/{}/stat", process)};
    std::string line;
    std::getline(file, line);
    const std::size_t name_end = line.rfind(')');  // the name before it may contain anything
    if (name_end == std::string::npos || line.size() < name_end + 4) return 0;
    const std::string rest = line.substr(name_end + 4);
    return static_cast<pid_t>(parse_integer(rest.substr(0, rest.find(' '))).value_or(0));
}

}  // namespace marque::db
