// Products as managers look at them.
#include <algorithm>

#include "features/catalog/managing/turn.h"

namespace marque::catalog {
namespace {

/// Beyond so many a list only says that there are at least as many: counting all costs more than the page.
constexpr std::int32_t counted_max = 1'000;

std::string shown_market(std::string_view owner) { return lowered(owner); }

/// For LIKE, in which these are no letters.
std::optional<std::string> like_text(const std::optional<Text<1, 100>>& search) {
    if (!search) return std::nullopt;
    std::string escaped;
    for (const char letter : search->to_text()) {
        if (letter == '%' || letter == '_' || letter == '\\') escaped += '\\';
        escaped += letter;
    }
    return escaped;
}

std::vector<Missing> missing_of(bool active, bool category_active, std::int64_t active_skus, std::int64_t priced_skus) {
    std::vector<Missing> missing;
    if (!active) missing.push_back(Missing::product_inactive);
    if (!category_active) missing.push_back(Missing::category_inactive);
    if (active_skus == 0) missing.push_back(Missing::no_active_sku);
    if (priced_skus == 0) missing.push_back(Missing::no_price);
    return missing;
}

ProductLine line_of(const LineRow& row, Currency currency) {
    const auto money = [&](std::optional<std::int64_t> minor) {
        return minor ? std::optional{Money{*minor, currency}} : std::nullopt;
    };
    auto missing = missing_of(row.is_active, row.category_active, row.active_skus, row.priced_skus);
    return {.id = row.id,
            .market = shown_market(row.market),
            .slug = row.slug,
            .name = row.name,
            .brand = row.brand,
            .image = row.image,
            .category = row.category,
            .is_active = row.is_active,
            .is_shown = missing.empty(),
            .missing = std::move(missing),
            .skus_count = row.skus,
            .price_from = money(row.from_minor),
            .price_to = money(row.to_minor),
            .on_hand = row.on_hand,
            .reserved = row.reserved,
            .in_stock = row.in_stock,
            .version = row.version,
            .updated_at = row.updated_at};
}

ManagedOffer offer_of(const ManagedOfferRow& row, Currency currency) {
    const auto money = [&](std::optional<std::int64_t> minor) {
        return minor ? std::optional{Money{*minor, currency}} : std::nullopt;
    };
    return {.currency = currency,
            .price = money(row.price_minor),
            .original_price = money(row.original_minor),
            .sale_price = money(row.sale_minor),
            .sale_from = row.sale_from,
            .sale_until = row.sale_until,
            .current_price = money(row.current_minor),
            .version = row.version,
            .on_hand = row.on_hand,
            .reserved = row.reserved,
            .in_stock = row.in_stock};
}

/// Each market's offers, asked in its own database by the codes of the SKUs.
Task<void> add_offers(http::Context& context, ManagedProduct& view, std::string owner, std::vector<MarketCode> seen) {
    Texts codes;
    for (const auto& sku : view.skus) codes.push_back(sku.code);
    if (codes.empty()) co_return;
    for (const auto& market : seen) {
        if (owner != "ALL" && owner != market.upper()) continue;
        auto db = context.in_market(market);
        const auto rows = co_await db.rows(managing_sql.offers, owner, codes);
        const Currency currency = context.thread.markets.find(market)->currency;
        for (auto& sku : view.skus) {
            const auto row = std::ranges::find(rows, sku.code, &ManagedOfferRow::code);
            if (row != rows.end()) sku.offers.emplace(market.to_text(), offer_of(*row, currency));
        }
    }
}

/// Versions of what all markets show are those of the database through which it is written.
Task<void> take_versions(http::Context& context, ManagedProduct& view, HeadRow head) {
    view.version = head.version;
    const MarketCode home = context.thread.markets.default_market;
    if (head.market != "ALL" || context.thread.cluster.same_database(home, context.market->code)) co_return;
    auto db = context.in_market(home);
    const auto row = co_await db.find(managing_sql.head, std::nullopt, head.market, head.slug);
    if (!row) co_return;
    view.version = row->version;
    const auto skus = co_await db.rows(managing_sql.skus, head.market, row->id);
    for (auto& sku : view.skus) {
        const auto there = std::ranges::find(skus, sku.code, &ManagedSkuRow::code);
        if (there != skus.end()) sku.version = there->version;
    }
}

std::vector<Missing> missing_of(const ManagedProduct& view, bool category_active, const std::string& market) {
    std::int64_t active = 0;
    std::int64_t priced = 0;
    for (const auto& sku : view.skus) {
        if (!sku.is_active) continue;
        ++active;
        const auto offer = sku.offers.find(market);
        if (offer != sku.offers.end() && offer->second.price) ++priced;
    }
    return missing_of(view.is_active, category_active, active, priced);
}

ManagedProduct view_of(const HeadRow& head, const BulkProduct& product) {
    ManagedProduct view{.id = head.id,
                        .market = shown_market(head.market),
                        .slug = head.slug,
                        .name = head.name,
                        .brand = head.brand,
                        .description = head.description,
                        .category = head.category,
                        .subcategory = head.subcategory,
                        .is_active = head.is_active,
                        .is_featured = head.is_featured,
                        .is_best_seller = head.is_best_seller,
                        .source = head.source,
                        .created_at = head.created_at,
                        .updated_at = head.updated_at};
    for (const auto& text : product.texts)
        view.translations.emplace(text.language, ManagedTexts{text.name, text.description});
    for (const auto& [language, text] : *product.features) view.features[language].push_back(text);
    view.pictures = *product.images;
    return view;
}

}  // namespace

Task<ProductLines> list_managed_products(http::Context& context, ProductsQuery query) {
    const auto text = [](const auto& word) { return word ? std::optional{word->to_text()} : std::nullopt; };
    const std::int32_t limit = query.limit.value();
    const auto rows = co_await context.db.rows(managing_sql.lines, like_text(query.search), text(query.category),
                                               text(query.brand), query.is_active, query.in_stock, query.is_shared,
                                               query.cursor, limit + 1, counted_max + 1, context.language);
    ProductLines page{.limit = limit};
    if (!rows.empty()) {
        page.total = std::min<std::int64_t>(rows.front().total_count, counted_max);
        page.total_is_exact = rows.front().total_count <= counted_max;
    }
    for (const auto& row : rows) {
        if (std::ssize(page.items) == limit) {
            page.next = page.items.back().id.to_text();
            break;
        }
        page.items.push_back(line_of(row, context.market->currency));
    }
    co_return page;
}

Task<ManagedProduct> get_managed_product(http::Context& context, ProductId id, Reach reach) {
    const HeadRow head = co_await get_head(context, id);
    const BulkProduct product = co_await read_product(context.db, head, false);
    ManagedProduct view = view_of(head, product);
    const auto skus = co_await context.db.rows(managing_sql.skus, head.market, head.id);
    for (const auto& sku : skus) {
        view.skus.push_back(
            {sku.id, sku.code, sku.size, sku.color, sku.image, sku.is_active, sku.sort_order, sku.version, {}});
    }
    co_await add_offers(context, view, head.market, reach.seen);
    co_await take_versions(context, view, head);
    view.missing = missing_of(view, head.category_active, context.market->code.to_text());
    view.is_shown = view.missing.empty();
    view.may_change = head.market != "ALL" || reach.may_share;
    for (const auto& language : context.market->languages) {
        if (!view.translations.contains(language)) view.untranslated.push_back(language);
    }
    co_return view;
}

Task<LedgerLines> stock_ledger(http::Context& context, SkuId id, LedgerQuery query) {
    const auto place = co_await context.db.find(managing_sql.sku_place, id);
    if (!place) throw Refused{managed_sku_not_found};
    const std::int32_t limit = query.limit.value();
    LedgerLines page;
    page.items = co_await context.db.rows(managing_sql.ledger, id, query.cursor, limit + 1);
    if (std::ssize(page.items) <= limit) co_return page;
    page.items.pop_back();
    page.next = page.items.back().id.to_text();
    co_return page;
}

}  // namespace marque::catalog
