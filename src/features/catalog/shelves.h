#pragma once
// What a market's products have in common: its languages, categories, and the words for brands, sizes and colours.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/market.h"
#include "features/catalog/product.h"
#include "features/catalog/queries.h"
#include "features/catalog/search/search.h"

namespace marque::catalog {

/// A list of words that only grows; products name them by number.
class Words {
public:
    /// The word's number, adding it where it is new.
    Term put(std::string_view word);
    [[nodiscard]] Term find(std::string_view word) const;
    /// The word itself, else those that differ from it in the case of letters only.
    [[nodiscard]] std::vector<Term> find_all(std::string_view word) const;
    [[nodiscard]] const std::string& operator[](Term term) const { return words_[term]; }
    [[nodiscard]] std::size_t size() const { return words_.size(); }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view word) const { return std::hash<std::string_view>{}(word); }
    };
    std::vector<std::string> words_;
    std::unordered_map<std::string, Term, Hash, std::equal_to<>> numbers_;
};

struct Category {
    CategoryId id;
    std::string slug;
    std::int32_t parent = -1;
    bool is_shared = false;
    std::int32_t sort_order = 0;
    std::optional<std::string> icon;
    std::optional<std::string> image_url;
    std::vector<std::string> names;      // by language
    std::vector<std::int32_t> children;  // in their order
    std::vector<std::int32_t> path;      // from the top down to itself
    friend bool operator==(const Category&, const Category&) = default;
};

/// The categories that are shown: active, and below active ones only; what is below one stands right behind it.
struct Categories {
    std::vector<Category> all;
    std::vector<std::int32_t> top;
    std::unordered_map<std::string, std::int32_t> by_slug;
    std::unordered_map<std::int64_t, std::int32_t> by_id;

    /// Index of a category; -1 where there is none.
    [[nodiscard]] std::int32_t find(const std::string& slug) const;
    [[nodiscard]] std::int32_t find(std::optional<std::int64_t> id) const;
};
[[nodiscard]] Categories make_categories(const std::vector<CategoryRow>& rows,
                                         const std::vector<CategoryTextRow>& texts, const MarketInfo& market);

/// What the shop says of a size or colour that SKUs name.
struct Attribute {
    std::int32_t sort_order = 0;
    std::vector<std::string> names;  // by language
    std::optional<std::string> swatch;
    std::string family;
    std::string size_systems = "{}";  // JSON
    friend bool operator==(const Attribute&, const Attribute&) = default;
};
using Attributes = std::map<std::string, Attribute, std::less<>>;
[[nodiscard]] Attributes make_attributes(const std::string& kind, const std::vector<AttributeRow>& rows,
                                         const std::vector<AttributeNameRow>& names, const MarketInfo& market);

/// Everything but the products; replaced as a whole when something of it changes.
struct Shelves {
    MarketCode market;
    std::string market_word;  // as the API has it: "kg"
    Currency currency;
    std::vector<Language> languages;
    Categories categories;
    Attributes sizes;
    Attributes colors;
    std::vector<std::vector<std::string>> synonyms;
    search::Abilities search_abilities;

    /// The slugs from the top down to a category.
    [[nodiscard]] std::vector<std::string_view> path_of(std::int32_t category) const;
    /// Whether all that products were made with is the same: everything but what a search takes for each other.
    [[nodiscard]] bool same_but_for_synonyms(const Shelves& other) const {
        return currency == other.currency && languages == other.languages && categories.all == other.categories.all &&
               sizes == other.sizes && colors == other.colors;
    }
    /// Index of a language in the market's list; the first for one it does not speak.
    [[nodiscard]] std::size_t language_index(std::string_view language) const;
};

/// The words that products name by number. A colour's family comes with it.
struct Vocabulary {
    Words brands;
    Words sizes;
    Words colors;
    Words families;
    std::vector<Term> family_of_color;

    Term put_color(std::string_view word, const Attributes& known);
    [[nodiscard]] std::size_t words() const { return brands.size() + sizes.size() + colors.size() + families.size(); }
};

}  // namespace marque::catalog
