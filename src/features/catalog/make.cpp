// Reading rows in bulk and making products of them; what belongs to one product is gathered by counting, not by
// hashing.
#include "features/catalog/make.h"

#include <algorithm>
#include <span>
#include <unordered_map>

#include "features/catalog/digest.h"
#include "features/catalog/present.h"
#include "json/write.h"

namespace marque::catalog {
namespace {

/// Features have no text of their own row to fall back to, so this language serves where the market's have none.
constexpr std::string_view last_language = "en";

/// Percent off, rounded down so that nobody is promised more than they get.
std::int32_t discount_of(std::int64_t price_minor, std::int64_t original_minor) {
    if (original_minor <= price_minor) return 0;
    return static_cast<std::int32_t>((original_minor - price_minor) * 100 / original_minor);
}

std::int64_t unix_us(Timestamp moment) { return moment.point().time_since_epoch().count(); }

/// Where each product's row stands, of how many.
struct Places {
    explicit Places(const db::BinaryRows<ProductRow>& products) : rows(products.size()) {
        of.reserve(rows);
        for (std::uint32_t i = 0; i < rows; ++i) of.emplace(products[i].id, i);
    }
    std::size_t rows;
    std::unordered_map<std::int64_t, std::uint32_t> of;
};

/// The rows of each product side by side, in the order of `before`. A product whose row came twice (which only a
/// database without its policies answers) has them all in the place of the first one.
template <class Row>
class ByProduct {
public:
    template <class Before>
    ByProduct(const db::BinaryRows<Row>& rows, const Places& places, Before before)
        : rows_(&rows), begins_(places.rows + 1) {
        std::vector<std::uint32_t> place_of(rows.size(), none);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto found = places.of.find(rows[i].product_id);
            if (found == places.of.end()) continue;
            place_of[i] = found->second;
            ++begins_[found->second + 1];
        }
        for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
        order_.resize(begins_.back());
        std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
        for (std::uint32_t i = 0; i < rows.size(); ++i) {
            if (place_of[i] != none) order_[next[place_of[i]]++] = i;
        }
        for (std::size_t place = 0; place + 1 < begins_.size(); ++place) {
            std::sort(order_.begin() + begins_[place], order_.begin() + begins_[place + 1],
                      [&](std::uint32_t a, std::uint32_t b) { return before(rows[a], rows[b]); });
        }
    }
    /// Calls visit(row) for each row of the product at a place.
    template <class Visit>
    void for_each(std::uint32_t place, Visit&& visit) const {
        for (std::uint32_t i = begins_[place]; i < begins_[place + 1]; ++i) visit((*rows_)[order_[i]]);
    }
    [[nodiscard]] std::size_t count(std::uint32_t place) const { return begins_[place + 1] - begins_[place]; }

private:
    static constexpr std::uint32_t none = ~std::uint32_t{0};
    const db::BinaryRows<Row>* rows_;
    std::vector<std::uint32_t> begins_;
    std::vector<std::uint32_t> order_;
};

constexpr auto by_sort_order = [](const auto& a, const auto& b) { return a.sort_order < b.sort_order; };
constexpr auto by_sort_order_and_id = [](const auto& a, const auto& b) {
    return std::pair{a.sort_order, a.id} < std::pair{b.sort_order, b.id};
};
constexpr auto any_order = [](const auto&, const auto&) { return false; };

/// The steps of making, sharing what they look up and the memory they write to.
class Maker {
public:
    Maker(const ProductRows& rows, const Shelves& shelves, Vocabulary& vocabulary)
        : rows_(rows),
          shelves_(shelves),
          vocabulary_(vocabulary),
          places_(rows.products),
          texts_(rows.texts, places_, any_order),
          features_(rows.features, places_, by_sort_order),
          images_(rows.images, places_, by_sort_order),
          relations_(rows.relations, places_,
                     [](const RelationRow& a, const RelationRow& b) {
                         return std::pair{a.sort_order, a.related_id} < std::pair{b.sort_order, b.related_id};
                     }),
          skus_(rows.skus, places_, by_sort_order_and_id),
          lowest_(rows.lowest, places_, any_order) {}

    MadeProducts make() {
        MadeProducts made;
        made.reserve(rows_.products.size());
        for (std::uint32_t place = 0; place < rows_.products.size(); ++place) {
            if (auto product = make_one(place)) made.emplace_back(product->id, std::move(product));
        }
        std::ranges::sort(made, {}, &MadeProducts::value_type::first);
        return made;
    }

private:
    Piece put(std::string_view text) {
        const Piece piece{static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(text.size())};
        text_ += text;
        return piece;
    }

    std::shared_ptr<const Product> make_one(std::uint32_t place) {
        const ProductRow& row = rows_.products[place];
        const std::int32_t category = shelves_.categories.find(row.category_id);
        if (category < 0 || skus_.count(place) == 0) return nullptr;
        text_.clear();
        auto product = std::make_shared<Product>();
        product->id = row.id;
        product->created_us = unix_us(row.created_at);
        product->updated_us = unix_us(row.updated_at);
        product->brand = vocabulary_.brands.put(row.brand);
        product->category = category;
        product->subcategory = shelves_.categories.find(row.subcategory_id);
        product->reviews_count = row.reviews_count;
        product->sales_count = row.sales_count;
        product->rating_hundredths = row.rating_hundredths;
        product->is_shared = row.market == "ALL";
        product->has_image = row.image.has_value();
        product->is_featured = row.is_featured;
        product->is_best_seller = row.is_best_seller;
        product->slug = put(row.slug);
        if (row.image) product->image = put(*row.image);
        add_skus(*product, place);
        add_related(*product, place);
        add_texts(*product, place);
        product->text = std::string{text_};  // no more memory than it needs
        product->digest = digest_of(*product, vocabulary_);
        add_cards(*product);
        return product;
    }

    void add_skus(Product& product, std::uint32_t place) {
        product.skus.reserve(skus_.count(place));
        skus_.for_each(place, [&](const SkuRow& row) {
            Sku& sku = product.skus.emplace_back();
            sku = {.id = row.id,
                   .price_minor = row.price_minor,
                   .original_minor = row.original_minor.value_or(0),
                   .code = put(row.sku_code),
                   .image = row.variant_image ? put(*row.variant_image) : Piece{},
                   .size = row.size.empty() ? no_term : vocabulary_.sizes.put(row.size),
                   .color = row.color.empty() ? no_term : vocabulary_.put_color(row.color, shelves_.colors),
                   .has_image = row.variant_image.has_value(),
                   .in_stock = row.in_stock};
            if (row.sale_until) sku.sale_until_us = unix_us(*row.sale_until);
            product.updated_us = std::max(product.updated_us, unix_us(row.price_changed_at));
            if (row.next_change) product.next_change_us = std::min(product.next_change_us, unix_us(*row.next_change));
            product.in_stock = product.in_stock || row.in_stock;
        });
        lowest_.for_each(place, [&](const LowestRow& row) {
            const auto sku = std::ranges::find(product.skus, row.sku_id, &Sku::id);
            if (sku != product.skus.end()) sku->lowest_minor = row.lowest_minor;
        });
        const auto cheapest = std::ranges::min_element(product.skus, {}, &Sku::price_minor);
        product.cheapest = static_cast<std::uint32_t>(cheapest - product.skus.begin());
        product.discount = discount_of(cheapest->price_minor, cheapest->original_minor);
    }

    void add_related(Product& product, std::uint32_t place) {
        product.related.reserve(relations_.count(place));
        relations_.for_each(place, [&](const RelationRow& row) {
            const Related related{row.related_id, row.kind == "goes_with"};
            // A market may say once more what is said for ALL.
            if (std::ranges::find(product.related, related) == product.related.end()) {
                product.related.push_back(related);
            }
        });
    }

    /// The product's texts in a language: its own, the market's first language's, what the product's row says.
    void add_texts(Product& product, std::uint32_t place) {
        const ProductRow& row = rows_.products[place];
        const auto find = [&](std::string_view language) {
            const ProductTextRow* found = nullptr;
            texts_.for_each(place, [&](const ProductTextRow& text) {
                if (text.language == language) found = &text;
            });
            return found;
        };
        const auto* first = find(shelves_.languages.front());
        std::vector<std::pair<std::string_view, Piece>> written;  // each text stands in memory once
        const auto put_once = [&](std::string_view text) {
            for (const auto& [known, piece] : written) {
                if (known == text) return piece;
            }
            return written.emplace_back(text, put(text)).second;
        };
        product.locals.resize(shelves_.languages.size());
        for (std::size_t i = 0; i < shelves_.languages.size(); ++i) {
            const auto* local = find(shelves_.languages[i]);
            const auto choose = [&](auto member, std::string_view own) {
                if (local != nullptr && !(local->*member).empty()) return local->*member;
                return first != nullptr && !(first->*member).empty() ? first->*member : own;
            };
            product.locals[i].name = put_once(choose(&ProductTextRow::name, row.name));
            product.locals[i].description = put_once(choose(&ProductTextRow::description, row.description));
        }
        add_lists(product, place);
    }

    void add_lists(Product& product, std::uint32_t place) {
        images_.for_each(place, [&](const ImageRow& image) { product.lists.push_back(put(image.image_url)); });
        product.images_count = static_cast<std::uint32_t>(product.lists.size());
        const auto add_features = [&](std::string_view language) {
            features_.for_each(place, [&](const FeatureRow& feature) {
                if (feature.language == language) product.lists.push_back(put(feature.feature_text));
            });
        };
        for (std::size_t i = 0; i < shelves_.languages.size(); ++i) {
            auto& local = product.locals[i];
            local.features_begin = static_cast<std::uint32_t>(product.lists.size());
            add_features(shelves_.languages[i]);
            if (product.lists.size() == local.features_begin && i > 0) {
                local.features_begin = product.locals.front().features_begin;
                local.features_end = product.locals.front().features_end;
                continue;
            }
            if (product.lists.size() == local.features_begin) add_features(last_language);
            local.features_end = static_cast<std::uint32_t>(product.lists.size());
        }
        product.lists.shrink_to_fit();
    }

    void add_cards(Product& product) {
        for (std::size_t i = 0; i < product.locals.size(); ++i) {
            card_.clear();
            json::write(card_, card_of(product, shelves_, vocabulary_, i));
            product.locals[i].card = put(card_);
        }
        product.text = std::string{text_};
    }

    const ProductRows& rows_;
    const Shelves& shelves_;
    Vocabulary& vocabulary_;
    Places places_;
    ByProduct<ProductTextRow> texts_;
    ByProduct<FeatureRow> features_;
    ByProduct<ImageRow> images_;
    ByProduct<RelationRow> relations_;
    ByProduct<SkuRow> skus_;
    ByProduct<LowestRow> lowest_;
    std::string text_;  // of the product being made
    std::string card_;
};

}  // namespace

ProductRows read_products(db::AdminConnection& connection, const MarketInfo& market, const Ids& ids) {
    Languages languages = market.languages;
    languages.emplace_back(last_language);
    ProductRows rows;
    rows.products = connection.binary_rows(sql.products, ids);
    rows.texts = connection.binary_rows(sql.product_texts, ids, languages);
    rows.features = connection.binary_rows(sql.features, ids, languages);
    rows.images = connection.binary_rows(sql.images, ids);
    rows.relations = connection.binary_rows(sql.relations, ids);
    rows.skus = connection.binary_rows(sql.skus, ids);
    rows.lowest = connection.binary_rows(sql.lowest, ids);
    return rows;
}

Shelves read_shelves(db::AdminConnection& connection, const MarketInfo& market) {
    const auto attributes = connection.rows(sql.attributes);
    const auto names = connection.rows(sql.attribute_names);
    return {.market = market.code,
            .market_word = market.code.to_text(),
            .currency = market.currency,
            .languages = market.languages,
            .categories = make_categories(connection.rows(sql.categories), connection.rows(sql.category_texts), market),
            .sizes = make_attributes("size", attributes, names, market),
            .colors = make_attributes("color", attributes, names, market),
            .synonyms = connection.rows(sql.synonyms),
            .search_abilities = {}};
}

MadeProducts make_products(const ProductRows& rows, const Shelves& shelves, Vocabulary& vocabulary) {
    return Maker{rows, shelves, vocabulary}.make();
}

}  // namespace marque::catalog
