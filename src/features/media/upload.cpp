// Uploads: draw anew, name by content, claim, keep, add. Whatever fails before the claim leaves nothing behind.
#include "features/media/upload.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/digest.h"
#include "features/media/picture.h"
#include "http/gate.h"

namespace marque::media {
namespace {

using http::Context;
using http::Created;
using http::ImageUpload;
using http::Query;

/// What `url` shows: large enough for a phone's whole width.
constexpr std::int32_t usual_width_px = 1080;
constexpr int day_s = 86'400;

struct ManagerUpload {
    Purpose purpose = Purpose::product;
};
RECORD(ManagerUpload, purpose);

/// Who sends a picture, and what for.
struct Sender {
    Purpose purpose;
    std::optional<UserId> owner;
};

/// The part that the sender waits for: the widest WebP, by which the picture is named, and its colour.
struct Drawn {
    Master master;
    std::vector<std::int32_t> widths;
    std::string widest_webp;
    std::string narrowest_jpeg;
    std::string hash;
    std::string color;
};

Task<Drawn> draw(ImageUpload upload) {
    Drawn drawn;
    drawn.master = co_await draw_master(upload.content_type, upload.bytes);
    drawn.widths = widths_of(drawn.master.width_px);
    drawn.widest_webp = co_await encode(drawn.master.png, drawn.widths.back(), Format::webp);
    drawn.narrowest_jpeg = co_await encode(drawn.master.png, drawn.widths.front(), Format::jpg);
    if (drawn.widest_webp.empty() || drawn.narrowest_jpeg.empty()) throw Refused{not_a_picture};
    drawn.hash = sha256_hex(drawn.widest_webp);
    drawn.color = co_await mean_color(drawn.narrowest_jpeg);
    co_return drawn;
}

/// Everything but AVIF, which takes ten times as long. The master last: with it the background work can begin.
Task<void> keep(Storage& storage, std::string folder, Drawn& drawn) {
    for (const std::int32_t width : drawn.widths) {
        for (const Format format : {Format::webp, Format::jpg}) {
            const bool is_widest = format == Format::webp && width == drawn.widths.back();
            const bool is_narrowest = format == Format::jpg && width == drawn.widths.front();
            std::string bytes;
            if (is_widest) {
                bytes = drawn.widest_webp;
            } else if (is_narrowest) {
                bytes = drawn.narrowest_jpeg;
            } else {
                bytes = co_await encode(drawn.master.png, width, format);
            }
            if (bytes.empty()) throw Refused{not_a_picture};
            co_await storage.put(folder, file_name(width, format), std::move(bytes), content_type_of(format));
        }
    }
    co_await storage.put(folder, std::string{master_name}, std::move(drawn.master.png), "image/png");
}

[[noreturn]] void refuse_as_busy() {
    Refused refused{too_many_pictures};
    refused.retry_after_s = 5;
    throw refused;
}

Task<MediaView> receive(Context& context, ImageUpload upload, Sender sender) {
    const auto slot = co_await enter_studio();
    Drawn drawn = co_await draw(upload);
    const MarketCode market = context.market->code;
    const auto claims = co_await context.db.write(sql.claim, market, drawn.hash, drawn.master.width_px,
                                                  drawn.master.height_px, drawn.widths, drawn.color);
    if (claims.empty()) refuse_as_busy();
    // Files of a picture that is there already are the same.
    if (claims.front() != MediaState::ready) {
        co_await keep(context.service<Storage>(), folder_of(market, drawn.hash), drawn);
    }
    const auto size = static_cast<std::int64_t>(upload.bytes.size());
    auto added =
        co_await context.db.write(sql.add, market, drawn.hash, sender.owner, context.user().user, sender.purpose, size);
    if (added.empty()) refuse_as_busy();
    co_return view_of(context.thread.config, market, std::move(added.front()));
}

int left_of_day_s(Timestamp now) { return day_s - static_cast<int>(now.unix_s() % day_s); }

Task<Created<MediaView>> post_media(Context& context, ImageUpload upload) {
    const auto& caller = context.user();
    const int uploads_max = context.thread.config.media_uploads_per_day;
    const auto spent = co_await context.db.write(sql.spend, context.market->code, caller.user,
                                                 static_cast<std::int64_t>(upload.bytes.size()), uploads_max,
                                                 customer_bytes_a_day_max);
    if (spent.empty()) {
        Refused refused{too_many_today};
        refused.quota = Quota{.policy = "pictures-day",
                              .uses_max = uploads_max,
                              .window_s = day_s,
                              .left_uses = 0,
                              .left_s = left_of_day_s(context.now)};
        throw refused;
    }
    auto view = co_await receive(context, upload, {Purpose::review, caller.user});
    co_return Created{std::move(view)};
}

Task<Created<MediaView>> post_manager_media(Context& context, Query<ManagerUpload> query, ImageUpload upload) {
    const Purpose purpose = query.value.purpose;
    if (purpose == Purpose::review) {
        const std::string message = "must be product, banner or category";
        throw Refused{http::invalid_input, "purpose: " + message, {{"purpose", message}}};
    }
    auto view = co_await receive(context, upload, {purpose, std::nullopt});
    co_return Created{std::move(view)};
}

Task<MediaView> get_media(Context& context, MediaId id) {
    auto row = co_await context.db.find(sql.one, id, context.user().user, false);
    if (!row) throw Refused{media_not_found};
    co_return view_of(context.thread.config, context.market->code, std::move(*row));
}

Task<MediaView> get_manager_media(Context& context, MediaId id) {
    auto row = co_await context.db.find(sql.one, id, std::nullopt, true);
    if (!row) throw Refused{media_not_found};
    co_return view_of(context.thread.config, context.market->code, std::move(*row));
}

}  // namespace

std::string folder_of(MarketCode market, std::string_view hash) { return fmt::format("{}/{}", market.to_text(), hash); }

std::string file_name(std::int32_t width, Format format) { return fmt::format("{}.{}", width, extension_of(format)); }

bool is_hash(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

MediaView view_of(const Config& config, MarketCode market, MediaRow row) {
    const std::string folder = folder_of(market, row.hash);
    const std::string_view base = config.file_storage_public_url;
    std::int32_t usual = row.widths.empty() ? 0 : row.widths.front();
    for (const auto width : row.widths) {
        if (width <= usual_width_px) usual = width;
    }
    MediaView view{.id = row.id,
                   .purpose = row.purpose,
                   .state = row.state,
                   .url = fmt::format("{}{}/{}", pictures_path, folder, usual),
                   .url_template = base.empty() ? fmt::format("{}{}/{{width}}.{{format}}", pictures_path, folder)
                                                : fmt::format("{}/{}/{{width}}.{{format}}", base, folder),
                   .widths = std::move(row.widths),
                   .formats = {Format::webp, Format::jpg},
                   .width = row.width,
                   .height = row.height,
                   .color = std::move(row.color),
                   .created_at = row.created_at};
    if (row.state == MediaState::ready) view.formats.insert(view.formats.begin(), Format::avif);
    return view;
}

http::Routes routes() {
    using http::Access;
    return {
        http::post<"/api/v1/media", post_media>(
            {.summary = "Send a picture for a review: JPEG, PNG, WebP, AVIF or HEIC of at most 10 MiB, as the body",
             .refuses = {&not_a_picture, &too_many_points, &moving_picture, &too_many_pictures, &too_many_today,
                         &storage_unavailable},
             .statements_max = 3,
             .body_bytes_max = customer_bytes_max}),
        http::get<"/api/v1/media/{id}", get_media>(
            {.summary = "A picture that the caller sent", .refuses = {&media_not_found}, .statements_max = 1}),
        http::post<"/api/v1/manager/media", post_manager_media>(
            {.summary = "Send a picture for a product, banner or category; at most 20 MiB",
             .access = Access::manager(Permission::content_write),
             .refuses = {&not_a_picture, &too_many_points, &moving_picture, &too_many_pictures, &storage_unavailable},
             .statements_max = 3,
             .body_bytes_max = manager_bytes_max}),
        http::get<"/api/v1/manager/media/{id}", get_manager_media>(
            {.summary = "A picture that somebody sent in the managed market",
             .access = Access::manager(Permission::content_read),
             .refuses = {&media_not_found},
             .statements_max = 2}),
        http::get<"/media/pictures/{market}/{hash}/{file}", get_picture>(
            {.summary = "A picture: {width}.{format}, or {width} alone for the best format that Accept takes",
             .access = Access::open,
             .refuses = {&media_not_found, &storage_unavailable},
             .cache = http::Cache::own}),
    };
}

}  // namespace marque::media
