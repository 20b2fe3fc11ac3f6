#pragma once
// The search over one market's products: their texts in all of the market's languages as an index whose keys are slots,
// and what is suggested while somebody types.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "features/catalog/bits.h"
#include "features/catalog/product.h"
#include "features/catalog/search/search.h"

namespace marque::catalog {

class Snapshot;

/// What a query found, sold out products, too.
struct TextFound {
    Bits bits;
    std::vector<search::Match> matches;  // by slot, in no order
    std::size_t complete = 0;            // how many of them have every word
    std::string corrected_query;         // empty where nothing was corrected
    std::vector<std::string> relaxed;    // words that not all of them have
};

/// What somebody who typed so much may mean.
struct TextSuggested {
    std::vector<std::string> queries;
    std::vector<std::int32_t> categories;
    std::vector<Term> brands;
};

/// Immutable, as the snapshot it belongs to; the next snapshot shares it where no text changed.
class ProductSearch {
public:
    /// The search of a snapshot that was made of another one by changing the texts of some slots; `before` may be null.
    [[nodiscard]] static std::shared_ptr<const ProductSearch> next(std::shared_ptr<const ProductSearch> before,
                                                                   const Snapshot& snapshot,
                                                                   const std::vector<Slot>& rewritten);

    /// This one with other words that mean the same.
    [[nodiscard]] std::shared_ptr<const ProductSearch> with_synonyms(
        const std::vector<std::vector<std::string>>& synonyms) const;

    [[nodiscard]] TextFound find(const Snapshot& snapshot, std::string_view query) const;
    [[nodiscard]] TextSuggested suggest(std::string_view query, std::size_t count) const;
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    void index_words(const Snapshot& snapshot);

    std::shared_ptr<const search::Index> products_;
    std::shared_ptr<const search::Index> categories_;
    std::shared_ptr<const search::Index> brands_;
    std::shared_ptr<const search::Synonyms> synonyms_;
};

/// Would a search find both by the same words?
[[nodiscard]] bool same_words(const Product& one, const Product& other);

}  // namespace marque::catalog
