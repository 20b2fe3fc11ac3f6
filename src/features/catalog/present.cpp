// Reading a product's numbers and pieces of text back into the records of the API.
#include "features/catalog/present.h"

#include "core/text.h"

namespace marque::catalog {
namespace {

const std::string no_word;

const std::string& word_of(const Words& words, Term term) { return term == no_term ? no_word : words[term]; }

std::optional<Money> money_or_none(std::int64_t minor, Currency currency) {
    if (minor == 0) return std::nullopt;
    return Money{minor, currency};
}

std::int32_t discount_of(const Sku& sku) {
    if (sku.original_minor <= sku.price_minor) return 0;
    return static_cast<std::int32_t>((sku.original_minor - sku.price_minor) * 100 / sku.original_minor);
}

std::optional<Timestamp> time_or_none(std::int64_t us) {
    if (us == never_us) return std::nullopt;
    return Timestamp{Timestamp::Point{std::chrono::microseconds{us}}};
}

std::string_view slug_of(const Shelves& shelves, std::int32_t category) {
    return shelves.categories.all[static_cast<std::size_t>(category)].slug;
}

std::string_view market_word(const Product& product, const Shelves& shelves) {
    return product.is_shared ? std::string_view{"all"} : std::string_view{shelves.market_word};
}

constexpr double hundredths_per_star = 100;

}  // namespace

ProductCard card_of(const Product& product, const Shelves& shelves, const Vocabulary& vocabulary,
                    std::size_t language) {
    const Sku& cheapest = product.cheapest_sku();
    ProductCard card{.id = ProductId{product.id},
                     .slug = product.read(product.slug),
                     .name = product.read(product.locals[language].name),
                     .brand = word_of(vocabulary.brands, product.brand),
                     .market = market_word(product, shelves),
                     .category = slug_of(shelves, product.category),
                     .subcategory = {},
                     .category_path = shelves.path_of(product.place()),
                     .price = Money{cheapest.price_minor, shelves.currency},
                     .original_price = money_or_none(cheapest.original_minor, shelves.currency),
                     .discount = product.discount,
                     .lowest_price_30_days = money_or_none(cheapest.lowest_minor, shelves.currency),
                     .currency = shelves.currency.to_text(),
                     .image = {},
                     .rating = product.rating_hundredths / hundredths_per_star,
                     .reviews_count = product.reviews_count,
                     .sales_count = product.sales_count,
                     .in_stock = product.in_stock,
                     .is_featured = product.is_featured,
                     .is_best_seller = product.is_best_seller,
                     .created_at = *time_or_none(product.created_us),
                     .description = {},
                     .images = {},
                     .features = {},
                     .skus = {}};
    if (product.subcategory >= 0) card.subcategory = slug_of(shelves, product.subcategory);
    if (product.has_image) card.image = product.read(product.image);
    return card;
}

std::vector<SkuView> skus_of(const Product& product, const Shelves& shelves, const Vocabulary& vocabulary) {
    std::vector<SkuView> views;
    views.reserve(product.skus.size());
    for (const auto& sku : product.skus) {
        views.push_back({.id = SkuId{sku.id},
                         .sku_code = product.read(sku.code),
                         .size = word_of(vocabulary.sizes, sku.size),
                         .color = word_of(vocabulary.colors, sku.color),
                         .price = Money{sku.price_minor, shelves.currency},
                         .original_price = money_or_none(sku.original_minor, shelves.currency),
                         .discount = discount_of(sku),
                         .lowest_price_30_days = money_or_none(sku.lowest_minor, shelves.currency),
                         .sale_until = time_or_none(sku.sale_until_us),
                         .in_stock = sku.in_stock,
                         .variant_image = {}});
        if (sku.has_image) views.back().variant_image = product.read(sku.image);
    }
    return views;
}

std::vector<std::string_view> images_of(const Product& product) {
    std::vector<std::string_view> images;
    for (std::size_t i = 0; i < product.images_count; ++i) images.push_back(product.read(product.lists[i]));
    return images;
}

std::vector<std::string_view> features_of(const Product& product, std::size_t language) {
    const auto& local = product.locals[language];
    std::vector<std::string_view> features;
    for (auto i = local.features_begin; i < local.features_end; ++i) features.push_back(product.read(product.lists[i]));
    return features;
}

ProductDetail detail_of(const Product& product, const Shelves& shelves, const Vocabulary& vocabulary,
                        std::size_t language) {
    auto card = card_of(product, shelves, vocabulary, language);
    return {.id = card.id,
            .slug = card.slug,
            .name = card.name,
            .brand = card.brand,
            .description = product.read(product.locals[language].description),
            .market = card.market,
            .category = card.category,
            .subcategory = card.subcategory,
            .category_path = std::move(card.category_path),
            .price = card.price,
            .original_price = card.original_price,
            .discount = card.discount,
            .lowest_price_30_days = card.lowest_price_30_days,
            .sale_until = time_or_none(product.cheapest_sku().sale_until_us),
            .currency = std::move(card.currency),
            .image = card.image,
            .images = images_of(product),
            .features = features_of(product, language),
            .rating = card.rating,
            .reviews_count = card.reviews_count,
            .sales_count = card.sales_count,
            .in_stock = card.in_stock,
            .is_featured = card.is_featured,
            .is_best_seller = card.is_best_seller,
            .created_at = card.created_at,
            .sizes = {},
            .colors = {},
            .skus = skus_of(product, shelves, vocabulary),
            .related = {},
            .goes_with = {}};
}

}  // namespace marque::catalog
