// The embedded PostgreSQL's life: its places, its first initdb, start or attach, stop.
#include "db/embedded.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/digest.h"
#include "core/log.h"
#include "core/text.h"
#include "db/admin.h"
#include "db/connect.h"
#include "db/embedded_process.h"

namespace marque::db {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds poll_interval{10};
constexpr std::chrono::seconds start_limit{30};
constexpr std::chrono::seconds first_start_limit{120};  // waiting for another process that may be running initdb
constexpr std::chrono::seconds adopt_limit{3};
constexpr std::chrono::seconds stop_limit{10};
constexpr std::size_t socket_path_limit = 100;  // the kernel takes 107 bytes, "/.s.PGSQL.5432.lock" included
constexpr std::uintmax_t log_limit = 10'000'000;

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (plain) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

std::string url_of(const fs::path& socket_directory, std::string_view database) {
    return fmt::format("postgresql://marque@/{}?host={}", percent_encoded(database),
                       percent_encoded(socket_directory.string()));
}

/// Only one process at a time starts or attaches.
class StartLock {
public:
    explicit StartLock(const fs::path& file) : file_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        if (file_ < 0) throw std::runtime_error(fmt::format("cannot write {}", file.string()));
        const auto deadline = Clock::now() + first_start_limit;
        while (flock(file_, LOCK_EX | LOCK_NB) != 0) {
            if (Clock::now() > deadline) {
                close(file_);
                throw std::runtime_error(fmt::format(
                    "another process has been starting PostgreSQL for too long ({} is locked)", file.string()));
            }
            std::this_thread::sleep_for(poll_interval);
        }
    }
    ~StartLock() { close(file_); }
    StartLock(const StartLock&) = delete;
    StartLock& operator=(const StartLock&) = delete;

private:
    int file_;
};

/// Where everything lies. The data stand in the project's directory where the server's user can reach them.
struct Places {
    fs::path directory;
    fs::path data;
    fs::path socket_directory;
    fs::path log;
};

/// Where root puts what PostgreSQL's user could not reach in the project's directory; made so that it can.
fs::path outside_place(const fs::path& directory) {
    const fs::path place = fs::path{"/var/lib/marque"} / sha256_hex(directory.string()).substr(0, 16);
    fs::create_directories(place);
    for (const fs::path& open_to_all : {place.parent_path(), place}) fs::permissions(open_to_all, fs::perms{0755});
    return place;
}

/// The data directory; outside the project, with a link to it, where PostgreSQL's user cannot enter (root's home).
fs::path place_data(const fs::path& directory, const ServerUser& user) {
    const fs::path wanted = directory / "postgres";
    if (fs::is_symlink(wanted)) return fs::read_symlink(wanted);
    if (user.reaches(directory)) return wanted;
    if (fs::exists(wanted)) {
        throw std::runtime_error(
            fmt::format("the user {} that PostgreSQL runs as cannot enter {}: allow it (chmod a+x) or "
                        "move the directory",
                        user.name, directory.string()));
    }
    const fs::path data = outside_place(directory) / "postgres";
    fs::create_symlink(data, wanted);
    return data;
}

fs::path place_sockets(const Places& places, const ServerUser& user) {
    fs::path wanted = places.data.parent_path() / "socket";
    if ((wanted / ".s.PGSQL.5432").string().size() < socket_path_limit) return wanted;
    if (user.switches) return outside_place(places.directory) / "socket";
    return fs::temp_directory_path() /
           fmt::format("marque-{}-{}", user.user, sha256_hex(places.directory.string()).substr(0, 16));
}

Places find_places(const std::string& directory, const ServerUser& user) {
    Places places;
    fs::create_directories(directory);
    places.directory = fs::canonical(directory);
    places.data = place_data(places.directory, user);
    places.socket_directory = place_sockets(places, user);
    places.log = places.directory / "postgres.log";
    return places;
}

std::string text_from(const fs::path& file, std::uintmax_t offset) {
    std::ifstream in{file};
    in.seekg(static_cast<std::streamoff>(offset));
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::uintmax_t size_of(const fs::path& file) {
    std::error_code missing;
    const std::uintmax_t size = fs::file_size(file, missing);
    return missing ? 0 : size;
}

/// The last lines written since `offset`, indented, for the person at the terminal.
std::string log_tail(const fs::path& log, std::uintmax_t offset) {
    constexpr std::size_t shown = 2'000;
    std::string text = text_from(log, offset);
    if (text.size() > shown) text.erase(0, text.size() - shown);
    return fmt::format("\n--- the end of {}\n{}", log.string(), text);
}

std::optional<int> major_of_data(const fs::path& data) {
    const auto major = parse_integer(trimmed(text_from(data / "PG_VERSION", 0)));
    return major ? std::optional{static_cast<int>(*major)} : std::nullopt;
}

/// initdb beside the final place, then a rename: a first start that was interrupted leaves nothing half-made behind.
///
/// Everybody who can reach the socket is let in as any role (trust): the socket's directory has mode 0700, so that is
/// this user and root, who could read the files anyhow. There is no TCP port.
void make_cluster(const Places& places, const ServerUser& user, const fs::path& programs) {
    fs::path fresh = places.data;
    fresh += ".new";
    fs::remove_all(fresh);
    user.make_private_directory(fresh);
    const std::uintmax_t offset = size_of(places.log);
    const int status = run_program(user,
                                   {(programs / "initdb").string(), "-D", fresh.string(), "-U", "marque",
                                    "--auth-local=trust", "--auth-host=reject", "-E", "UTF8", "--locale=C.UTF-8", "-k"},
                                   places.log);
    if (status != 0) throw std::runtime_error("initdb failed" + log_tail(places.log, offset));
    fs::rename(fresh, places.data);
}

std::vector<std::string> server_arguments(const Places& places, const fs::path& programs) {
    std::vector<std::string> arguments{(programs / "postgres").string(), "-D", places.data.string()};
    for (const std::string& setting : {
             std::string{"listen_addresses="},
             "unix_socket_directories=" + places.socket_directory.string(),
             std::string{"unix_socket_permissions=0700"},
             std::string{"port=5432"},
             std::string{"max_connections=100"},
             std::string{"shared_buffers=64MB"},
             std::string{"max_wal_size=512MB"},
             std::string{"fsync=on"},
             std::string{"full_page_writes=on"},
             std::string{"jit=off"},
             std::string{"timezone=UTC"},
             std::string{"log_timezone=UTC"},
             std::string{"lc_messages=C"},
             std::string{"logging_collector=off"},
             std::string{"log_line_prefix=%m [%p] %u@%d "},
             std::string{"cluster_name=marque"},
             // Who started the server and will stop it; see EmbeddedCluster::State::has_owner().
             fmt::format("marque.owner={}", getpid()),
         }) {
        arguments.insert(arguments.end(), {"-c", setting});
    }
    return arguments;
}

}  // namespace

struct EmbeddedCluster::State {
    ServerUser user;
    Places places;
    pid_t child = 0;  // 0: attached to another process's server

    [[nodiscard]] std::string admin_url() const { return url_of(places.socket_directory, "postgres"); }

    /// Does the process that started this server still live? When it dies, the kernel sends the server SIGINT and
    /// gives it another parent in the same breath; for a moment it still takes connections, but not for long.
    [[nodiscard]] static bool has_owner(AdminConnection& connection, pid_t server) {
        static constexpr Statement<std::optional<std::string>()> owner{"embedded.owner",
                                                                       "SELECT current_setting('marque.owner', true)"};
        const auto text = connection.rows(owner).front();
        return text && parse_integer(*text).value_or(0) == parent_of(server);
    }

    /// True when a server that will stay answers in the data directory. Waits while one starts or stops.
    bool attach() {
        const auto begin = Clock::now();
        while (const auto running = find_running_server(places.data)) {
            const auto waited = Clock::now() - begin;
            if (waited > start_limit) {
                throw std::runtime_error(
                    fmt::format("PostgreSQL (process {}) in {} neither answers nor ends: it says \"{}\"",
                                running->process, places.data.string(), running->status));
            }
            if (running->status == "ready") {
                places.socket_directory = running->socket_directory;
                try {
                    AdminConnection connection{admin_url()};
                    // Somebody may have started it by hand: a server without an owner that stays is good, too.
                    if (has_owner(connection, running->process) || waited > adopt_limit) return true;
                } catch (const std::runtime_error&) {
                    // It is just going down; the next turn sees it gone.
                }
            }
            std::this_thread::sleep_for(poll_interval);
        }
        places.socket_directory = place_sockets(places, user);
        return false;
    }

    void start() {
        const fs::path programs = find_programs(major_of_data(places.data));
        if (size_of(places.log) > log_limit) fs::resize_file(places.log, 0);
        user.make_private_directory(places.socket_directory);
        if (!major_of_data(places.data)) {
            log::info("embedded.initdb", {{"directory", places.data.string()}});
            make_cluster(places, user, programs);
        }
        const std::uintmax_t offset = size_of(places.log);
        child = start_bound_program(user, server_arguments(places, programs), places.log);
        const auto deadline = Clock::now() + start_limit;
        while (!is_ready()) {
            if (has_ended(child)) {
                child = 0;
                throw std::runtime_error("PostgreSQL did not start" + log_tail(places.log, offset));
            }
            if (Clock::now() > deadline) {
                stop();
                throw std::runtime_error(fmt::format("PostgreSQL was not ready within {} s", start_limit.count()) +
                                         log_tail(places.log, offset));
            }
            std::this_thread::sleep_for(poll_interval);
        }
    }

    [[nodiscard]] bool is_ready() const {
        const auto running = find_running_server(places.data);
        if (!running || running->process != child || running->status != "ready") return false;
        ConnectFailure failure;
        return try_connect(admin_url(), start_limit, failure) != nullptr;
    }

    bool wait_for_end(std::chrono::seconds limit) const {
        const auto deadline = Clock::now() + limit;
        while (!has_ended(child)) {
            if (Clock::now() > deadline) return false;
            std::this_thread::sleep_for(poll_interval);
        }
        return true;
    }

    /// SIGINT is PostgreSQL's fast shutdown: sessions end, everything is written. SIGQUIT leaves it to the next start.
    void stop() {
        if (child == 0) return;
        kill(child, SIGINT);
        if (!wait_for_end(stop_limit)) {
            log::warning("embedded.stop_forced");
            kill(child, SIGQUIT);
            if (!wait_for_end(stop_limit)) log::error("embedded.stop_failed", {{"process", std::to_string(child)}});
        }
        child = 0;
    }
};

EmbeddedCluster::EmbeddedCluster(const std::string& directory) : state_(std::make_unique<State>()) {
    state_->user = ServerUser::choose(fs::path{directory} / "postgres");
    state_->places = find_places(directory, state_->user);
    const StartLock lock{state_->places.directory / "postgres.lock"};
    if (!state_->attach()) state_->start();
}

EmbeddedCluster::~EmbeddedCluster() { state_->stop(); }

std::string EmbeddedCluster::url(const std::string& database) {
    static constexpr Statement<std::int64_t(std::string)> count{"embedded.count_databases",
                                                                "SELECT count(*) FROM pg_database WHERE datname = $1"};
    static constexpr Statement<std::string(std::string)> quoted{"embedded.quote", "SELECT quote_ident($1)"};
    AdminConnection connection{state_->admin_url()};
    if (connection.rows(count, database).front() == 0) {
        try {
            connection.run("CREATE DATABASE " + connection.rows(quoted, database).front());
        } catch (const Error& error) {
            const bool made_by_another = error.sqlstate == "42P04" || error.sqlstate == "23505";
            if (!made_by_another) throw;
        }
    }
    return url_of(state_->places.socket_directory, database);
}

bool EmbeddedCluster::owned() const { return state_->child != 0; }

}  // namespace marque::db
