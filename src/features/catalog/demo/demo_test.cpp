// The demo shop is complete, consistent, in three languages, drawable, and the same everywhere.
#include "features/catalog/demo/demo.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <set>
#include <string>

#include "features/catalog/demo/build.h"
#include "features/catalog/demo/grammar.h"

namespace marque::demo {
namespace {

// FNV-1a over every field, each closed by a zero byte.
class Hash {
public:
    void add(std::string_view text) {
        for (const char letter : text) mix(static_cast<unsigned char>(letter));
        mix(0);
    }
    void add(std::int64_t number) { add(std::string_view(fmt::format("{}", number))); }
    void add(const Text3& text) { add(text.en), add(text.ru), add(text.ky); }
    std::uint64_t value() const { return value_; }

private:
    void mix(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3U; }
    std::uint64_t value_ = 0xcbf29ce484222325U;
};

void add_product(Hash& hash, const Product& product) {
    for (const auto* field :
         {&product.slug, &product.brand, &product.market, &product.category_slug, &product.subcategory_slug})
        hash.add(*field);
    hash.add(product.name);
    hash.add(product.description);
    for (const Text3& feature : product.features) hash.add(feature);
    for (const Sku& sku : product.skus) {
        hash.add(sku.sku_code), hash.add(sku.size), hash.add(sku.color), hash.add(sku.image_path);
        hash.add(sku.stock_kg), hash.add(sku.stock_us), hash.add(sku.price_kg_minor), hash.add(sku.price_us_minor);
        hash.add(sku.original_kg_minor.value_or(0)), hash.add(sku.original_us_minor.value_or(0));
    }
    for (const std::string& path : product.image_paths) hash.add(path), hash.add(draw_image(path));
    hash.add(product.is_featured), hash.add(product.is_best_seller), hash.add(product.sales_count);
}

std::uint64_t hash_of(const Shop& shop) {
    Hash hash;
    for (const Category& category : shop.categories) {
        hash.add(category.slug), hash.add(category.name), hash.add(category.icon),
            hash.add(draw_image(category.image_path));
        for (const Subcategory& sub : category.subcategories) hash.add(sub.slug), hash.add(sub.name);
    }
    for (const Color& color : shop.colors) hash.add(color.key), hash.add(color.name), hash.add(color.hex);
    for (const Product& product : shop.products) add_product(hash, product);
    for (const Review& review : shop.reviews) {
        hash.add(review.product_slug), hash.add(review.rating), hash.add(review.title), hash.add(review.comment);
        hash.add(review.language), hash.add(review.market), hash.add(review.author_label);
    }
    for (const Banner& banner : shop.banners) {
        hash.add(banner.title), hash.add(banner.subtitle), hash.add(banner.button_text), hash.add(banner.banner_type);
        hash.add(banner.market), hash.add(banner.link_url), hash.add(draw_image(banner.image_path)),
            hash.add(banner.sort_order);
    }
    for (const Manager& manager : shop.managers) {
        hash.add(manager.phone), hash.add(manager.full_name), hash.add(manager.role);
        for (const std::string& market : manager.markets) hash.add(market);
    }
    return hash.value();
}

int count_cyrillic(std::string_view text) {
    int count = 0;
    for (const char letter : text) count += (static_cast<unsigned char>(letter) & 0xfcU) == 0xd0U ? 1 : 0;
    return count;
}

void check_text(const Text3& text) {
    INFO(text.en, " / ", text.ru, " / ", text.ky);
    CHECK_FALSE(text.en.empty());
    CHECK(count_cyrillic(text.en) == 0);
    CHECK(count_cyrillic(text.ru) > 2);
    CHECK(count_cyrillic(text.ky) > 1);
    for (const std::string* one : {&text.en, &text.ru, &text.ky}) {
        CHECK(one->find_first_of("[]{}|") == std::string::npos);
        CHECK(one->find("  ") == std::string::npos);
    }
}

bool has_price_ending(std::int64_t cents) { return cents % 100 == 0 || cents % 100 == 90 || cents % 100 == 99; }

void check_discount(std::int64_t price, std::optional<std::int64_t> original) {
    if (!original) return;
    CHECK((*original - price) * 100 >= *original * 10);
    CHECK((*original - price) * 100 <= *original * 40);
}

void check_sku(const Product& product, const Sku& sku) {
    CHECK(sku.price_kg_minor >= 125'000);
    CHECK(sku.price_kg_minor <= 1'890'000);
    CHECK(sku.price_kg_minor % 1000 == 0);
    CHECK(sku.price_us_minor > 1000);
    CHECK(sku.price_us_minor < 30'000);
    CHECK(has_price_ending(sku.price_us_minor));
    CHECK(sku.original_kg_minor.has_value() == sku.original_us_minor.has_value());
    check_discount(sku.price_kg_minor, sku.original_kg_minor);
    check_discount(sku.price_us_minor, sku.original_us_minor);
    CHECK((product.market != "KG" || sku.stock_us == 0));
    CHECK((product.market != "US" || sku.stock_kg == 0));
}

std::set<std::string> image_paths() {
    std::set<std::string> paths;
    for (const Product& product : shop().products) {
        paths.insert(product.image_paths.begin(), product.image_paths.end());
        for (const Sku& sku : product.skus) paths.insert(sku.image_path);
    }
    for (const Category& category : shop().categories) paths.insert(category.image_path);
    for (const Banner& banner : shop().banners) paths.insert(banner.image_path);
    return paths;
}

}  // namespace

TEST_CASE("the shop has twelve categories and enough of everything") {
    CHECK(shop().categories.size() == 12);
    CHECK(shop().products.size() >= 240);
    CHECK(shop().reviews.size() == 600);
    CHECK(shop().banners.size() >= 6);
    CHECK(shop().banners.size() <= 9);
    std::set<std::string> used;
    for (const Product& product : shop().products) used.insert(product.subcategory_slug);
    for (const Category& category : shop().categories) {
        CHECK(category.subcategories.size() >= 2);
        CHECK(category.subcategories.size() <= 4);
        for (const Subcategory& sub : category.subcategories) CHECK(used.contains(sub.slug));
    }
}

TEST_CASE("slugs, names and SKU codes are unique and well formed") {
    std::set<std::string> slugs;
    std::set<std::string> names;
    std::set<std::string> codes;
    for (const Product& product : shop().products) {
        INFO(product.slug);
        CHECK(slugs.insert(product.slug).second);
        CHECK(names.insert(product.name.ru).second);
        CHECK(names.insert(product.name.ky).second);
        CHECK(product.slug == slugify(product.slug));
        CHECK(product.skus.size() >= 3);
        CHECK(product.skus.size() <= 12);
        std::set<std::string> variants;
        for (const Sku& sku : product.skus) {
            CHECK(codes.insert(sku.sku_code).second);
            CHECK(variants.insert(sku.size + "/" + sku.color).second);
        }
    }
}

TEST_CASE("prices, discounts and stock are plausible") {
    int reduced = 0;
    int everywhere = 0;
    int sold_out = 0;
    for (const Product& product : shop().products) {
        INFO(product.slug);
        int stock = 0;
        for (const Sku& sku : product.skus) {
            check_sku(product, sku);
            stock += sku.stock_kg + sku.stock_us;
        }
        reduced += product.skus.front().original_kg_minor ? 1 : 0;
        everywhere += product.market == "ALL" ? 1 : 0;
        sold_out += stock == 0 ? 1 : 0;
    }
    const int all = static_cast<int>(shop().products.size());
    CHECK(reduced * 100 / all >= 24);
    CHECK(reduced * 100 / all <= 36);
    CHECK(everywhere * 100 / all >= 80);
    CHECK(everywhere * 100 / all <= 90);
    CHECK(sold_out >= 3);
    CHECK(sold_out <= 20);
}

TEST_CASE("every text exists in English, Russian and Kyrgyz") {
    for (const Category& category : shop().categories) {
        check_text(category.name);
        for (const Subcategory& sub : category.subcategories) check_text(sub.name);
    }
    for (const Color& color : shop().colors) check_text(color.name);
    for (const Product& product : shop().products) {
        check_text(product.name);
        check_text(product.description);
        CHECK(product.features.size() >= 3);
        CHECK(product.features.size() <= 5);
        for (const Text3& feature : product.features) check_text(feature);
    }
    for (const Banner& banner : shop().banners) {
        check_text(banner.title);
        check_text(banner.subtitle);
        check_text(banner.button_text);
    }
}

TEST_CASE("reviews belong to products on sale in their market") {
    std::map<std::string, std::string> markets;
    for (const Product& product : shop().products) markets[product.slug] = product.market;
    for (const Review& review : shop().reviews) {
        REQUIRE(markets.contains(review.product_slug));
        const std::string& market = markets[review.product_slug];
        CHECK((market == "ALL" || market == review.market));
        CHECK(review.rating >= 1);
        CHECK(review.rating <= 5);
        CHECK_FALSE(review.title.empty());
        CHECK_FALSE(review.author_label.empty());
        CHECK((review.language == "en") == (count_cyrillic(review.comment) == 0));
        CHECK(review.comment.find_first_of("[]{}|") == std::string::npos);
    }
}

TEST_CASE("banners lead to existing categories") {
    std::set<std::string> links{"/products"};
    for (const Category& category : shop().categories) links.insert("/categories/" + category.slug);
    for (const Banner& banner : shop().banners) CHECK(links.contains(banner.link_url));
}

TEST_CASE("every picture can be drawn and is small") {
    for (const std::string& path : image_paths()) {
        INFO(path);
        const std::string svg = draw_image(path);
        CHECK(svg.starts_with("<svg "));
        CHECK(svg.ends_with("</svg>"));
        CHECK(svg.find("filter='url(#") != std::string::npos);
        CHECK(svg.size() < (path.starts_with("/media/demo/banner-") ? 20'000U : 6'144U));
        CHECK(svg.find("<g filter='url(#s)'></g>") == std::string::npos);
    }
    CHECK(draw_image("/media/demo/unknown.svg").empty());
    CHECK(draw_image("").empty());
}

TEST_CASE("words agree in gender and number") {
    CHECK(inflect("нов[ый|ая|ое|ые] {noun}", Gender::feminine, "юбка") == "новая юбка");
    CHECK(inflect("хорош[|а|о|и]", Gender::masculine) == "хорош");
    CHECK(inflect("[This|These] {noun} [is|are]", Gender::plural, "jeans") == "These jeans are");
    CHECK(capitalize("өрмө") == "Өрмө");
    CHECK(capitalize("рубашка") == "Рубашка");
    CHECK(capitalize("ёлка") == "Ёлка");
    CHECK(slugify("V-neck T-shirt, kids'") == "v-neck-t-shirt-kids");
}

TEST_CASE("the whole shop is the same on every machine") { CHECK(hash_of(shop()) == 11179790334870486228U); }

}  // namespace marque::demo
