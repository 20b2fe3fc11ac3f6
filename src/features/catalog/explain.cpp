// The steps come from the rows of now, the verdict and the categories from the snapshot that answers visitors.
#include "features/catalog/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "features/catalog/catalog.h"
#include "features/catalog/explain_queries.h"

namespace marque::catalog {
namespace {

void add(Visibility& view, std::string step, bool passed, std::string yes, std::string no) {
    view.steps.push_back({std::move(step), passed, passed ? std::move(yes) : std::move(no)});
}

void explain_product(Visibility& view, const ExplainedProductRow& row, const Shelves& shelves, bool whole) {
    add(view, "product_active", row.is_active, "The product is switched on.",
        "The product is switched off: switch it on to show it.");
    add(view, "category", shelves.categories.find(row.category_id) >= 0,
        fmt::format("Its category \"{}\" is shown in this market.", row.category_name),
        fmt::format("Its category \"{}\", or one above it, is switched off.", row.category_name));
    if (!whole) return;
    add(view, "articles", row.active_skus > 0, fmt::format("{} of its articles are switched on.", row.active_skus),
        "It has no article (size and colour) that is switched on.");
    add(view, "price", row.priced_skus > 0, fmt::format("{} of them have a price in this market.", row.priced_skus),
        "None of them has a price in this market; what has no price is not sold here.");
    add(view, "stock", row.stocked_skus > 0, fmt::format("{} of them are in stock.", row.stocked_skus),
        "Nothing is in stock: the product is shown as sold out.");
}

void explain_sku(Visibility& view, const ExplainedSkuRow& sku) {
    add(view, "article_active", sku.is_active, "The article is switched on.", "The article is switched off.");
    add(view, "price", sku.has_price, "It has a price in this market.",
        "It has no price in this market; what has no price is not sold here.");
    add(view, "stock", sku.on_hand > sku.reserved,
        fmt::format("{} pieces are there, {} of them reserved.", sku.on_hand, sku.reserved),
        fmt::format("{} pieces are there, {} of them reserved: none is left to buy.", sku.on_hand, sku.reserved));
}

const Sku* find_sku(const Product& product, const std::string& code) {
    const auto found = std::ranges::find(product.skus, code, [&](const Sku& sku) { return product.read(sku.code); });
    return found == product.skus.end() ? nullptr : &*found;
}

}  // namespace

Task<Visibility> explain_visibility(http::Context& context, std::optional<Slug> slug,
                                    std::optional<std::string> sku_code) {
    const auto slug_text = slug ? std::optional{slug->to_text()} : std::nullopt;
    const auto row = co_await context.db.find(explain_sql.product, slug_text, sku_code);
    if (!row) throw Refused{nothing_to_explain};
    Visibility view{.product_slug = row->slug, .product_name = row->name, .sku_code = sku_code, .steps = {}};
    const auto snapshot = context.service<Snapshots>().get(context.market->code);
    const std::string& state = context.market->state;
    add(view, "market", state == "live", "The market is open.",
        fmt::format("The market is \"{}\": customers cannot order in it.", state));
    explain_product(view, *row, snapshot->shelves(), !sku_code);
    if (sku_code) {
        const auto sku = co_await context.db.find(explain_sql.sku, *sku_code);
        if (!sku) throw Refused{nothing_to_explain};
        explain_sku(view, *sku);
    }
    const Product* shown = snapshot->find(std::string_view{row->slug});
    const Sku* shown_sku = shown != nullptr && sku_code ? find_sku(*shown, *sku_code) : nullptr;
    view.is_shown = shown != nullptr && (!sku_code || shown_sku != nullptr);
    view.can_be_bought = view.is_shown && (sku_code ? shown_sku->in_stock : shown->in_stock);
    const bool should_be = std::ranges::all_of(
        view.steps, [](const auto& step) { return step.passed || step.step == "stock" || step.step == "market"; });
    add(view, "memory", view.is_shown == should_be, "What visitors are shown is up to date.",
        "It has just been changed; visitors see it within a second or two.");
    co_return view;
}

}  // namespace marque::catalog
