// The account's own fields and its avatar. Market, phone and rights are not in the bodies, so nobody can send them.
#include <fmt/format.h>

#include "features/media/media.h"
#include "features/profile/owner.h"
#include "features/profile/queries.h"
#include "http/gate.h"

namespace marque::profile {
namespace {

using http::Body;
using http::Context;
using http::ImageUpload;
using http::NoContent;
using http::Response;

constexpr Refusal avatar_not_found{404, "profile.avatar_not_found", "There is no such picture"};

/// A photograph of a phone, scaled down by its sender or not, fits; a camera's original does not.
constexpr std::size_t avatar_bytes_max = 2UL * 1024 * 1024;
constexpr int avatar_side_px = 256;

/// A member that is left out stays as it is; null clears it (S3:14).
struct UpdateProfile {
    std::optional<std::optional<Text<1, 255>>> full_name;
    std::optional<std::optional<Email>> email;
    std::optional<Text<2, 10>> language;
    std::optional<std::optional<Text<1, 100>>> country;
};
RECORD(UpdateProfile, full_name, email, language, country);

Task<ProfileView> get_profile(Context& context) {
    auto account = co_await context.db.find(sql.account, context.user().user);
    if (!account) throw Refused{http::user_not_found};
    co_return std::move(*account);
}

void check_language(const Context& context, const UpdateProfile& wanted) {
    const auto& spoken = context.market->languages;
    if (!wanted.language || std::ranges::find(spoken, wanted.language->to_text()) != spoken.end()) return;
    const std::string message = fmt::format("must be one of: {}", fmt::join(spoken, ", "));
    throw Refused{http::invalid_input, "language: " + message, {{"language", message}}};
}

template <class T>
OptionalText inner_text(const std::optional<std::optional<T>>& field) {
    if (!field || !*field) return std::nullopt;
    return (*field)->to_text();
}

Task<ProfileView> put_profile(Context& context, Body<UpdateProfile> body) {
    const auto& wanted = body.value;
    check_language(context, wanted);
    const std::optional<Email> email = wanted.email.value_or(std::nullopt);
    const OptionalText language = wanted.language ? std::optional{wanted.language->to_text()} : std::nullopt;
    auto rows = co_await context.db.write(sql.update_account, context.user().user, wanted.full_name.has_value(),
                                          inner_text(wanted.full_name), wanted.email.has_value(), email, language,
                                          wanted.country.has_value(), inner_text(wanted.country));
    if (rows.empty()) throw Refused{http::user_not_found};
    co_return std::move(rows.front());
}

Task<ProfileView> put_avatar(Context& context, ImageUpload upload) {
    const auto picture = co_await media::square_thumbnail(upload.content_type, upload.bytes, avatar_side_px);
    const MarketCode market = context.market->code;
    // A new picture has a new address, so what browsers and proxies keep of the old one is never seen again.
    const Uuid id = Uuid::random();
    const std::string url = fmt::format("/media/avatars/{}/{}", market.to_text(), id.to_text());
    auto rows = co_await context.db.write(sql.set_avatar, market, context.user().user, id, picture.content_type,
                                          db::Bytes{picture.bytes}, url);
    if (rows.empty()) throw Refused{http::user_not_found};
    co_return std::move(rows.front());
}

Task<NoContent> delete_avatar(Context& context) {
    const auto removed = co_await context.db.execute(sql.remove_avatar, context.user().user);
    if (removed == 0) throw Refused{avatar_not_found};
    co_return NoContent{};
}

/// Pages show it to anybody without a token, so its market stands in the path and its name cannot be guessed.
Task<Response> get_avatar(Context& context, MarketCode market, Uuid id) {
    auto& cluster = context.thread.cluster;
    if (!cluster.has(market)) throw Refused{avatar_not_found};
    auto picture = co_await context.in_market(market).find(sql.avatar, id);
    if (!picture) throw Refused{avatar_not_found};
    Response response;
    response.content_type = "image/webp";
    response.resource_policy = "cross-origin";  // pages of the shop stand on another origin
    response.body = std::move(picture->bytes.bytes);
    response.add_header("Cache-Control", "public, max-age=31536000, immutable");
    co_return response;
}

}  // namespace

http::Routes account_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/profile", get_profile>(
            {.summary = "The account of the caller", .refuses = {&http::user_not_found}, .statements_max = 2}),
        http::get<"/api/v1/auth/profile", get_profile>(
            {.summary = "The same as /profile", .refuses = {&http::user_not_found}, .statements_max = 2}),
        http::put<"/api/v1/profile", put_profile>({.summary = "Change name, e-mail, language, country; null clears",
                                                   .refuses = {&http::user_not_found},
                                                   .statements_max = 2}),
        http::put<"/api/v1/auth/profile", put_profile>(
            {.summary = "The same as /profile", .refuses = {&http::user_not_found}, .statements_max = 2}),
        http::put<"/api/v1/profile/avatar", put_avatar>(
            {.summary = "Show a picture: JPEG, PNG, WebP, AVIF or HEIC, kept as a small square WebP",
             .refuses = {&http::user_not_found, &media::not_a_picture, &media::too_many_points, &media::moving_picture,
                         &media::too_many_pictures},
             .statements_max = 2,
             .body_bytes_max = avatar_bytes_max}),
        http::del<"/api/v1/profile/avatar", delete_avatar>(
            {.summary = "Take the picture away", .refuses = {&avatar_not_found}, .statements_max = 2}),
        http::get<"/media/avatars/{market}/{id}", get_avatar>({.summary = "A customer's picture",
                                                               .access = Access::open,
                                                               .refuses = {&avatar_not_found},
                                                               .statements_max = 1}),
    };
}

}  // namespace marque::profile
