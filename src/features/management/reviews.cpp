// The endpoints of /manager/reviews: the queue, and deciding. What is decided stands in features/reviews.
#include "features/reviews/reviews.h"

#include "features/management/roles.h"

namespace marque::management {
namespace {

using http::Body;
using http::Context;
using http::Query;
using reviews::ReviewId;

struct Approval {
    Version version;
};
RECORD(Approval, version);

struct Rejection {
    Version version;
    Text<3, 500> reason;  // the author reads it
};
RECORD(Rejection, version, reason);

Task<Page<reviews::ModeratedReview>> list(Context& context, Query<reviews::QueueQuery> query) {
    co_return co_await reviews::list_queue(context, query.value);
}

Task<reviews::ModeratedReview> get(Context& context, ReviewId id) {
    co_return co_await reviews::get_moderated(context, id);
}

Task<reviews::ModeratedReview> approve(Context& context, ReviewId id, Body<Approval> body) {
    co_return co_await reviews::decide(context, id, body.value.version.value(), std::nullopt);
}

Task<reviews::ModeratedReview> reject(Context& context, ReviewId id, Body<Rejection> body) {
    co_return co_await reviews::decide(context, id, body.value.version.value(), body.value.reason.to_text());
}

Task<reviews::ReviewSettings> get_settings(Context& context) { co_return co_await reviews::get_settings(context); }

Task<reviews::ReviewSettings> set_settings(Context& context, Body<reviews::ReviewSettings> body) {
    co_return co_await reviews::set_settings(context, body.value);
}

}  // namespace

http::Routes review_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/reviews", list>(
            {.summary = "Reviews of the managed market in one state; of the waiting ones the oldest first",
             .access = Access::manager(Permission::content_read),
             .statements_max = 2}),
        http::get<"/api/v1/manager/reviews/settings", get_settings>(
            {.summary = "Whether reviews of the managed market are shown before somebody approved them",
             .access = Access::manager(Permission::markets_read),
             .statements_max = 2}),
        http::put<"/api/v1/manager/reviews/settings", set_settings>(
            {.summary = "Choose whether new reviews of the managed market need approval",
             .access = Access::manager(Permission::markets_write),
             .statements_max = 3}),
        http::get<"/api/v1/manager/reviews/{id}", get>({.summary = "One review of the managed market",
                                                        .access = Access::manager(Permission::content_read),
                                                        .refuses = {&reviews::review_not_found},
                                                        .statements_max = 2}),
        http::post<"/api/v1/manager/reviews/{id}/approve", approve>(
            {.summary = "Show a review, in the version that was read",
             .access = Access::manager(Permission::reviews_write),
             .refuses = {&reviews::review_not_found, &reviews::stale_review},
             .statements_max = 6}),
        http::post<"/api/v1/manager/reviews/{id}/reject", reject>(
            {.summary = "Do not show a review, in the version that was read, and tell its author why",
             .access = Access::manager(Permission::reviews_write),
             .refuses = {&reviews::review_not_found, &reviews::stale_review},
             .statements_max = 6}),
    };
}

}  // namespace marque::management
