// Starting and stopping the tests' own PostgreSQL (as user postgres when the tests run as root).
#include "db/scratch_postgres.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <vector>

namespace marque::db {

namespace {

/// Forks and runs a program as an unprivileged user, its output thrown away.
int spawn(const std::vector<std::string>& words, bool die_with_parent) {
    const passwd* user = ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
    const int child = ::fork();
    if (child != 0) return child;
    const bool dropped =
        user == nullptr || (::setgroups(0, nullptr) == 0 && ::setgid(user->pw_gid) == 0 && ::setuid(user->pw_uid) == 0);
    if (!dropped) ::_exit(126);
    if (die_with_parent) ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int null = ::open("/dev/null", O_RDWR);
    for (const int stream : {0, 1, 2}) ::dup2(null, stream);
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
}

int wait_for(int process) {
    int status = 0;
    ::waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string programs_directory() {
    std::array<char, 256> line{};
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe{::popen("pg_config --bindir", "r"), &::pclose};
    if (!pipe || std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) == nullptr) return "";
    std::string path{line.data()};
    while (!path.empty() && path.back() == '\n') path.pop_back();
    return path;
}

}  // namespace

ScratchPostgres& ScratchPostgres::instance() {
    static ScratchPostgres postgres;
    return postgres;
}

ScratchPostgres::ScratchPostgres()
    : directory_(fmt::format("/tmp/marque-db-test-{}", ::getpid())), programs_(programs_directory()) {
    std::filesystem::create_directories(directory_);
    std::filesystem::permissions(directory_, std::filesystem::perms::all);
    const int made = wait_for(spawn({programs_ + "/initdb", "-D", directory_ + "/data", "-U", "owner", "--no-sync",
                                     "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"},
                                    true));
    if (made != 0) throw std::runtime_error("initdb failed");
    start();
}

ScratchPostgres::~ScratchPostgres() {
    stop();
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

std::string ScratchPostgres::url() const {
    return fmt::format("postgresql:///postgres?host={}&user=owner", directory_);
}

void ScratchPostgres::start() {
    process_ = spawn({programs_ + "/postgres", "-D", directory_ + "/data", "-k", directory_, "-h", "", "-c",
                      "fsync=off", "-c", "max_connections=60"},
                     true);
    for (int i = 0; i < 1'000 && PQping(url().c_str()) != PQPING_OK; ++i) ::usleep(10'000);
}

void ScratchPostgres::stop() {
    if (process_ == 0) return;
    ::kill(process_, SIGINT);
    wait_for(std::exchange(process_, 0));
}

std::string ScratchPostgres::sql(const std::string& text) const {
    const std::unique_ptr<PGconn, void (*)(PGconn*)> connection{PQconnectdb(url().c_str()), &PQfinish};
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result{PQexec(connection.get(), text.c_str()), &PQclear};
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        throw std::runtime_error(PQerrorMessage(connection.get()));
    }
    return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
}

}  // namespace marque::db
