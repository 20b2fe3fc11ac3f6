// From products to documents, and from what was found back to slots.
#include "features/catalog/product_search.h"

#include <algorithm>

#include "features/catalog/snapshot.h"

namespace marque::catalog {
namespace {

using search::Document;
using search::Field;
using search::IndexBuilder;
using search::Tongue;

/// Documents that are gone take space and time; with more of them all are indexed anew.
constexpr std::size_t gone_max = 1'000;
/// By how much what sells best is worth more than what nobody bought, where a search finds both equally good.
constexpr float popularity_weight = 0.10F;

Tongue tongue_of(const Language& language) { return language == "ky" ? Tongue::kyrgyz : Tongue::other; }

/// A thread's own, for it keeps what is known of each document while a query is answered.
search::Scratch& scratch() {
    thread_local search::Scratch own;
    return own;
}

class DocumentMaker {
public:
    DocumentMaker(const Snapshot& snapshot, std::size_t languages) : snapshot_(snapshot), languages_(languages) {}

    const Document& make(Slot slot) {
        const auto& product = snapshot_.product(slot);
        document_.key = slot;
        document_.pieces.clear();
        for (std::size_t language = 0; language < languages_; ++language) add_language(product, language);
        return document_;
    }

private:
    void add_language(const Product& product, std::size_t language) {
        const auto& local = product.locals[language];
        const auto tongue = tongue_of(snapshot_.shelves().languages[language]);
        const auto add = [&](Field field, std::string_view text) {
            document_.pieces.push_back({field, static_cast<std::uint8_t>(language), tongue, text});
        };
        // A text that stands in for a missing translation was counted where it belongs.
        const auto is_own = [&](Piece LocalText::* text) {
            return language == 0 || (local.*text).begin != (product.locals.front().*text).begin;
        };
        if (is_own(&LocalText::name)) add(Field::name, product.read(local.name));
        if (is_own(&LocalText::description)) add(Field::description, product.read(local.description));
        if (language == 0 || local.features_begin != product.locals.front().features_begin) {
            for (auto i = local.features_begin; i < local.features_end; ++i) {
                add(Field::feature, product.read(product.lists[i]));
            }
        }
        add_categories(product, language, add);
        add_attributes(product, language, add);
        if (language == 0) add(Field::brand, snapshot_.vocabulary().brands[product.brand]);
    }

    template <class Add>
    void add_categories(const Product& product, std::size_t language, Add add) {
        const auto& categories = snapshot_.shelves().categories.all;
        const auto& deepest = categories[static_cast<std::size_t>(product.place())];
        for (const auto step : deepest.path)
            add(Field::category, categories[static_cast<std::size_t>(step)].names[language]);
        if (std::ranges::find(deepest.path, product.category) != deepest.path.end()) return;
        add(Field::category, categories[static_cast<std::size_t>(product.category)].names[language]);
    }

    /// Sizes and colours as SKUs spell them and as the shop names them, and the colours' families.
    template <class Add>
    void add_attributes(const Product& product, std::size_t language, Add add) {
        const auto& shelves = snapshot_.shelves();
        const auto& words = snapshot_.vocabulary();
        const auto add_named = [&](Field field, const Attributes& known, const std::string& word) {
            const auto found = known.find(word);
            if (found == known.end()) {
                if (language == 0) add(field, word);
            } else {
                add(field, found->second.names[language]);
                if (language == 0 && found->second.names[language] != word) add(field, word);
            }
        };
        for (const Term size : terms_of(product, &Sku::size)) add_named(Field::size, shelves.sizes, words.sizes[size]);
        std::vector<Term> families;
        for (const Term color : terms_of(product, &Sku::color)) {
            add_named(Field::color, shelves.colors, words.colors[color]);
            const Term family = words.family_of_color[color];
            if (family == no_term || std::ranges::find(families, family) != families.end()) continue;
            families.push_back(family);
            if (words.families[family] != words.colors[color]) {
                add_named(Field::color, shelves.colors, words.families[family]);
            }
        }
    }

    static std::vector<Term> terms_of(const Product& product, Term Sku::* member) {
        std::vector<Term> terms;
        for (const auto& sku : product.skus) {
            if (sku.*member != no_term && std::ranges::find(terms, sku.*member) == terms.end()) {
                terms.push_back(sku.*member);
            }
        }
        return terms;
    }

    const Snapshot& snapshot_;
    std::size_t languages_;
    Document document_;
};

}  // namespace

std::shared_ptr<const ProductSearch> ProductSearch::next(std::shared_ptr<const ProductSearch> before,
                                                         const Snapshot& snapshot, const std::vector<Slot>& rewritten) {
    if (before && rewritten.empty()) return before;
    const bool anew = !before || before->products_->gone() + rewritten.size() > gone_max;
    DocumentMaker maker{snapshot, snapshot.shelves().languages.size()};
    const auto& alive = snapshot.index().columns.alive;
    auto next = std::make_shared<ProductSearch>();
    if (anew) {
        IndexBuilder builder{snapshot.shelves().search_abilities};
        alive.for_each([&](Slot slot) { builder.add(maker.make(slot)); });
        next->products_ = builder.finish();
    } else {
        IndexBuilder builder{before->products_};
        for (const Slot slot : rewritten) {
            if (alive.test(slot)) {
                builder.add(maker.make(slot));
            } else {
                builder.remove(slot);
            }
        }
        next->products_ = builder.finish();
    }
    next->index_words(snapshot);
    return next;
}

void ProductSearch::index_words(const Snapshot& snapshot) {
    const auto& shelves = snapshot.shelves();
    const auto count = [&](Group group, std::size_t term) {
        return static_cast<double>(snapshot.index().counts[static_cast<std::size_t>(group)][term]);
    };
    IndexBuilder categories{shelves.search_abilities};
    for (std::uint32_t i = 0; i < shelves.categories.all.size(); ++i) {
        if (count(Group::category, i) == 0) continue;
        Document document{.key = i, .popularity = count(Group::category, i), .pieces = {}};
        for (std::size_t language = 0; language < shelves.languages.size(); ++language) {
            document.pieces.push_back({Field::name, static_cast<std::uint8_t>(language),
                                       tongue_of(shelves.languages[language]),
                                       shelves.categories.all[i].names[language]});
        }
        categories.add(document);
    }
    categories_ = categories.finish();
    IndexBuilder brands{shelves.search_abilities};
    for (Term brand = 0; brand < snapshot.vocabulary().brands.size(); ++brand) {
        if (count(Group::brand, brand) == 0) continue;
        brands.add({brand,
                    count(Group::brand, brand),
                    {{Field::brand, 0, Tongue::other, snapshot.vocabulary().brands[brand]}}});
    }
    brands_ = brands.finish();
    synonyms_ = std::make_shared<const search::Synonyms>(*products_, shelves.synonyms);
}

std::shared_ptr<const ProductSearch> ProductSearch::with_synonyms(
    const std::vector<std::vector<std::string>>& synonyms) const {
    auto next = std::make_shared<ProductSearch>(*this);
    next->synonyms_ = std::make_shared<const search::Synonyms>(*products_, synonyms);
    return next;
}

TextFound ProductSearch::find(const Snapshot& snapshot, std::string_view query) const {
    search::Found found;
    products_->search(query, synonyms_.get(), scratch(), found);
    TextFound text{.bits = Bits{snapshot.slots()},
                   .matches = std::move(found.matches),
                   .complete = found.complete,
                   .corrected_query = std::move(found.corrected_query),
                   .relaxed = std::move(found.relaxed)};
    // Not in the index of words: sales change every minute, and servers that began at different times must agree.
    const auto& popular = snapshot.sorted(Sort::popular);
    const auto& log_sales = snapshot.index().columns.log_sales;
    const float most = popular.empty() ? 0 : log_sales[popular.front()];
    for (auto& match : text.matches) {
        text.bits.set(match.key);
        if (most > 0) match.score *= 1 + popularity_weight * log_sales[match.key] / most;
    }
    return text;
}

TextSuggested ProductSearch::suggest(std::string_view query, std::size_t count) const {
    TextSuggested suggested;
    suggested.queries = products_->complete(query, synonyms_.get(), count, scratch());
    search::Found found;
    const auto best = [&](const search::Index& index, auto& keys) {
        index.search(query, nullptr, scratch(), found);
        search::best_first(found.matches, count);
        for (std::size_t i = 0; i < std::min(count, found.matches.size()); ++i) {
            keys.push_back(static_cast<std::remove_reference_t<decltype(keys)>::value_type>(found.matches[i].key));
        }
    };
    best(*categories_, suggested.categories);
    best(*brands_, suggested.brands);
    return suggested;
}

std::size_t ProductSearch::memory_bytes() const {
    return products_->memory_bytes() + categories_->memory_bytes() + brands_->memory_bytes();
}

bool same_words(const Product& one, const Product& other) {
    if (one.brand != other.brand || one.category != other.category || one.subcategory != other.subcategory)
        return false;
    if (one.skus.size() != other.skus.size() || one.lists.size() != other.lists.size()) return false;
    for (std::size_t i = 0; i < one.skus.size(); ++i) {
        if (one.skus[i].size != other.skus[i].size || one.skus[i].color != other.skus[i].color) return false;
    }
    for (std::size_t i = 0; i < one.locals.size(); ++i) {
        const auto& here = one.locals[i];
        const auto& there = other.locals[i];
        if (one.read(here.name) != other.read(there.name)) return false;
        if (one.read(here.description) != other.read(there.description)) return false;
        if (here.features_begin != there.features_begin || here.features_end != there.features_end) return false;
        for (auto k = here.features_begin; k < here.features_end; ++k) {
            if (one.read(one.lists[k]) != other.read(other.lists[k])) return false;
        }
    }
    return true;
}

}  // namespace marque::catalog
