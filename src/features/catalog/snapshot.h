#pragma once
// One market's catalogue as an immutable object in memory. The next one shares with it what did not change.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "features/catalog/index.h"
#include "features/catalog/make.h"
#include "features/catalog/product.h"
#include "features/catalog/product_search.h"
#include "features/catalog/shelves.h"

namespace marque::catalog {

/// How long a product counts as new.
inline constexpr std::chrono::days new_for{30};

/// Sizes, colours and the rest as JSON in each language, and in which order they are shown.
struct ShownTerms {
    std::vector<Term> order;
    std::vector<std::uint32_t> rank;             // by term: its place in the order
    std::vector<std::vector<std::string>> json;  // by term, by language; one for all where there is but one
    [[nodiscard]] const std::string& text(Term term, std::size_t language) const {
        return json[term].size() == 1 ? json[term].front() : json[term][language];
    }
};

struct ShownVocabulary {
    ShownTerms sizes;
    ShownTerms colors;
    ShownTerms families;
    /// Who asks for a word asks for the colour and for the family of that name: by colour, and by family.
    std::vector<std::vector<Term>> families_of_word;
    std::vector<std::vector<Term>> colors_of_word;
};

class Snapshot {
public:
    /// Everything, as it was at a moment of PostgreSQL's clock.
    Snapshot(Shelves shelves, Vocabulary vocabulary, MadeProducts products, Timestamp at);
    /// This one with some products replaced; one that is nullptr is not sold any more.
    [[nodiscard]] std::shared_ptr<const Snapshot> with(const MadeProducts& changed, Vocabulary vocabulary,
                                                       Timestamp at) const;

    /// This one with other synonyms; the shelves must be the same but for them.
    [[nodiscard]] std::shared_ptr<const Snapshot> with_synonyms(Shelves shelves) const;

    [[nodiscard]] const Shelves& shelves() const { return *shelves_; }
    [[nodiscard]] const Vocabulary& vocabulary() const { return *vocabulary_; }
    [[nodiscard]] const ShownVocabulary& shown() const { return *shown_; }
    [[nodiscard]] const Index& index() const { return index_; }
    [[nodiscard]] const ProductSearch& search() const { return *search_; }
    [[nodiscard]] std::size_t product_count() const { return index_.order(Sort::popular).size(); }
    [[nodiscard]] std::size_t slots() const { return index_.columns.slots(); }
    /// The product of a slot that is alive.
    [[nodiscard]] const Product& product(Slot slot) const { return *(*chunks_[slot / chunk_size])[slot % chunk_size]; }
    /// nullptr where there is none.
    [[nodiscard]] const Product* find(std::string_view slug) const;
    [[nodiscard]] const Product* find(ProductId id) const;
    /// The JSON of lists, which lives as long as the snapshot.
    [[nodiscard]] std::string_view card(const Product& product, std::size_t language) const {
        return product.read(product.locals[language].card);
    }
    /// Slots of all products in this order, sold out ones, too.
    [[nodiscard]] const std::vector<Slot>& sorted(Sort sort) const { return index_.order(sort); }
    [[nodiscard]] std::size_t language_index(std::string_view language) const {
        return shelves_->language_index(language);
    }
    /// Products created from then on are new.
    [[nodiscard]] std::int64_t new_from_us() const { return new_from_us_; }
    /// When something of it will change by the clock alone: a sale begins or ends, a product stops being new.
    [[nodiscard]] std::int64_t next_change_us() const { return next_change_us_; }
    /// Ids of the products whose sale begins or ends until then.
    [[nodiscard]] std::vector<std::int64_t> changing_until(Timestamp moment) const;
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    static constexpr std::size_t chunk_size = 256;
    using Chunk = std::array<std::shared_ptr<const Product>, chunk_size>;

    Snapshot() = default;
    void replace(const Index& before, const MadeProducts& changed, Timestamp at);
    void look_up_again();
    void look_ahead(Timestamp at);
    [[nodiscard]] Slot slot_of(const Columns& columns, std::int64_t id) const;

    std::shared_ptr<const Shelves> shelves_;
    std::shared_ptr<const Vocabulary> vocabulary_;
    std::shared_ptr<const ShownVocabulary> shown_;
    std::vector<std::shared_ptr<const Chunk>> chunks_;
    Index index_;
    SlotTable by_slug_;
    SlotTable by_id_;
    std::shared_ptr<const ProductSearch> search_;
    std::int64_t new_from_us_ = 0;
    std::int64_t next_change_us_ = never_us;
};

/// What the API says of sizes and colours; a word nobody described comes after those that are, by its letters.
[[nodiscard]] ShownVocabulary show(const Vocabulary& vocabulary, const Shelves& shelves);

struct ProductDetail;

/// One product with its sizes, its colours and the products related to it. Views look into the snapshot.
[[nodiscard]] ProductDetail whole_detail(const Snapshot& snapshot, const Product& product, std::size_t language);
/// The page of one product, with cards of the products related to it that are sold here.
void write_detail(std::string& out, const Snapshot& snapshot, const Product& product, std::size_t language);

}  // namespace marque::catalog
