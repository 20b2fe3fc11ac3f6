// O_TMPFILE where the file system has it, else a file whose name is taken away at once.
#include "http/body_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/log.h"

namespace marque::http {
namespace {

/// Together with the largest body of any route this bounds the disk that strangers can fill: 32 times 64 MiB a thread.
constexpr int at_once_max = 32;
thread_local int open_now = 0;

void complain(const char* what) {
    log::error("http.body_not_kept", {{"what", std::string{what} + ": " + std::strerror(errno)}});
}

int nameless_file(const std::string& folder) {
    const int number = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (number >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return number;
    std::string name = folder + "/body-XXXXXX";
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0) ::unlink(name.c_str());
    return named;
}

}  // namespace

std::optional<BodyFile> BodyFile::open(const std::string& folder) {
    if (open_now >= at_once_max) return std::nullopt;
    std::error_code trouble;
    std::filesystem::create_directories(folder, trouble);
    const int number = nameless_file(folder);
    if (number < 0) {
        complain("open");
        return std::nullopt;
    }
    return BodyFile{number};
}

BodyFile::BodyFile(int number) : number_(number) { ++open_now; }

BodyFile::BodyFile(BodyFile&& other) noexcept
    : number_(std::exchange(other.number_, -1)), size_(other.size_), start_(std::exchange(other.start_, nullptr)) {}

BodyFile& BodyFile::operator=(BodyFile&& other) noexcept {
    if (this == &other) return *this;
    close();
    number_ = std::exchange(other.number_, -1);
    size_ = other.size_;
    start_ = std::exchange(other.start_, nullptr);
    return *this;
}

BodyFile::~BodyFile() { close(); }

void BodyFile::close() {
    if (start_ != nullptr) ::munmap(start_, size_);
    start_ = nullptr;
    if (number_ < 0) return;
    ::close(number_);
    number_ = -1;
    --open_now;
}

bool BodyFile::append(std::string_view piece) {
    while (!piece.empty()) {
        const ssize_t written = ::pwrite(number_, piece.data(), piece.size(), static_cast<off_t>(size_));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            complain("write");
            return false;
        }
        size_ += static_cast<std::size_t>(written);
        piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

std::optional<std::string_view> BodyFile::view() {
    void* start = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, number_, 0);
    if (start == MAP_FAILED) {
        complain("mmap");
        return std::nullopt;
    }
    start_ = start;
    return std::string_view{static_cast<const char*>(start), size_};
}

}  // namespace marque::http
