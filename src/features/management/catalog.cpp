// The endpoints of /manager/products, /manager/skus, /manager/categories. What is written stands in features/catalog.
#include "features/catalog/catalog.h"

#include <algorithm>

#include "features/management/roles.h"
#include "features/management/stale.h"
#include "features/media/media.h"
#include "work/idempotency.h"

namespace marque::management {
namespace {

using catalog::CategoryInput;
using catalog::ManagedCategory;
using catalog::ManagedProduct;
using catalog::ProductInput;
using catalog::Reach;
using catalog::SkuInput;
using http::Body;
using http::Context;
using http::Created;
using http::Query;
using http::Rendered;

/// What is of all markets is written by whoever may write the catalogue in each of them.
Task<Reach> reach_of(Context& context) {
    Reach reach;
    reach.seen = co_await permitted_markets(context);
    const auto writable = co_await permitted_markets(context, Permission::catalog_write);
    reach.may_share = writable.size() == context.thread.markets.markets.size();
    co_return reach;
}

Wanted wanted_of(std::string thing, std::string id, std::string table, std::int32_t version) {
    return {.thing = std::move(thing), .thing_id = id, .rows = {table + "/" + id}, .versions = {version}};
}

Task<catalog::ProductLines> list_products(Context& context, Query<catalog::ProductsQuery> query) {
    co_return co_await catalog::list_managed_products(context, query.value);
}

Task<ManagedProduct> get_product(Context& context, ProductId id) {
    auto reach = co_await reach_of(context);
    co_return co_await catalog::get_managed_product(context, id, std::move(reach));
}

Task<Rendered<Created<ManagedProduct>>> create_product(Context& context, Body<ProductInput> body) {
    auto reach = co_await reach_of(context);
    http::Response response = co_await catalog::create_product(context, std::move(body.value), std::move(reach));
    co_return Rendered<Created<ManagedProduct>>{std::move(response)};
}

Task<ManagedProduct> change_product(Context& context, ProductId id, Body<ProductInput> body) {
    auto reach = co_await reach_of(context);
    auto wanted = wanted_of("products", id.to_text(), "products", body.value.version.value_or(0));
    auto change = catalog::change_product(context, id, std::move(body.value), std::move(reach));
    co_return co_await or_told(context, std::move(change), std::move(wanted));
}

Task<ManagedProduct> set_active(Context& context, ProductId id, Body<catalog::ActiveInput> body) {
    auto reach = co_await reach_of(context);
    auto wanted = wanted_of("products", id.to_text(), "products", body.value.version);
    auto change = catalog::set_product_active(context, id, body.value, std::move(reach));
    co_return co_await or_told(context, std::move(change), std::move(wanted));
}

Task<ManagedProduct> set_pictures(Context& context, ProductId id, Body<catalog::PicturesInput> body) {
    auto reach = co_await reach_of(context);
    auto wanted = wanted_of("products", id.to_text(), "products", body.value.version);
    auto change = catalog::set_pictures(context, id, std::move(body.value), std::move(reach));
    co_return co_await or_told(context, std::move(change), std::move(wanted));
}

Task<Rendered<Created<ManagedProduct>>> create_sku(Context& context, ProductId id, Body<SkuInput> body) {
    auto reach = co_await reach_of(context);
    http::Response response = co_await catalog::create_sku(context, id, std::move(body.value), std::move(reach));
    co_return Rendered<Created<ManagedProduct>>{std::move(response)};
}

Task<ManagedProduct> change_sku(Context& context, SkuId id, Body<SkuInput> body) {
    auto reach = co_await reach_of(context);
    auto wanted = wanted_of("skus", id.to_text(), "skus", body.value.version.value_or(0));
    auto change = catalog::change_sku(context, id, std::move(body.value), std::move(reach));
    co_return co_await or_told(context, std::move(change), std::move(wanted));
}

Task<ManagedProduct> put_prices(Context& context, ProductId id, Body<catalog::PricesInput> body) {
    auto reach = co_await reach_of(context);
    Wanted wanted{.thing = "products", .thing_id = id.to_text()};
    for (const auto& line : body.value.prices) {
        wanted.rows.push_back("prices/" + line.sku_id.to_text());
        wanted.versions.push_back(line.version.value_or(0));
    }
    auto change = catalog::put_prices(context, id, std::move(body.value), std::move(reach));
    co_return co_await or_told(context, std::move(change), std::move(wanted));
}

Task<Rendered<Created<ManagedProduct>>> change_stock(Context& context, ProductId id, Body<catalog::StocksInput> body) {
    auto reach = co_await reach_of(context);
    const std::string name = manager_name(context);
    http::Response response =
        co_await catalog::change_stock(context, id, std::move(body.value), name, std::move(reach));
    co_return Rendered<Created<ManagedProduct>>{std::move(response)};
}

Task<catalog::LedgerLines> stock_ledger(Context& context, SkuId id, Query<catalog::LedgerQuery> query) {
    co_return co_await catalog::stock_ledger(context, id, query.value);
}

Task<catalog::ManagedCategories> list_categories(Context& context) {
    auto reach = co_await reach_of(context);
    co_return co_await catalog::list_managed_categories(context, std::move(reach));
}

Task<Rendered<Created<ManagedCategory>>> create_category(Context& context, Body<CategoryInput> body) {
    auto reach = co_await reach_of(context);
    http::Response response = co_await catalog::create_category(context, std::move(body.value), std::move(reach));
    co_return Rendered<Created<ManagedCategory>>{std::move(response)};
}

Task<ManagedCategory> change_category(Context& context, CategoryId id, Body<CategoryInput> body) {
    auto reach = co_await reach_of(context);
    auto wanted = wanted_of("categories", id.to_text(), "categories", body.value.version.value_or(0));
    auto change = catalog::change_category(context, id, std::move(body.value), std::move(reach));
    co_return co_await or_told(context, std::move(change), std::move(wanted));
}

using catalog::managed_product_not_found;
using catalog::managed_sku_not_found;
using catalog::shared_rows;
using catalog::stale_product;

http::Routes product_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/products", list_products>(
            {.summary = "Products that the managed market sees, newest first, with what keeps them from being shown",
             .access = Access::manager(Permission::content_read),
             .statements_max = 2}),
        http::post<"/api/v1/manager/products", create_product>(
            {.summary = "Add a product to the managed market, or to all markets",
             .access = Access::manager(Permission::catalog_write),
             .refuses = {&shared_rows, &managed_product_not_found, &catalog::slug_taken, &catalog::sku_code_taken,
                         &catalog::variant_taken, &catalog::stock_reserved, &work::idempotency_key_malformed,
                         &work::idempotency_key_reused},
             .statements_max = 40}),
        http::get<"/api/v1/manager/products/{id}", get_product>(
            {.summary = "A product with all its languages, and its SKUs with what the caller's markets ask for them",
             .access = Access::manager(Permission::content_read),
             .refuses = {&managed_product_not_found},
             .statements_max = 20}),
        http::put<"/api/v1/manager/products/{id}", change_product>(
            {.summary =
                 "Change a product in the version that was read; pictures, SKUs and prices have calls of their own",
             .access = Access::manager(Permission::catalog_write),
             .refuses = {&managed_product_not_found, &shared_rows, &stale_product, &catalog::sku_code_taken},
             .statements_max = 40}),
        http::put<"/api/v1/manager/products/{id}/active", set_active>(
            {.summary = "Show a product, or show it no longer, in the version that was read",
             .access = Access::manager(Permission::catalog_write),
             .refuses = {&managed_product_not_found, &shared_rows, &stale_product},
             .statements_max = 28}),
        http::put<"/api/v1/manager/products/{id}/pictures", set_pictures>(
            {.summary = "The product's pictures in their order: those it has by address, new ones by upload",
             .access = Access::manager(Permission::catalog_write),
             .refuses = {&managed_product_not_found, &shared_rows, &stale_product, &media::media_not_usable,
                         &catalog::sku_code_taken},
             .statements_max = 40}),
    };
}

http::Routes offer_routes() {
    using http::Access;
    return {
        http::post<"/api/v1/manager/products/{id}/skus", create_sku>(
            {.summary = "Add a SKU to a product",
             .access = Access::manager(Permission::catalog_write),
             .refuses = {&managed_product_not_found, &shared_rows, &catalog::sku_code_taken, &catalog::variant_taken,
                         &catalog::too_many_skus, &catalog::slug_taken, &catalog::stock_reserved,
                         &media::media_not_usable, &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 40}),
        http::put<"/api/v1/manager/skus/{id}", change_sku>(
            {.summary = "Change a SKU in the version that was read; what is left out stays",
             .access = Access::manager(Permission::catalog_write),
             .refuses = {&managed_sku_not_found, &managed_product_not_found, &shared_rows, &stale_product,
                         &catalog::sku_code_taken, &catalog::variant_taken, &catalog::slug_taken,
                         &catalog::stock_reserved, &media::media_not_usable},
             .statements_max = 40}),
        http::put<"/api/v1/manager/products/{id}/prices", put_prices>(
            {.summary = "What SKUs of a product cost in the managed market: all of a call or none",
             .access = Access::manager(Permission::prices_write),
             .refuses = {&managed_product_not_found, &stale_product},
             .statements_max = 28}),
        http::post<"/api/v1/manager/products/{id}/stock", change_stock>(
            {.summary = "Count or change the pieces of SKUs in the managed market: all of a call or none",
             .access = Access::manager(Permission::stock_write),
             .refuses = {&managed_product_not_found, &stale_product, &catalog::stock_reserved,
                         &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 28}),
        http::get<"/api/v1/manager/skus/{id}/stock-ledger", stock_ledger>(
            {.summary = "What happened to a SKU's pieces in the managed market, newest first",
             .access = Access::manager(Permission::content_read),
             .refuses = {&managed_sku_not_found},
             .statements_max = 3}),
    };
}

http::Routes category_routes() {
    using http::Access;
    return {
        http::get<"/api/v1/manager/categories", list_categories>(
            {.summary = "All categories that the managed market sees, each named by its parent",
             .access = Access::manager(Permission::content_read),
             .statements_max = 8}),
        http::post<"/api/v1/manager/categories", create_category>(
            {.summary = "Add a category to the managed market, or to all markets",
             .access = Access::manager(Permission::catalog_write),
             .refuses = {&shared_rows, &catalog::managed_category_not_found, &catalog::category_taken,
                         &catalog::category_circle, &catalog::too_many_categories, &media::media_not_usable,
                         &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 28}),
        http::put<"/api/v1/manager/categories/{id}", change_category>(
            {.summary = "Rename, move, order or hide a category in the version that was read",
             .access = Access::manager(Permission::catalog_write),
             .refuses = {&catalog::managed_category_not_found, &shared_rows, &catalog::stale_category,
                         &catalog::category_taken, &catalog::category_circle, &media::media_not_usable},
             .statements_max = 28}),
    };
}

}  // namespace

http::Routes catalog_routes() {
    http::Routes all = product_routes();
    std::ranges::copy(offer_routes(), std::back_inserter(all));
    std::ranges::copy(category_routes(), std::back_inserter(all));
    return all;
}

}  // namespace marque::management
