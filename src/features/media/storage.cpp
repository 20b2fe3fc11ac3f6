// The directory: <FILE_STORAGE_DIR>/<market>/<hash>/<width>.<format>. Several servers may share it.
#include "features/media/storage.h"

#include <system_error>

#include "core/log.h"
#include "features/media/media.h"
#include "features/media/s3.h"

namespace marque::media {
namespace {

[[noreturn]] void refuse(const std::system_error& error) {
    log::error("media.storage_failed", {{"what", error.what()}});
    Refused refused{storage_unavailable};
    refused.retry_after_s = 10;
    throw refused;
}

class Directory : public Storage {
public:
    explicit Directory(const Config& config)
        : config_(config), root_(config.file_storage_dir), parts_(incoming_folder(config)) {}

    Task<void> put(std::string folder, std::string name, std::string bytes, std::string_view content_type) override {
        const work::WriteFaults faults{.in_place = config_.breaks("write_in_place"),
                                       .die_halfway = content_type == "image/avif" && config_.breaks("die_halfway")};
        try {
            co_await work::write_whole_file(path(folder, name), parts_, std::move(bytes), faults);
        } catch (const std::system_error& error) {
            refuse(error);
        }
    }
    Task<std::optional<work::MappedFile>> get(std::string folder, std::string name) override {
        try {
            co_return work::map_file(path(folder, name));
        } catch (const std::system_error& error) {
            refuse(error);
        }
    }
    Task<bool> has(std::string folder, std::string name) override {
        const auto file = co_await get(std::move(folder), std::move(name));
        co_return file.has_value();
    }
    Task<void> remove(std::string folder, std::vector<std::string> names) override {
        try {
            co_await work::remove_files(root_ + "/" + folder, std::move(names));
        } catch (const std::system_error& error) {
            refuse(error);
        }
    }

private:
    [[nodiscard]] std::string path(const std::string& folder, const std::string& name) const {
        return root_ + "/" + folder + "/" + name;
    }
    const Config& config_;
    std::string root_;
    std::string parts_;
};

}  // namespace

std::unique_ptr<Storage> make_storage(const Config& config, boost::asio::io_context& context) {
    if (config.file_storage_provider == "s3") return make_s3_storage(config, context);
    return std::make_unique<Directory>(config);
}

std::string incoming_folder(const Config& config) { return config.file_storage_dir + "/incoming"; }

}  // namespace marque::media
