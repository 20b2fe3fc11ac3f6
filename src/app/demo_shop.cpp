// The demo shop's content, turned into rows.
#include "app/demo_shop.h"

#include <algorithm>
#include <map>
#include <set>

#include "app/demo_sales.h"
#include "app/demo_words.h"
#include "core/log.h"
#include "core/phone.h"
#include "features/catalog/demo/demo.h"
#include "features/catalog/writer.h"
#include "json/write.h"

namespace marque::app {
namespace {

using catalog::CategoryDraft;
using catalog::ProductDraft;
using catalog::SkuDraft;
using catalog::TextDraft;

struct Sql {
    db::Statement<void(std::string, std::string, std::string, std::string, std::string, db::JsonText, std::string,
                       std::string, std::string, std::int32_t)>
        put_banner{"demo.put_banner", R"(
        INSERT INTO banners (market, slug, title, subtitle, button_text, translations, image_url, banner_type, link_url,
                             sort_order)
        VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10::integer) ON CONFLICT (market, slug) DO NOTHING)"};

    db::Statement<void(std::string, std::string, std::string, std::string, std::string, std::int32_t, std::string,
                       std::string)>
        put_review{"demo.put_review", R"(
        INSERT INTO reviews (market, demo_key, product_market, product_id, author_label, language, rating, title,
                             comment, is_approved)
        SELECT $1, $2, p.market, p.id, $4, $5, $6::integer, $7, $8, true
        FROM products p WHERE p.slug = $3 AND p.market IN ($1, 'ALL')
        ON CONFLICT (market, demo_key) DO NOTHING)"};

    db::Statement<void(MarketCode, std::string, std::string, std::string)> put_seller{"demo.put_seller", R"(
        UPDATE markets SET seller_name = $2, seller_address = $3, seller_tax_id = $4
        WHERE code = $1 AND seller_name = '')"};

    db::Statement<std::int64_t(std::string, std::string, std::string)> put_manager{"demo.put_manager", R"(
        INSERT INTO users (market, phone, full_name, is_verified, is_staff) VALUES ($1, $2, $3, true, true)
        ON CONFLICT (market, phone) DO UPDATE SET is_staff = true
        RETURNING id)"};

    db::Statement<void(std::string, std::int64_t, std::string, std::string)> put_grant{"demo.put_grant", R"(
        INSERT INTO manager_grants (market, user_id, granted_market, role) VALUES ($1, $2::bigint, $3, $4)
        ON CONFLICT DO NOTHING)"};
};
constexpr Sql sql;

struct BannerTexts {
    std::string title;
    std::string subtitle;
    std::string button_text;
};
RECORD(BannerTexts, title, subtitle, button_text);

std::vector<TextDraft> texts_of(const demo::Text3& name, const demo::Text3& description) {
    return {{"en", name.en, description.en}, {"ru", name.ru, description.ru}, {"ky", name.ky, description.ky}};
}

void put_categories(catalog::Writer& writer) {
    std::int32_t order = 0;
    for (const auto& category : demo::shop().categories) {
        writer.put_category({.slug = category.slug,
                             .name = category.name.en,
                             .icon = category.icon,
                             .image_url = category.image_path,
                             .sort_order = ++order,
                             .texts = texts_of(category.name, {})});
        std::int32_t sub_order = 0;
        for (const auto& sub : category.subcategories) {
            writer.put_category({.slug = sub.slug,
                                 .name = sub.name.en,
                                 .parent_slug = category.slug,
                                 .sort_order = ++sub_order,
                                 .texts = texts_of(sub.name, {})});
        }
    }
}

/// A fifth off for some days around the moment of seeding, so that a newcomer sees a sale that is on and will end: of
/// featured products that are not reduced anyway. Sale prices end as others do: in 10 som, and in 99 cents.
void put_on_sale(catalog::OfferDraft& offer, std::int64_t step_minor, std::int64_t less_minor) {
    constexpr std::chrono::days began_before{3};
    constexpr std::chrono::days goes_on_for{11};
    const auto now = Timestamp::now().point();
    offer.sale_minor = offer.price_minor * 4 / 5 / step_minor * step_minor - less_minor;
    offer.sale_from = Timestamp{now - began_before};
    offer.sale_until = Timestamp{now + goes_on_for};
}

SkuDraft sku_of(const demo::Product& product, const demo::Sku& sku) {
    SkuDraft draft{.code = sku.sku_code, .size = sku.size, .color = sku.color, .image = sku.image_path};
    const bool on_sale = product.is_featured && !sku.original_kg_minor;
    if (product.market != "US") {
        draft.offers.push_back({*MarketCode::parse("kg"), sku.price_kg_minor, sku.original_kg_minor, sku.stock_kg});
        if (on_sale) put_on_sale(draft.offers.back(), 1'000, 0);
    }
    if (product.market != "KG") {
        draft.offers.push_back({*MarketCode::parse("us"), sku.price_us_minor, sku.original_us_minor, sku.stock_us});
        if (on_sale) put_on_sale(draft.offers.back(), 100, 1);
    }
    return draft;
}

ProductDraft product_of(const demo::Product& product) {
    ProductDraft draft{.owner = product.market,
                       .slug = product.slug,
                       .name = product.name.en,
                       .brand = product.brand,
                       .description = product.description.en,
                       .category_slug = product.category_slug,
                       .subcategory_slug = product.subcategory_slug,
                       .texts = texts_of(product.name, product.description),
                       .images = product.image_paths,
                       .sales_count = product.sales_count,
                       .is_featured = product.is_featured,
                       .is_best_seller = product.is_best_seller,
                       .source = "demo"};
    for (const auto& feature : product.features) {
        draft.features.insert(draft.features.end(), {{"en", feature.en}, {"ru", feature.ru}, {"ky", feature.ky}});
    }
    for (const auto& sku : product.skus) draft.skus.push_back(sku_of(product, sku));
    return draft;
}

/// Acts as the row's owner for one block of statements.
void act_as(db::AdminConnection& connection, std::string_view owner) {
    connection.become(owner == "ALL" ? "shared" : std::string{owner == "KG" ? "kg" : "us"});
}

void put_banners(db::AdminConnection& connection, const std::set<std::string>& owners) {
    for (const auto& banner : demo::shop().banners) {
        if (!owners.contains(banner.market)) continue;
        std::string translations;
        json::write(translations, std::map<std::string, BannerTexts>{
                                      {"en", {banner.title.en, banner.subtitle.en, banner.button_text.en}},
                                      {"ru", {banner.title.ru, banner.subtitle.ru, banner.button_text.ru}},
                                      {"ky", {banner.title.ky, banner.subtitle.ky, banner.button_text.ky}}});
        act_as(connection, banner.market);
        const std::string slug = "demo-" + banner.banner_type + "-" + std::to_string(banner.sort_order);
        connection.execute(sql.put_banner, banner.market, slug, banner.title.en, banner.subtitle.en,
                           banner.button_text.en, db::JsonText{translations}, banner.image_path, banner.banner_type,
                           banner.link_url, banner.sort_order);
    }
}

void put_reviews(db::AdminConnection& connection, const std::set<std::string>& owners) {
    int number = 0;
    for (const auto& review : demo::shop().reviews) {
        ++number;
        if (!owners.contains(review.market)) continue;
        act_as(connection, review.market);
        connection.execute(sql.put_review, review.market, "demo-" + std::to_string(number), review.product_slug,
                           review.author_label, review.language, review.rating, review.title, review.comment);
    }
}

void put_managers(db::AdminConnection& connection, const MarketSet& markets, const std::set<std::string>& owners) {
    for (const auto& manager : demo::shop().managers) {
        const auto phone = Phone::parse(manager.phone);
        const auto* home = phone ? markets.find_by_phone(phone->to_text()) : nullptr;
        if (home == nullptr) continue;
        const std::string market{home->code.upper()};
        if (!owners.contains(market)) continue;
        connection.become(home->code.to_text());
        const auto id = connection.rows(sql.put_manager, market, phone->to_text(), manager.full_name).front();
        for (const auto& granted : manager.markets)
            connection.execute(sql.put_grant, market, id, granted, manager.role);
    }
}

}  // namespace

void seed_demo_shop(db::AdminConnection& connection, const std::vector<MarketInfo>& here,
                    const std::vector<std::string>& buyers) {
    std::vector<MarketCode> codes;
    std::set<std::string> owners{"ALL"};
    for (const auto& market : here) {
        codes.push_back(market.code);
        owners.insert(std::string{market.code.upper()});
    }
    catalog::Writer writer{connection, codes};
    writer.begin();
    const auto slugs = writer.slugs_of("demo");
    const std::set<std::string> present{slugs.begin(), slugs.end()};
    int added = 0;
    for (const auto& product : demo::shop().products) {
        if (!owners.contains(product.market) || present.contains(product.slug)) continue;
        if (added++ == 0) put_categories(writer);
        writer.put_product(product_of(product));
    }
    if (added > 0) {
        put_demo_words(writer);
        put_demo_relations(writer, owners);
        put_banners(connection, owners);
        put_reviews(connection, owners);
        put_managers(connection, MarketSet{here, {}}, owners);
        connection.become("");
        for (const auto code : codes) {
            connection.execute(sql.put_seller, code, "Marque Demo Shop", "1 Demonstration Square", "DEMO-0000");
        }
        if (present.empty() && !buyers.empty()) put_demo_sales(connection, MarketSet{here, {}}, buyers);
        log::info("seed.demo_shop", {{"products", std::to_string(added)}});
    }
    writer.commit();
}

}  // namespace marque::app
