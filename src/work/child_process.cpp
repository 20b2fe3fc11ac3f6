// Starting, watching and ending limited children. Input and output are files in memory: no pipe can fill up or leak.
#include "work/child_process.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

// glibc 2.36 forgets to say that these are functions of C.
extern "C" {
#include <sys/pidfd.h>
}

namespace marque::work {
namespace {

namespace asio = boost::asio;

/// Of util-linux, which Debian cannot do without: sets the limits between fork and exec, where our code must not run.
constexpr const char* limiter = "/usr/bin/prlimit";
constexpr int descriptors_max = 64;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

/// A file in memory holding `content`, read and written from its beginning.
int memory_file(const char* name, std::string_view content) {
    Descriptor file{::memfd_create(name, MFD_CLOEXEC)};
    if (file.number() < 0) fail("memfd_create");
    for (std::size_t at = 0; at < content.size();) {
        const ssize_t written =
            ::pwrite(file.number(), content.data() + at, content.size() - at, static_cast<off_t>(at));
        if (written < 0) fail("pwrite");
        at += static_cast<std::size_t>(written);
    }
    return file.release();
}

std::string read_all(int file, std::size_t bytes_max) {
    struct stat facts{};
    if (::fstat(file, &facts) != 0) fail("fstat");
    std::string content(std::min(static_cast<std::size_t>(facts.st_size), bytes_max), '\0');
    const ssize_t got = ::pread(file, content.data(), content.size(), 0);
    if (got < 0) fail("pread");
    content.resize(static_cast<std::size_t>(got));
    return content;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// A process that is ours to wait for. Destroyed early (the server stops) it is ended first.
class Child {
public:
    Child(std::vector<std::string> arguments, std::vector<std::string> environment, int input, int output) {
        posix_spawn_file_actions_t actions;
        posix_spawnattr_t attributes;
        sigset_t none;
        ::sigemptyset(&none);
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, input, 0);
        ::posix_spawn_file_actions_adddup2(&actions, output, 1);
        ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
        ::posix_spawnattr_init(&attributes);
        ::posix_spawnattr_setsigmask(&attributes, &none);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
        const auto words = pointers_to(arguments);
        const auto settings = pointers_to(environment);
        const int failure = ::posix_spawn(&process_, limiter, &actions, &attributes, words.data(), settings.data());
        ::posix_spawnattr_destroy(&attributes);
        ::posix_spawn_file_actions_destroy(&actions);
        errno = failure;
        if (failure != 0) fail("posix_spawn");
        handle_ = ::pidfd_open(process_, 0);
        if (handle_ < 0) {
            const int reason = errno;
            end();
            (void)reap();
            errno = reason;
            fail("pidfd_open");
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (!reaped_) {
            end();
            (void)reap();
        }
        if (handle_ >= 0) ::close(handle_);
    }

    [[nodiscard]] int handle() const { return handle_; }
    /// Safe at any time: until it is reaped the number cannot belong to another process.
    void end() const {
        if (!reaped_) ::kill(process_, SIGKILL);
    }
    /// The exit status, or -1 when a signal ended it. Waits where it has not ended yet.
    int reap() {
        int status = 0;
        while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
        reaped_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t process_ = 0;
    int handle_ = -1;
    bool reaped_ = false;
};

std::vector<std::string> limited(std::vector<std::string> arguments, const ChildLimits& limits) {
    const std::string memory = limits.memory_bytes == 0 ? "unlimited" : std::to_string(limits.memory_bytes);
    std::vector<std::string> all{limiter,
                                 "--as=" + memory,
                                 fmt::format("--cpu={}", limits.processor_time.count()),
                                 fmt::format("--fsize={}", limits.output_bytes_max),
                                 fmt::format("--nofile={}", descriptors_max),
                                 "--core=0",
                                 "--"};
    std::ranges::move(arguments, std::back_inserter(all));
    return all;
}

}  // namespace

Task<ChildOutcome> run_child(std::vector<std::string> arguments, std::vector<std::string> environment,
                             std::string_view input, ChildLimits limits) {
    const auto executor = co_await asio::this_coro::executor;
    const Descriptor in{memory_file("marque-input", input)};
    const Descriptor out{memory_file("marque-output", {})};
    const auto child = std::make_shared<Child>(limited(std::move(arguments), limits), std::move(environment),
                                               in.number(), out.number());
    asio::steady_timer timer{executor, limits.wall_time};
    timer.async_wait([child](const boost::system::error_code& cancelled) {
        if (!cancelled) child->end();
    });
    asio::posix::stream_descriptor ended{executor, child->handle()};
    boost::system::error_code failure;
    co_await ended.async_wait(asio::posix::stream_descriptor::wait_read,
                              asio::redirect_error(asio::use_awaitable, failure));
    ended.release();  // the handle is the child's own
    timer.cancel();
    if (failure) child->end();
    ChildOutcome outcome{.exit_status = child->reap(), .output = {}};
    if (outcome.exit_status == 0) outcome.output = read_all(out.number(), limits.output_bytes_max);
    co_return outcome;
}

}  // namespace marque::work
