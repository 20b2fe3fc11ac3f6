// Builds a snapshot from rows: texts with fallback, prices resolved, JSON written once for each language.
#include "features/catalog/snapshot.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "core/text.h"
#include "features/catalog/views.h"
#include "json/write.h"

namespace marque::catalog {
namespace {

struct LocalText {
    const std::string* name;
    const std::string* description;
};

/// Texts by owner and language, with the owner's own text as the last resort.
class Texts {
public:
    explicit Texts(const std::vector<TextRow>& rows) {
        for (const auto& row : rows) by_key_[{row.owner_id, row.language}] = &row;
    }
    [[nodiscard]] LocalText find(std::int64_t owner, const std::string& language, const std::string& name,
                                 const std::string& description) const {
        const auto found = by_key_.find({owner, language});
        if (found == by_key_.end()) return {&name, &description};
        const auto& row = *found->second;
        return {&row.name, row.description.empty() ? &description : &row.description};
    }

private:
    std::map<std::pair<std::int64_t, std::string>, const TextRow*> by_key_;
};

/// Percent off, rounded down so that nobody is promised more than they get.
std::int32_t discount_of(std::int64_t price_minor, std::optional<std::int64_t> original_minor) {
    if (!original_minor || *original_minor <= price_minor) return 0;
    return static_cast<std::int32_t>((*original_minor - price_minor) * 100 / *original_minor);
}

std::optional<Money> money_of(std::optional<std::int64_t> minor, Currency currency) {
    if (!minor) return std::nullopt;
    return Money{*minor, currency};
}

template <class Row, class Key>
std::unordered_map<std::int64_t, std::vector<const Row*>> grouped(const std::vector<Row>& rows, Key key) {
    std::unordered_map<std::int64_t, std::vector<const Row*>> groups;
    for (const auto& row : rows) groups[(row.*key).value()].push_back(&row);
    return groups;
}

}  // namespace

/// The steps of building, sharing what they look up.
class SnapshotBuilder {
public:
    SnapshotBuilder(Snapshot& snapshot, const MarketInfo& market, const CatalogRows& rows)
        : snapshot_(snapshot),
          market_(market),
          rows_(rows),
          category_texts_(rows.category_texts),
          product_texts_(rows.product_texts),
          skus_(grouped(rows.skus, &SkuRow::product_id)),
          images_(grouped(rows.images, &ImageRow::product_id)),
          features_(grouped(rows.features, &FeatureRow::product_id)) {}

    void build() {
        for (const auto& row : rows_.categories) index_category(row);
        for (const auto& row : rows_.categories) write_category(row);
        for (const auto& row : rows_.products) add_product(row);
        sort_products();
    }

private:
    void index_category(const CategoryRow& row) {
        const auto index = static_cast<std::int32_t>(snapshot_.categories_.size());
        category_index_[row.id.value()] = index;
        snapshot_.category_by_slug_[row.slug] = index;
        snapshot_.categories_.push_back({row.slug, -1, {}});
    }

    [[nodiscard]] std::int32_t category_index(std::optional<CategoryId> id) const {
        if (!id) return -1;
        const auto found = category_index_.find(id->value());
        return found == category_index_.end() ? -1 : found->second;
    }

    void write_category(const CategoryRow& row) {
        auto& category = snapshot_.categories_[static_cast<std::size_t>(category_index(row.id))];
        category.parent = category_index(row.parent_id);
        static const std::string none;
        for (const auto& language : market_.languages) {
            const auto text = category_texts_.find(row.id.value(), language, row.name, none);
            const CategoryView view{row.id,
                                    row.slug,
                                    *text.name,
                                    row.icon,
                                    row.image_url,
                                    slug_of(category.parent),
                                    lowered(row.market),
                                    row.sort_order};
            json::write(category.json.emplace_back(), view);
        }
    }

    [[nodiscard]] std::optional<std::string> slug_of(std::int32_t category) const {
        if (category < 0) return std::nullopt;
        return snapshot_.categories_[static_cast<std::size_t>(category)].slug;
    }

    /// A product without a priced SKU in this market is not sold here and does not appear.
    void add_product(const ProductRow& row) {
        const auto skus = skus_.find(row.id.value());
        const std::int32_t category = category_index(row.category_id);
        if (skus == skus_.end() || category < 0) return;
        Snapshot::Product product{.slug = row.slug,
                                  .brand = row.brand,
                                  .category = category,
                                  .subcategory = category_index(row.subcategory_id),
                                  .in_stock = std::ranges::any_of(skus->second, &SkuRow::in_stock),
                                  .is_best_seller = row.is_best_seller,
                                  .is_featured = row.is_featured};
        const SkuRow& cheapest = **std::ranges::min_element(skus->second, {}, &SkuRow::price_minor);
        product.price_minor = cheapest.price_minor;
        for (const auto& language : market_.languages) write_product(row, product, cheapest, skus->second, language);
        snapshot_.by_slug_[row.slug] = static_cast<std::uint32_t>(snapshot_.products_.size());
        snapshot_.products_.push_back(std::move(product));
        rows_of_products_.push_back(&row);
    }

    void write_product(const ProductRow& row, Snapshot::Product& product, const SkuRow& cheapest,
                       const std::vector<const SkuRow*>& skus, const std::string& language) {
        const auto text = product_texts_.find(row.id.value(), language, row.name, row.description);
        ProductDetail detail{.id = row.id,
                             .slug = row.slug,
                             .name = *text.name,
                             .brand = row.brand,
                             .description = *text.description,
                             .market = lowered(row.market),
                             .category = *slug_of(product.category),
                             .subcategory = slug_of(product.subcategory),
                             .price = Money{cheapest.price_minor, market_.currency},
                             .original_price = money_of(cheapest.original_minor, market_.currency),
                             .discount = discount_of(cheapest.price_minor, cheapest.original_minor),
                             .currency = market_.currency.to_text(),
                             .image = row.image,
                             .rating = std::strtod(row.rating.c_str(), nullptr),
                             .reviews_count = row.reviews_count,
                             .sales_count = row.sales_count,
                             .in_stock = product.in_stock,
                             .is_featured = row.is_featured,
                             .is_best_seller = row.is_best_seller,
                             .created_at = row.created_at};
        for (const auto* image : images_[row.id.value()]) detail.images.push_back(image->image_url);
        add_features(detail, row.id.value(), language);
        for (const auto* sku : skus) {
            detail.skus.push_back(
                {sku->id, sku->sku_code, sku->size, sku->color, Money{sku->price_minor, market_.currency},
                 money_of(sku->original_minor, market_.currency), discount_of(sku->price_minor, sku->original_minor),
                 sku->in_stock, sku->variant_image});
        }
        const ProductCard card{
            detail.id,       detail.slug,        detail.name,          detail.brand,          detail.market,
            detail.category, detail.subcategory, detail.price,         detail.original_price, detail.discount,
            detail.currency, detail.image,       detail.rating,        detail.reviews_count,  detail.sales_count,
            detail.in_stock, detail.is_featured, detail.is_best_seller};
        json::write(product.list_json.emplace_back(), card);
        json::write(product.detail_json.emplace_back(), detail);
        product.search_texts.push_back(lowered(detail.name + " " + detail.brand));
    }

    void add_features(ProductDetail& detail, std::int64_t product, const std::string& language) {
        const auto& all = features_[product];
        const auto speaks = [&](const std::string& wanted) {
            for (const auto* feature : all) {
                if (feature->language == wanted) detail.features.push_back(feature->feature_text);
            }
        };
        speaks(language);
        if (detail.features.empty()) speaks("en");
    }

    void sort_products() {
        std::vector<std::uint32_t> in_stock;
        for (std::uint32_t i = 0; i < snapshot_.products_.size(); ++i) {
            if (snapshot_.products_[i].in_stock) in_stock.push_back(i);
        }
        const auto sorted = [&](Sort sort, auto before) {
            auto& order = snapshot_.orders_[static_cast<std::size_t>(sort)];
            order = in_stock;
            std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
                const auto& [row_a, row_b] = std::tie(*rows_of_products_[a], *rows_of_products_[b]);
                if (before(row_a, snapshot_.products_[a], row_b, snapshot_.products_[b])) return true;
                if (before(row_b, snapshot_.products_[b], row_a, snapshot_.products_[a])) return false;
                return a < b;
            });
        };
        using Row = const ProductRow&;
        using Product = const Snapshot::Product&;
        sorted(Sort::popular, [](Row a, Product, Row b, Product) { return a.sales_count > b.sales_count; });
        sorted(Sort::newest, [](Row a, Product, Row b, Product) { return a.created_at > b.created_at; });
        sorted(Sort::price_asc, [](Row, Product a, Row, Product b) { return a.price_minor < b.price_minor; });
        sorted(Sort::price_desc, [](Row, Product a, Row, Product b) { return a.price_minor > b.price_minor; });
        sorted(Sort::rating, [](Row a, Product, Row b, Product) { return a.rating > b.rating; });
    }

    Snapshot& snapshot_;
    const MarketInfo& market_;
    const CatalogRows& rows_;
    Texts category_texts_;
    Texts product_texts_;
    std::unordered_map<std::int64_t, std::vector<const SkuRow*>> skus_;
    std::unordered_map<std::int64_t, std::vector<const ImageRow*>> images_;
    std::unordered_map<std::int64_t, std::vector<const FeatureRow*>> features_;
    std::unordered_map<std::int64_t, std::int32_t> category_index_;
    std::vector<const ProductRow*> rows_of_products_;
};

Snapshot::Snapshot(const MarketInfo& market, CatalogRows rows) : languages_(market.languages) {
    SnapshotBuilder{*this, market, rows}.build();
}

const Snapshot::Product* Snapshot::find(const std::string& slug) const {
    const auto found = by_slug_.find(slug);
    return found == by_slug_.end() ? nullptr : &products_[found->second];
}

std::int32_t Snapshot::find_category(const std::string& slug) const {
    const auto found = category_by_slug_.find(slug);
    return found == category_by_slug_.end() ? -1 : found->second;
}

std::size_t Snapshot::language_index(std::string_view language) const {
    const auto found = std::ranges::find(languages_, language);
    return found == languages_.end() ? 0 : static_cast<std::size_t>(found - languages_.begin());
}

}  // namespace marque::catalog
