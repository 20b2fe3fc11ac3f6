// The call of vipsthumbnail, and what is checked before and after it.
#include "features/media/media.h"

#include <fmt/format.h>

#include "core/check.h"
#include "core/log.h"
#include "work/child_process.h"

namespace marque::media {
namespace {

/// More at once on one thread would take processors away from everybody else.
constexpr int at_once_max = 2;
/// A thumbnail of 512 pixels has some 40 KB; ten times that is no thumbnail.
constexpr work::ChildLimits limits{.processor_time = std::chrono::seconds{2},
                                   .wall_time = std::chrono::seconds{10},
                                   .memory_bytes = 512UL * 1024 * 1024,
                                   .output_bytes_max = 512UL * 1024};

/// Counts the pictures under way on this thread.
class Place {
public:
    Place() {
        if (taken_ >= at_once_max) {
            Refused refused{too_many_pictures};
            refused.retry_after_s = 2;
            throw refused;
        }
        ++taken_;
    }
    ~Place() { --taken_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    static thread_local int taken_;
};
thread_local int Place::taken_ = 0;

}  // namespace

std::string_view picture_type(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return "image/png";
    if (bytes.starts_with("\xff\xd8\xff"sv)) return "image/jpeg";
    if (bytes.starts_with("RIFF"sv) && bytes.size() > 12 && bytes.substr(8, 4) == "WEBP"sv) return "image/webp";
    return {};
}

Task<Picture> square_thumbnail(std::string_view content_type, std::string_view bytes, int side_px) {
    const auto found = picture_type(bytes);
    if (found.empty()) throw Refused{not_a_picture};
    if (found != content_type) {
        throw Refused{not_a_picture,
                      fmt::format("The body is {}, not {} as its Content-Type says", found, content_type)};
    }
    const Place place;
    const std::string size = fmt::format("{0}x{0}", side_px);
    // libvips must not load what its authors do not trust, whatever the first bytes made it believe.
    const std::vector<std::string> environment{"VIPS_BLOCK_UNTRUSTED=1", "VIPS_CONCURRENCY=1", "MALLOC_ARENA_MAX=1"};
    const std::vector<std::string> command{
        "/usr/bin/vipsthumbnail", "stdin[fail_on=error]", "--size", size, "--smartcrop", "centre", "--output",
        ".webp[Q=82,strip]"};
    auto outcome = co_await work::run_child(command, environment, std::string{bytes}, limits);
    check(outcome.exit_status != 127, "vipsthumbnail (libvips-tools) is not installed");
    if (picture_type(outcome.output) != "image/webp") {
        log::info("media.picture_refused", {{"status", std::to_string(outcome.exit_status)}});
        throw Refused{not_a_picture};
    }
    co_return Picture{"image/webp", std::move(outcome.output)};
}

}  // namespace marque::media
