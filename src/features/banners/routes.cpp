// The endpoints of banners for everybody: lists from memory, and counting views and clicks.
#include "features/banners/banners.h"
#include "features/banners/counts.h"

namespace marque::banners {
namespace {

using http::Context;
using http::NoContent;
using http::Query;
using http::Rendered;

constexpr Refusal banner_not_found{404, "banners.not_found", "There is no such banner"};
constexpr Refusal counted_too_often{429, "banners.counted_too_often", "This banner was counted too often from here"};

struct BannerQuery {
    std::optional<BannerType> banner_type;
};
RECORD(BannerQuery, banner_type);

Rendered<BannerList> list_of(Context& context, std::optional<BannerType> type) {
    const auto board = context.service<Boards>().get(context.market->code);
    http::Response response;
    response.body = R"({"items":)" + board->active(type, context.language, context.now) + "}";
    return {std::move(response)};
}

Rendered<BannerList> list(Context& context, Query<BannerQuery> query) {
    return list_of(context, query.value.banner_type);
}
Rendered<BannerList> hero(Context& context) { return list_of(context, BannerType::hero); }
Rendered<BannerList> promo(Context& context) { return list_of(context, BannerType::promo); }
Rendered<BannerList> category(Context& context) { return list_of(context, BannerType::category); }

NoContent count(Context& context, BannerId id, bool is_click) {
    const auto market = context.market->code;
    const auto board = context.service<Boards>().get(market);
    const auto* banner = board->find(id, context.now);
    if (banner == nullptr) throw Refused{banner_not_found};
    const auto wait_s =
        context.service<Counts>().add(market, {banner->market, id}, is_click, context.request.remote_address);
    if (wait_s) {
        Refused refused{counted_too_often};
        refused.retry_after_s = *wait_s;
        throw refused;
    }
    return {};
}

NoContent view(Context& context, BannerId id) { return count(context, id, false); }
NoContent click(Context& context, BannerId id) { return count(context, id, true); }

}  // namespace

http::Routes routes() {
    using http::Access;
    using http::get;
    return {
        get<"/api/v1/banners", list>({.summary = "Banners to be seen now in this market",
                                      .access = Access::guest,
                                      .refuses = {},
                                      .statements_max = 0,
                                      .cache = http::Cache::revalidate}),
        get<"/api/v1/banners/hero", hero>({.summary = "Large banners of the home page",
                                           .access = Access::guest,
                                           .refuses = {},
                                           .statements_max = 0,
                                           .cache = http::Cache::revalidate}),
        get<"/api/v1/banners/promo", promo>({.summary = "Banners of promotions",
                                             .access = Access::guest,
                                             .refuses = {},
                                             .statements_max = 0,
                                             .cache = http::Cache::revalidate}),
        get<"/api/v1/banners/category", category>({.summary = "Banners of categories",
                                                   .access = Access::guest,
                                                   .refuses = {},
                                                   .statements_max = 0,
                                                   .cache = http::Cache::revalidate}),
        http::post<"/api/v1/banners/{id}/view", view>({.summary = "Count that a banner was seen",
                                                       .access = Access::guest,
                                                       .refuses = {&banner_not_found, &counted_too_often},
                                                       .statements_max = 0}),
        http::post<"/api/v1/banners/{id}/click", click>({.summary = "Count that a banner was clicked",
                                                         .access = Access::guest,
                                                         .refuses = {&banner_not_found, &counted_too_often},
                                                         .statements_max = 0}),
    };
}

}  // namespace marque::banners
