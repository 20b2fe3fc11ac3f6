// The embedded PostgreSQL: started once, shared, stopped with its owner, even one that is killed.
#include "db/embedded.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

#include "db/admin.h"
#include "db/embedded_process.h"
#include "db/fresh_database.h"

namespace marque::db {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Statement<std::string(std::string)> setting{"test.setting", "SELECT current_setting($1)"};

/// Polls until the condition holds; false when it took more than ten seconds.
template <class Condition>
bool becomes_true(Condition condition) {
    const auto deadline = Clock::now() + std::chrono::seconds{10};
    while (!condition()) {
        if (Clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

/// Another process that holds the cluster until it is killed.
class Holder {
public:
    explicit Holder(const std::string& directory) : data_(std::filesystem::path{directory} / "postgres") {
        std::array<int, 2> ends{};
        REQUIRE(pipe(ends.data()) == 0);
        process_ = fork();
        if (process_ == 0) {
            try {
                EmbeddedCluster cluster{directory};
                if (write(ends[1], "r", 1) == 1) {
                    for (;;) pause();
                }
            } catch (const std::exception&) {
                _exit(1);
            }
            _exit(1);
        }
        close(ends[1]);
        char byte = 0;
        started_ = read(ends[0], &byte, 1) == 1;
        close(ends[0]);
    }
    ~Holder() {
        kill_now();
        becomes_true([&] { return !find_running_server(data_).has_value(); });  // it still writes in its directory
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    [[nodiscard]] bool started() const { return started_; }
    void kill_now() {
        if (process_ == 0) return;
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
        process_ = 0;
    }

private:
    std::filesystem::path data_;
    pid_t process_ = 0;
    bool started_ = false;
};

std::filesystem::path data_in(const TemporaryDirectory& directory) {
    return std::filesystem::path{directory.path()} / "postgres";
}

}  // namespace

TEST_CASE("the cluster starts, keeps its data over a restart, and stops with its owner") {
    const TemporaryDirectory directory;
    {
        EmbeddedCluster cluster{directory.path()};
        CHECK(cluster.owned());
        AdminConnection connection{cluster.url("marque shop")};  // a name that needs encoding
        connection.run("CREATE TABLE kept (id int)");
        CHECK(connection.rows(setting, "data_checksums").front() == "on");
        CHECK(connection.rows(setting, "fsync").front() == "on");
        CHECK(connection.rows(setting, "listen_addresses").front().empty());
        CHECK(connection.rows(setting, "server_encoding").front() == "UTF8");
        CHECK(connection.rows(setting, "TimeZone").front() == "UTC");

        EmbeddedCluster second{directory.path()};
        CHECK(!second.owned());
        CHECK(second.url("marque shop") == cluster.url("marque shop"));
    }
    CHECK(!find_running_server(data_in(directory)));
    const auto begin = Clock::now();
    EmbeddedCluster again{directory.path()};
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
    MESSAGE("second start: " << took.count() << " ms");
    AdminConnection{again.url("marque shop")}.run("SELECT * FROM kept");
}

TEST_CASE("the socket is closed to other users") {
    const TemporaryDirectory directory;
    EmbeddedCluster cluster{directory.path()};
    const auto running = find_running_server(data_in(directory));
    REQUIRE(running.has_value());
    const auto permissions = std::filesystem::status(running->socket_directory).permissions();
    CHECK((permissions & std::filesystem::perms{0777}) == std::filesystem::perms{0700});
}

TEST_CASE("killing the owner stops PostgreSQL, and a new owner waits for the old server to end") {
    const TemporaryDirectory directory;
    for (int round = 0; round < 2; ++round) {
        Holder holder{directory.path()};
        REQUIRE(holder.started());
        const auto running = find_running_server(data_in(directory));
        REQUIRE(running.has_value());
        CHECK(running->status == "ready");
        if (round == 0) {
            EmbeddedCluster attached{directory.path()};
            CHECK(!attached.owned());
            holder.kill_now();
            CHECK(becomes_true([&] { return kill(running->process, 0) != 0; }));
        } else {
            holder.kill_now();
            EmbeddedCluster taken_over{directory.path()};  // at once: the old server is just going down
            CHECK(taken_over.owned());
            AdminConnection{taken_over.url("postgres")}.run("SELECT 1");
        }
    }
}

TEST_CASE("of two processes that start at once one owns the cluster and the other attaches") {
    const TemporaryDirectory directory;
    {
        const EmbeddedCluster made{directory.path()};
    }
    Holder holder{directory.path()};
    REQUIRE(holder.started());
    EmbeddedCluster other{directory.path()};
    CHECK(!other.owned());
}

TEST_CASE("a directory with a long path gets its socket elsewhere") {
    const TemporaryDirectory directory;
    const std::string deep = directory.path() + "/" + std::string(60, 'd') + "/" + std::string(60, 'e');
    std::filesystem::path socket_directory;
    {
        EmbeddedCluster cluster{deep};
        AdminConnection{cluster.url("marque")}.run("SELECT 1");
        const auto running = find_running_server(std::filesystem::path{deep} / "postgres");
        REQUIRE(running.has_value());
        socket_directory = running->socket_directory;
        CHECK(socket_directory.string().size() < 100);
        CHECK(!socket_directory.string().starts_with(directory.path()));
    }
    std::filesystem::remove_all(socket_directory);
    if (geteuid() == 0) std::filesystem::remove(socket_directory.parent_path());  // of /var/lib/marque
}

TEST_CASE("a directory that PostgreSQL's user cannot enter gets a link to a place outside") {
    if (geteuid() != 0) {
        MESSAGE("skipped: only root runs PostgreSQL under another user");
        return;
    }
    const TemporaryDirectory directory;
    std::filesystem::permissions(directory.path(), std::filesystem::perms{0700});
    const std::string inside = directory.path() + "/clone/.marque";
    std::filesystem::path data;
    for (int round = 0; round < 2; ++round) {
        EmbeddedCluster cluster{inside};
        AdminConnection{cluster.url("marque")}.run("SELECT 1");
        REQUIRE(std::filesystem::is_symlink(inside + "/postgres"));
        data = std::filesystem::read_symlink(inside + "/postgres");
        CHECK(data.string().starts_with("/var/lib/marque/"));
    }
    std::filesystem::remove_all(data.parent_path());
}

TEST_CASE("a server that cannot start shows the end of its log") {
    const TemporaryDirectory directory;
    {
        const EmbeddedCluster made{directory.path()};
    }
    std::filesystem::remove(data_in(directory) / "global" / "pg_control");
    CHECK_THROWS_WITH_AS(EmbeddedCluster{directory.path()}, doctest::Contains("pg_control"), std::runtime_error);
}

}  // namespace marque::db
