// The endpoints of /manager/banners. What is written stands in features/banners.
#include "features/banners/banners.h"

#include "features/management/roles.h"
#include "features/media/media.h"
#include "work/idempotency.h"

namespace marque::management {
namespace {

using banners::BannerId;
using banners::BannerInput;
using banners::ManagedBanner;
using http::Body;
using http::Context;
using http::Created;
using http::NoContent;
using http::Query;
using http::Rendered;

struct VersionQuery {
    std::optional<Version> version;
};
RECORD(VersionQuery, version);

Task<Page<banners::ManagedBanner>> list(Context& context, Query<banners::ManagedQuery> query) {
    co_return co_await banners::list_managed(context, query.value);
}

Task<ManagedBanner> get(Context& context, BannerId id) { co_return co_await banners::get_managed(context, id); }

Task<Rendered<Created<ManagedBanner>>> create(Context& context, Body<BannerInput> body) {
    http::Response response = co_await banners::create(context, std::move(body.value));
    co_return Rendered<Created<ManagedBanner>>{std::move(response)};
}

Task<ManagedBanner> update(Context& context, BannerId id, Body<BannerInput> body) {
    co_return co_await banners::change(context, id, std::move(body.value));
}

Task<NoContent> remove(Context& context, BannerId id, Query<VersionQuery> query) {
    const auto version = query.value.version ? std::optional{query.value.version->value()} : std::nullopt;
    co_await banners::remove(context, id, version);
    co_return NoContent{};
}

}  // namespace

http::Routes banner_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/banners", list>(
            {.summary = "Banners of the managed market and of all, with views, clicks and their ratio in this market",
             .access = Access::manager(Permission::content_read),
             .statements_max = 2}),
        http::post<"/api/v1/manager/banners", create>(
            {.summary = "Hang up a banner in the managed market",
             .access = Access::manager(Permission::content_write),
             .refuses = {&banners::too_many_banners, &media::media_not_usable, &work::idempotency_key_malformed,
                         &work::idempotency_key_reused},
             .statements_max = 10}),
        http::get<"/api/v1/manager/banners/{id}", get>({.summary = "One banner of the managed market or of all",
                                                        .access = Access::manager(Permission::content_read),
                                                        .refuses = {&banners::managed_not_found},
                                                        .statements_max = 2}),
        http::put<"/api/v1/manager/banners/{id}", update>(
            {.summary = "Replace a banner of the managed market, in the version that was read",
             .access = Access::manager(Permission::content_write),
             .refuses = {&banners::managed_not_found, &banners::shared_banner, &banners::stale_banner,
                         &media::media_not_usable},
             .statements_max = 7}),
        http::del<"/api/v1/manager/banners/{id}", remove>(
            {.summary = "Take a banner of the managed market away, with its counts",
             .access = Access::manager(Permission::content_write),
             .refuses = {&banners::managed_not_found, &banners::shared_banner, &banners::stale_banner},
             .statements_max = 4}),
    };
}

}  // namespace marque::management
