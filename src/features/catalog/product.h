#pragma once
// One product of one market as the snapshot keeps it: a few numbers, words by their number, and all its texts in one
// piece of memory. Never changed after it was made; a new snapshot shares those that stayed the same.

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace marque::catalog {

/// Where a text stands in its product's piece of memory.
struct Piece {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
};

/// The number of a brand, size or colour in the snapshot's list of such words.
using Term = std::uint32_t;
inline constexpr Term no_term = std::numeric_limits<Term>::max();

/// Microseconds since 1970 of something that never comes.
inline constexpr std::int64_t never_us = std::numeric_limits<std::int64_t>::max();

struct Sku {
    std::int64_t id = 0;
    std::int64_t price_minor = 0;
    std::int64_t original_minor = 0;  // 0: not reduced
    std::int64_t lowest_minor = 0;    // in the 30 days before it was reduced; 0: nothing to say
    std::int64_t sale_until_us = never_us;
    Piece code;
    Piece image;
    Term size = no_term;
    Term color = no_term;
    bool has_image = false;
    bool in_stock = false;
};

/// A product's texts in one language of the market, by fallback where it has none of its own.
struct LocalText {
    Piece name;
    Piece description;
    Piece card;  // the JSON of lists, ready to send
    std::uint32_t features_begin = 0;
    std::uint32_t features_end = 0;
};

struct Related {
    std::int64_t product_id = 0;
    bool goes_with = false;  // else: is like it
    friend bool operator==(const Related&, const Related&) = default;
};

struct Product {
    std::int64_t id = 0;
    std::int64_t created_us = 0;
    std::int64_t updated_us = 0;             // its row or one of its prices here
    std::uint64_t digest = 0;                // digest.h
    std::int64_t next_change_us = never_us;  // when a dated sale begins or ends
    std::uint32_t cheapest = 0;              // index of the SKU whose price is the product's
    Term brand = no_term;
    std::int32_t category = -1;     // indexes of the snapshot's categories
    std::int32_t subcategory = -1;  // -1: none
    std::int32_t reviews_count = 0;
    std::int32_t sales_count = 0;
    std::int32_t rating_hundredths = 0;
    std::int32_t discount = 0;  // percent, rounded down so that nobody is promised more than they get
    std::uint32_t images_count = 0;
    bool is_shared = false;  // of ALL
    bool has_image = false;
    bool in_stock = false;
    bool is_featured = false;
    bool is_best_seller = false;
    Piece slug;
    Piece image;
    std::vector<Sku> skus;
    std::vector<LocalText> locals;  // by the market's languages
    std::vector<Piece> lists;       // pictures first, then features
    std::vector<Related> related;
    std::string text;

    [[nodiscard]] std::string_view read(Piece piece) const {
        return std::string_view{text}.substr(piece.begin, piece.size);
    }
    [[nodiscard]] const Sku& cheapest_sku() const { return skus[cheapest]; }
    /// The category it is in, the deepest known.
    [[nodiscard]] std::int32_t place() const { return subcategory >= 0 ? subcategory : category; }
    [[nodiscard]] std::size_t memory_bytes() const {
        return sizeof(Product) + skus.capacity() * sizeof(Sku) + locals.capacity() * sizeof(LocalText) +
               lists.capacity() * sizeof(Piece) + related.capacity() * sizeof(Related) + text.capacity();
    }
};

}  // namespace marque::catalog
