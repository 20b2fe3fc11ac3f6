#pragma once
// Where pictures lie: a directory, or a bucket that speaks S3. Names are never used for other bytes again.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/task.h"
#include "work/files.h"

namespace boost::asio {
class io_context;
}

namespace marque::media {

/// One for each thread. Trouble of the disk or the bucket is refused as storage_unavailable, its cause logged.
class Storage {
public:
    Storage() = default;
    virtual ~Storage() = default;
    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;

    /// Whole or not at all, and still there after a power cut. `content_type` is a literal.
    virtual Task<void> put(std::string folder, std::string name, std::string bytes, std::string_view content_type) = 0;
    /// Nothing where there is none.
    virtual Task<std::optional<work::MappedFile>> get(std::string folder, std::string name) = 0;
    virtual Task<bool> has(std::string folder, std::string name) = 0;
    /// Absent ones are no error.
    virtual Task<void> remove(std::string folder, std::vector<std::string> names) = 0;
};

/// What FILE_STORAGE_PROVIDER says.
[[nodiscard]] std::unique_ptr<Storage> make_storage(const Config& config, boost::asio::io_context& context);

}  // namespace marque::media
