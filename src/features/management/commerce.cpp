// The endpoints of /manager/promotions and /manager/shipping. What is written stands in those features.
#include "features/management/roles.h"
#include "features/promotions/promotions.h"
#include "features/shipping/shipping.h"
#include "work/idempotency.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::Query;
using http::Rendered;
using promotions::ManagedPromotion;
using promotions::PromotionId;
using promotions::PromotionInput;
using shipping::ManagedShipping;

Task<Page<ManagedPromotion>> list_promotions(Context& context, Query<promotions::PromotionQuery> query) {
    co_return co_await promotions::list_managed(context, query.value);
}

Task<ManagedPromotion> get_promotion(Context& context, PromotionId id) {
    co_return co_await promotions::get_managed(context, id);
}

Task<Rendered<Created<ManagedPromotion>>> create_promotion(Context& context, Body<PromotionInput> body) {
    http::Response response = co_await promotions::create(context, std::move(body.value));
    co_return Rendered<Created<ManagedPromotion>>{std::move(response)};
}

Task<ManagedPromotion> change_promotion(Context& context, PromotionId id, Body<PromotionInput> body) {
    co_return co_await promotions::change(context, id, std::move(body.value));
}

Task<ManagedPromotion> end_promotion(Context& context, PromotionId id) {
    co_return co_await promotions::end(context, id);
}

Task<ManagedShipping> list_shipping(Context& context) { co_return co_await shipping::list_managed(context); }

Task<ManagedShipping> put_zone(Context& context, Slug code, Body<shipping::ZoneInput> body) {
    co_return co_await shipping::put_zone(context, std::move(code), std::move(body.value));
}

Task<ManagedShipping> put_option(Context& context, Slug zone, Slug code, Body<shipping::OptionInput> body) {
    co_return co_await shipping::put_option(context, std::move(zone), std::move(code), std::move(body.value));
}

Task<ManagedShipping> put_point(Context& context, Slug code, Body<shipping::PointInput> body) {
    co_return co_await shipping::put_point(context, std::move(code), std::move(body.value));
}

http::Routes promotion_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/promotions", list_promotions>(
            {.summary = "Promotions of the managed market, newest first, with what they gave",
             .access = Access::manager(Permission::promotions_read),
             .statements_max = 2}),
        http::post<"/api/v1/manager/promotions", create_promotion>(
            {.summary = "Begin a promotion, automatic or with a code",
             .access = Access::manager(Permission::promotions_write),
             .refuses = {&promotions::code_taken, &promotions::too_many, &work::idempotency_key_malformed,
                         &work::idempotency_key_reused},
             .statements_max = 10}),
        http::get<"/api/v1/manager/promotions/{id}", get_promotion>(
            {.summary = "One promotion of the managed market",
             .access = Access::manager(Permission::promotions_read),
             .refuses = {&promotions::not_found},
             .statements_max = 2}),
        http::put<"/api/v1/manager/promotions/{id}", change_promotion>(
            {.summary = "Replace a promotion of the managed market, in the version that was read",
             .access = Access::manager(Permission::promotions_write),
             .refuses = {&promotions::not_found, &promotions::stale, &promotions::code_taken,
                         &promotions::limit_passed},
             .statements_max = 7}),
        http::post<"/api/v1/manager/promotions/{id}/end", end_promotion>(
            {.summary = "End a promotion of the managed market now",
             .access = Access::manager(Permission::promotions_write),
             .refuses = {&promotions::not_found},
             .statements_max = 4}),
    };
}

http::Routes shipping_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/shipping", list_shipping>(
            {.summary = "Zones, ways of shipping and pickup points of the managed market",
             .access = Access::manager(Permission::markets_read),
             .statements_max = 4}),
        http::put<"/api/v1/manager/shipping/zones/{code}", put_zone>(
            {.summary = "Add a zone, or replace it in the version that was read",
             .access = Access::manager(Permission::markets_write),
             .refuses = {&shipping::stale},
             .statements_max = 8}),
        http::put<"/api/v1/manager/shipping/zones/{zone}/options/{code}", put_option>(
            {.summary = "Add a way of shipping to a zone, or replace it in the version that was read",
             .access = Access::manager(Permission::markets_write),
             .refuses = {&shipping::stale, &shipping::zone_not_found},
             .statements_max = 6}),
        http::put<"/api/v1/manager/shipping/pickup-points/{code}", put_point>(
            {.summary = "Add a pickup point, or replace it in the version that was read",
             .access = Access::manager(Permission::markets_write),
             .refuses = {&shipping::stale, &shipping::zone_not_found},
             .statements_max = 6}),
    };
}

}  // namespace

http::Routes commerce_routes() {
    http::Routes all = promotion_routes();
    std::ranges::copy(shipping_routes(), std::back_inserter(all));
    return all;
}

}  // namespace marque::management
