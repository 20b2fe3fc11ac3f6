// Putting products into slots, finding them again, and looking ahead to what the clock will change.
#include "features/catalog/snapshot.h"

#include <algorithm>

#include "features/catalog/present.h"
#include "json/write.h"

namespace marque::catalog {
namespace {

std::size_t hash_of(std::string_view slug) { return std::hash<std::string_view>{}(slug); }

/// Ids follow each other; multiplied by a large odd number their low bits spread.
std::size_t hash_of(std::int64_t id) {
    constexpr std::uint64_t spread = 0x9E3779B97F4A7C15;
    return static_cast<std::size_t>(static_cast<std::uint64_t>(id) * spread >> 20);
}

}  // namespace

Snapshot::Snapshot(Shelves shelves, Vocabulary vocabulary, MadeProducts products, Timestamp at)
    : shelves_(std::make_shared<const Shelves>(std::move(shelves))),
      vocabulary_(std::make_shared<const Vocabulary>(std::move(vocabulary))),
      shown_(std::make_shared<const ShownVocabulary>(show(*vocabulary_, *shelves_))) {
    replace({}, products, at);
}

std::shared_ptr<const Snapshot> Snapshot::with(const MadeProducts& changed, Vocabulary vocabulary, Timestamp at) const {
    auto next = std::shared_ptr<Snapshot>(new Snapshot);
    next->shelves_ = shelves_;
    const bool same_words = vocabulary.words() == vocabulary_->words();
    next->vocabulary_ = same_words ? vocabulary_ : std::make_shared<const Vocabulary>(std::move(vocabulary));
    next->shown_ =
        same_words ? shown_ : std::make_shared<const ShownVocabulary>(show(*next->vocabulary_, *next->shelves_));
    next->chunks_ = chunks_;
    next->by_slug_ = by_slug_;
    next->by_id_ = by_id_;
    next->search_ = search_;
    next->replace(index_, changed, at);
    return next;
}

std::shared_ptr<const Snapshot> Snapshot::with_synonyms(Shelves shelves) const {
    auto next = std::shared_ptr<Snapshot>(new Snapshot(*this));
    next->search_ = search_->with_synonyms(shelves.synonyms);
    next->shelves_ = std::make_shared<const Shelves>(std::move(shelves));
    return next;
}

void Snapshot::replace(const Index& before, const MadeProducts& changed, Timestamp at) {
    std::vector<SlotChange> changes;
    changes.reserve(changed.size());
    std::size_t slots = before.columns.slots();
    std::map<std::size_t, std::shared_ptr<Chunk>> fresh;
    const auto writable = [&](std::size_t number) -> Chunk& {
        auto& chunk = fresh[number];
        if (!chunk)
            chunk = number < chunks_.size() ? std::make_shared<Chunk>(*chunks_[number]) : std::make_shared<Chunk>();
        return *chunk;
    };
    std::vector<Slot> rewritten;  // whose words a search must learn
    bool moved = false;           // somebody may no longer be found where they were
    for (const auto& [id, product] : changed) {
        Slot slot = slot_of(before.columns, id);
        if (slot == SlotTable::none) {
            if (!product) continue;
            slot = static_cast<Slot>(slots++);
            moved = true;
            rewritten.push_back(slot);
        } else {
            const auto& old = (*chunks_[slot / chunk_size])[slot % chunk_size];
            moved = moved || !old || !product || old->read(old->slug) != product->read(product->slug);
            if (!old || !product || !same_words(*old, *product)) rewritten.push_back(slot);
        }
        writable(slot / chunk_size)[slot % chunk_size] = product;
        changes.push_back({slot, product.get()});
    }
    for (auto& [number, chunk] : fresh) {
        if (number >= chunks_.size()) chunks_.resize(number + 1);
        chunks_[number] = std::move(chunk);
    }
    index_ = changed_index(before, slots, changes, shelves_->categories, *vocabulary_);
    if (moved) look_up_again();
    search_ = ProductSearch::next(std::move(search_), *this, rewritten);
    look_ahead(at);
}

/// Slots of products that went away are not used again before everything is read anew; few go.
void Snapshot::look_up_again() {
    by_slug_.reset(slots());
    by_id_.reset(slots());
    for (Slot slot = 0; slot < slots(); ++slot) {
        if (index_.columns.ids[slot] != 0) by_id_.put(hash_of(index_.columns.ids[slot]), slot);
        if (!index_.columns.alive.test(slot)) continue;
        const auto& here = product(slot);
        by_slug_.put(hash_of(here.read(here.slug)), slot);
    }
}

void Snapshot::look_ahead(Timestamp at) {
    const std::int64_t now_us = at.point().time_since_epoch().count();
    const std::int64_t new_for_us = std::chrono::microseconds{new_for}.count();
    new_from_us_ = now_us - new_for_us;
    next_change_us_ = never_us;
    index_.columns.alive.for_each([&](Slot slot) {
        next_change_us_ = std::min(next_change_us_, index_.columns.next_change_us[slot]);
        const std::int64_t created_us = index_.columns.created_us[slot];
        if (created_us >= new_from_us_) next_change_us_ = std::min(next_change_us_, created_us + new_for_us + 1);
    });
}

Slot Snapshot::slot_of(const Columns& columns, std::int64_t id) const {
    return by_id_.find(hash_of(id), [&](Slot slot) { return columns.ids[slot] == id; });
}

const Product* Snapshot::find(std::string_view slug) const {
    const Slot slot = by_slug_.find(
        hash_of(slug), [&](Slot candidate) { return product(candidate).read(product(candidate).slug) == slug; });
    return slot == SlotTable::none ? nullptr : &product(slot);
}

const Product* Snapshot::find(ProductId id) const {
    const Slot slot = slot_of(index_.columns, id.value());
    return slot == SlotTable::none || !index_.columns.alive.test(slot) ? nullptr : &product(slot);
}

std::vector<std::int64_t> Snapshot::changing_until(Timestamp moment) const {
    const std::int64_t moment_us = moment.point().time_since_epoch().count();
    std::vector<std::int64_t> ids;
    index_.columns.alive.for_each([&](Slot slot) {
        if (index_.columns.next_change_us[slot] <= moment_us) ids.push_back(index_.columns.ids[slot]);
    });
    return ids;
}

std::size_t Snapshot::memory_bytes() const {
    std::size_t bytes = 0;
    index_.columns.alive.for_each([&](Slot slot) { bytes += product(slot).memory_bytes(); });
    for (const auto& postings : index_.postings) {
        for (const auto& posting : postings) bytes += sizeof(Posting) + posting.memory_bytes();
    }
    for (const auto& rows : index_.rows) bytes += (rows.begins.size() + rows.terms.size()) * sizeof(Term);
    for (const auto& offers : index_.offers) bytes += offers.memory_bytes();
    return bytes + search_->memory_bytes();
}

ProductDetail whole_detail(const Snapshot& snapshot, const Product& product, std::size_t language) {
    auto detail = detail_of(product, snapshot.shelves(), snapshot.vocabulary(), language);
    const auto add = [&](const ShownTerms& shown, Term Sku::* member, auto& list) {
        std::vector<Term> terms;
        for (const auto& sku : product.skus) {
            if (sku.*member != no_term) terms.push_back(sku.*member);
        }
        std::ranges::sort(terms, {}, [&](Term term) { return shown.rank[term]; });
        terms.erase(std::ranges::unique(terms).begin(), terms.end());
        for (const Term term : terms) list.push_back({shown.text(term, language)});
    };
    add(snapshot.shown().sizes, &Sku::size, detail.sizes);
    add(snapshot.shown().colors, &Sku::color, detail.colors);
    for (const auto& related : product.related) {
        const auto* other = snapshot.find(ProductId{related.product_id});
        if (other == nullptr) continue;
        (related.goes_with ? detail.goes_with : detail.related).push_back({snapshot.card(*other, language)});
    }
    return detail;
}

void write_detail(std::string& out, const Snapshot& snapshot, const Product& product, std::size_t language) {
    json::write(out, whole_detail(snapshot, product, language));
}

}  // namespace marque::catalog
