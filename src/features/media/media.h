#pragma once
// Pictures that people send: decoded and drawn anew by libvips in a limited child process, never by the server itself.

#include <string>
#include <string_view>

#include "core/refusal.h"
#include "core/task.h"

namespace marque::media {

inline constexpr Refusal not_a_picture{422, "media.not_a_picture", "This is not a picture that can be read"};
inline constexpr Refusal too_many_pictures{503, "media.busy", "Other pictures are being worked on; try again"};

/// What libvips made of a picture: nothing of what was sent is left but what can be seen (no location, no camera).
struct Picture {
    std::string content_type;
    std::string bytes;
};

/// "image/png", "image/jpeg" or "image/webp" by the content's own first bytes; empty for anything else.
[[nodiscard]] std::string_view picture_type(std::string_view bytes);

/// The middle of the picture as a square WebP of at most `side_px`. Refuses what is not what `content_type` says or
/// what libvips cannot read within its limits (not_a_picture), and more at once than fit (too_many_pictures).
Task<Picture> square_thumbnail(std::string_view content_type, std::string_view bytes, int side_px);

}  // namespace marque::media
