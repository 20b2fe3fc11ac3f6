#pragma once
// What libvips does with pictures, each step a limited child process: look at the header, draw anew, scale and encode.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/task.h"
#include "features/media/media.h"

namespace marque::media {

/// Sides beyond this, or more points in all, are refused before anything is decoded. The largest cameras of phones in
/// use make 50 million points; a JPEG of that size is scaled while it is read.
inline constexpr int side_px_max = 16'000;
inline constexpr std::int64_t points_max = 64'000'000;
/// Widths that a picture is offered in, besides its own where that is smaller.
inline constexpr int widths_px[] = {160, 320, 640, 1080, 1600};
/// A master's box; the widest picture a page shows, and the tallest that still fits such a width well.
inline constexpr int master_width_px_max = 1600;
inline constexpr int master_height_px_max = 4096;

inline constexpr Format formats_all[] = {Format::avif, Format::webp, Format::jpg};
[[nodiscard]] std::string_view extension_of(Format format);
[[nodiscard]] std::string_view content_type_of(Format format);

/// The picture drawn anew, upright, in sRGB, without loss: what all sizes are made from.
struct Master {
    std::string png;
    int width_px = 0;
    int height_px = 0;
};

/// Looks at the header, then draws the master. Refuses what is not what `content_type` says, cannot be read within the
/// limits (not_a_picture), has too many points (too_many_points) or moves (moving_picture).
Task<Master> draw_master(std::string_view content_type, std::string_view bytes);

/// The widths a master is offered in, ascending; the last is its own.
[[nodiscard]] std::vector<int> widths_of(int master_width_px);

/// One size in one format, from a picture of ours (master, or a size of it). Empty where libvips fails at that.
/// `picture` must live until it is over.
Task<std::string> encode(std::string_view picture, int width_px, Format format);

/// The mean colour of one of our pictures, "#aabbcc": what a page shows until the picture is there.
Task<std::string> mean_color(std::string_view picture);

/// True for a PNG that moves: libvips would silently keep its first frame.
[[nodiscard]] bool is_moving_png(std::string_view bytes);

/// What `vipsheader -a` says of a picture; zeros where it says nothing.
struct HeaderFacts {
    int width_px = 0;
    int height_px = 0;
    int pages = 1;
    bool has_profile = false;
    std::string loader;  // "jpegload_source"
};
[[nodiscard]] HeaderFacts header_facts(std::string_view text);

}  // namespace marque::media
