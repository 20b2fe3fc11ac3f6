// One thread of the process does what waits for a disk; whoever asked goes on with other requests meanwhile.
#include "work/files.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "core/log.h"
#include "core/random.h"

namespace marque::work {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

asio::thread_pool& disk_thread() {
    static asio::thread_pool pool{1};
    return pool;
}

class File {
public:
    File(const std::string& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {
        if (number_ < 0) fail("open");
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { ::close(number_); }
    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ssize_t written = ::write(number_, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail("write");
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
    }
    void force() const {
        if (::fsync(number_) != 0) fail("fsync");
    }

private:
    int number_;
};

void write_now(const std::string& path, const std::string& folder_for_parts, const std::string& bytes,
               WriteFaults faults) {
    const fs::path folder = fs::path{path}.parent_path();
    fs::create_directories(folder_for_parts);
    fs::create_directories(folder);
    const std::string part = faults.in_place ? path : folder_for_parts + "/" + random_letters("0123456789abcdef", 32);
    try {
        const File file{part, O_WRONLY | O_CREAT | (faults.in_place ? O_TRUNC : O_EXCL)};
        if (faults.die_halfway) {
            file.write(std::string_view{bytes}.substr(0, bytes.size() / 2));
            ::kill(::getpid(), SIGKILL);
        }
        file.write(bytes);
        file.force();
        if (::rename(part.c_str(), path.c_str()) != 0) fail("rename");
    } catch (...) {
        ::unlink(part.c_str());
        throw;
    }
    File{folder, O_RDONLY | O_DIRECTORY}.force();
}

Task<void> write_there(std::string path, std::string folder_for_parts, std::string bytes, WriteFaults faults) {
    write_now(path, folder_for_parts, bytes, faults);
    co_return;
}

Task<void> remove_there(std::string folder, std::vector<std::string> names) {
    for (const auto& name : names) {
        if (::unlink((folder + "/" + name).c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) fail("unlink");
    }
    ::rmdir(folder.c_str());  // stays where something else is in it
    co_return;
}

Task<void> remove_old_there(std::string folder, std::chrono::seconds age) {
    std::error_code trouble;
    const auto oldest = fs::file_time_type::clock::now() - age;
    for (const auto& entry : fs::directory_iterator{folder, trouble}) {
        std::error_code gone;
        const auto written = entry.last_write_time(gone);
        if (!gone && written < oldest) fs::remove(entry.path(), gone);
    }
    co_return;
}

}  // namespace

Task<void> write_whole_file(std::string path, std::string folder_for_parts, std::string bytes, WriteFaults faults) {
    co_await asio::co_spawn(disk_thread(),
                            write_there(std::move(path), std::move(folder_for_parts), std::move(bytes), faults),
                            asio::use_awaitable);
}

Task<void> remove_files(std::string folder, std::vector<std::string> names) {
    co_await asio::co_spawn(disk_thread(), remove_there(std::move(folder), std::move(names)), asio::use_awaitable);
}

Task<void> remove_old_files(std::string folder, std::chrono::seconds age) {
    co_await asio::co_spawn(disk_thread(), remove_old_there(std::move(folder), age), asio::use_awaitable);
}

std::optional<MappedFile> map_file(const std::string& path) {
    const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (number < 0) {
        if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return std::nullopt;
        fail("open");
    }
    struct stat facts{};
    void* start = MAP_FAILED;
    const bool is_file = ::fstat(number, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size > 0;
    const auto size = static_cast<std::size_t>(facts.st_size);
    if (is_file) start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, number, 0);
    ::close(number);
    if (!is_file) return std::nullopt;
    if (start == MAP_FAILED) fail("mmap");
    return MappedFile{{static_cast<const char*>(start), size},
                      std::shared_ptr<const void>{start, [size](void* where) { ::munmap(where, size); }}};
}

}  // namespace marque::work
