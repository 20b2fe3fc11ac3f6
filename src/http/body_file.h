#pragma once
// A large request body on disk instead of in memory. The file has no name: it ends with the request or the process.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace marque::http {

/// Lives and is used on one thread.
class BodyFile {
public:
    /// An empty one; nothing where the folder cannot be written (logged) or this thread has too many already.
    [[nodiscard]] static std::optional<BodyFile> open(const std::string& folder);
    BodyFile(BodyFile&& other) noexcept;
    BodyFile& operator=(BodyFile&& other) noexcept;
    ~BodyFile();

    /// False where the disk takes no more (logged).
    [[nodiscard]] bool append(std::string_view piece);
    [[nodiscard]] std::size_t size() const { return size_; }
    /// What was appended, as memory that the system may take back at any time; it lives as long as this does.
    [[nodiscard]] std::optional<std::string_view> view();

private:
    explicit BodyFile(int number);
    void close();

    int number_ = -1;
    std::size_t size_ = 0;
    void* start_ = nullptr;
};

}  // namespace marque::http
