// The endpoints of /manager/explain. What is told stands in features/catalog and features/orders.
#include "features/catalog/catalog.h"
#include "features/management/roles.h"
#include "features/orders/orders.h"

namespace marque::management {
namespace {

using http::Context;
using http::Query;

struct VisibilityQuestion {
    std::optional<Slug> product;
    std::optional<Text<1, 80>> sku;  // an article's code
};
RECORD(VisibilityQuestion, product, sku);

Task<orders::PriceAnswer> price(Context& context, Query<orders::PriceQuestion> query) {
    co_return co_await orders::explain_price(context, std::move(query.value));
}

Task<catalog::Visibility> visibility(Context& context, Query<VisibilityQuestion> query) {
    const auto& asked = query.value;
    const auto sku = asked.sku ? std::optional{asked.sku->to_text()} : std::nullopt;
    co_return co_await catalog::explain_visibility(context, asked.product, sku);
}

}  // namespace

http::Routes explain_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/explain/price", price>(
            {.summary = "Why an article, or a customer's cart, costs what it costs",
             .access = Access::manager(Permission::orders_read),
             .refuses = orders::explain_price_refusals(),
             .statements_max = 6}),
        http::get<"/api/v1/manager/explain/visibility", visibility>(
            {.summary = "Why a product or an article is shown in the managed market, or is not",
             .access = Access::manager(Permission::content_read),
             .refuses = {&catalog::nothing_to_explain},
             .statements_max = 4}),
    };
}

}  // namespace marque::management
