#pragma once
// Pictures that people send: decoded and drawn anew by libvips in a limited child process, never by the server itself.
// What this header offers other features: uploads by id, and whether one may be used.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/config.h"
#include "core/id.h"
#include "core/market.h"
#include "core/refusal.h"
#include "core/task.h"
#include "db/handle.h"
#include "http/route.h"
#include "work/slots.h"

namespace marque::media {

using MediaId = Id<struct MediaTag>;

inline constexpr Refusal not_a_picture{422, "media.not_a_picture", "This is not a picture that can be read"};
inline constexpr Refusal too_many_points{422, "media.too_many_points", "The picture has too many points"};
inline constexpr Refusal moving_picture{422, "media.moving_picture", "The picture moves; send one that stands still"};
inline constexpr Refusal too_many_pictures{503, "media.busy", "Other pictures are being worked on; try again"};
inline constexpr Refusal too_many_today{429, "media.too_many_today", "No more pictures today"};
inline constexpr Refusal storage_unavailable{503, "media.storage_unavailable",
                                             "Pictures cannot be kept or read just now"};
inline constexpr Refusal media_not_found{404, "media.not_found", "There is no such picture"};
inline constexpr Refusal media_not_usable{422, "media.not_usable", "One of the pictures cannot be used here"};

/// What a picture was sent for; it can be used for nothing else.
enum class Purpose { review, product, banner, category };
ENUMERATION(Purpose, review, product, banner, category);

/// `processing`: can be shown already, AVIF follows. `failed`: AVIF never came, the other formats stay.
enum class MediaState { receiving, processing, ready, failed, removing };
ENUMERATION(MediaState, receiving, processing, ready, failed, removing);

enum class Format { avif, webp, jpg };
ENUMERATION(Format, avif, webp, jpg);

/// An uploaded picture as its uploader sees it.
struct MediaView {
    static constexpr std::string_view doc =
        "A picture in several widths and formats. `url` suits any browser: the best format it takes, at most 1080 "
        "wide. "
        "`url_template` has {width} and {format} to be filled in from `widths` and `formats`.";
    MediaId id;
    Purpose purpose = Purpose::review;
    MediaState state = MediaState::processing;
    std::string url;
    std::string url_template;
    std::vector<std::int32_t> widths;
    std::vector<Format> formats;  // those that are there by now
    std::int32_t width = 0;       // of the largest, upright
    std::int32_t height = 0;
    std::string color;  // the mean one, to be shown until the picture is there
    Timestamp created_at;
};
RECORD(MediaView, id, purpose, state, url, url_template, widths, formats, width, height, color, created_at);

/// The pictures behind ids, in their order, if each belongs to this market, can be shown, was sent for this purpose
/// and, where an owner is named, by this customer; else refuses with media_not_usable. Ids may come from anybody. One
/// statement and a flush, in the transaction that then shows them; it also keeps them for a day.
Task<std::vector<MediaView>> check_usable(db::Transaction& transaction, const Config& config, MarketCode market,
                                          std::vector<MediaId> ids, Purpose purpose, std::optional<UserId> owner);

/// The same by an address as MediaView's `url` and `url_template` give them, for texts that may also name pictures
/// elsewhere: nothing where the address is none of ours; refuses where it looks like ours and shows nothing that may
/// be used.
Task<std::optional<MediaId>> check_usable_url(db::Transaction& transaction, const Config& config, MarketCode market,
                                              std::string url, Purpose purpose, std::optional<UserId> owner);

/// What libvips made of a picture: nothing of what was sent is left but what can be seen (no location, no camera).
struct Picture {
    std::string content_type;
    std::string bytes;
};

/// What a body is by its own first bytes: "image/png", "image/jpeg", "image/webp", "image/avif" or "image/heic"; empty
/// for anything else, moving AVIF and HEIC among it.
[[nodiscard]] std::string_view picture_type(std::string_view bytes);

/// The middle of the picture as a square WebP of at most `side_px`. Refuses what is not what `content_type` says or
/// what libvips cannot read within its limits (not_a_picture), and more at once than fit (too_many_pictures).
Task<Picture> square_thumbnail(std::string_view content_type, std::string_view bytes, int side_px);

/// The right to work on a picture that somebody waits for; refuses with too_many_pictures where the line is too long.
Task<work::Slots::Slot> enter_studio();

/// Files that are being written, and bodies of uploads that are being received, lie here.
[[nodiscard]] std::string incoming_folder(const Config& config);

/// /media for customers, /manager/media, and the pictures themselves. Storage (storage.h) is found as a service.
[[nodiscard]] http::Routes routes();

}  // namespace marque::media
