// Adding up: each word's terms over their postings, then which documents have enough of the words.
#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "features/catalog/search/interpret.h"
#include "features/catalog/search/search.h"

namespace marque::catalog::search {
namespace {

/// With fewer complete matches descriptions are asked too, and a query of several words also brings the nearest others.
constexpr std::size_t enough = 10;
/// How much demand counts among documents that fit alike.
constexpr float prior_weight = 0.10F;
/// A word that is only described ("without a hood").
constexpr float not_required_weight = 0.3F;

}  // namespace

class Scorer {
public:
    Scorer(const Index& index, const Synonyms* synonyms, const Query& query, Scratch& scratch)
        : index_(index), synonyms_(synonyms), query_(query), scratch_(scratch) {
        const std::size_t size = index.known_.size();
        if (scratch.slots_.size() < size) scratch.slots_.resize(size);
        // One more: an entry is written before it is known to count.
        if (scratch.touched_.size() <= size) scratch.touched_.resize(size + 1);
        for (std::size_t i = 0; i < query.words.size(); ++i) {
            measure(query.words[i]);
            const bool known = sizes_[i] > 0 || rarities_[i] < rarity_of(0);
            if (query.words[i].required && known) required_ |= 1U << i;
            if (query.words[i].required && !known) unknown_ |= 1U << i;
            if (known) order_.push_back(i);
        }
        // What is asked for, the rarest first: that leaves few documents to ask about the others.
        std::ranges::sort(order_, {}, [&](std::size_t i) { return std::pair{!query.words[i].required, sizes_[i]}; });
    }

    void run(Found& found) {
        add_words(Pass::common);
        if (complete_ < enough) {
            if (query_.words.size() > 1) add_words(Pass::others);
            add_words(Pass::mentioned);
        }
        collect(found);
    }

private:
    using Part = Index::Part;
    /// Documents that say all words; then those that say some; then what descriptions mention.
    enum class Pass : std::uint8_t { common, others, mentioned };
    /// Marks a document that the first pass has settled.
    static constexpr std::uint32_t settled = 1U << 31U;

    [[nodiscard]] Index::Postings postings(std::uint32_t term, Part part) const {
        const auto own = index_.vocabulary().term_count();
        if (term < own) return index_.postings(term, part);
        if (part == Part::mentioned) return {};
        const auto& joint = synonyms_->joint_[term - own];
        return {joint.documents.data(), joint.impacts.data(), joint.documents.size()};
    }

    /// How telling a word is.
    void measure(const QueryWord& word) {
        std::size_t most = 0;
        std::size_t sum = 0;
        for (const auto& [term, weight] : word.terms) {
            const auto saying = postings(term, Part::said).size;
            most = std::max(most, saying + postings(term, Part::mentioned).size);
            sum += saying;
        }
        rarities_.push_back(rarity_of(most));
        sizes_.push_back(sum);
    }

    [[nodiscard]] float rarity_of(std::size_t having) const {
        const auto all = static_cast<float>(index_.known_.size());
        const auto some = static_cast<float>(having);
        return std::log(1 + (all - some + 0.5F) / (some + 0.5F));
    }

    void add_words(Pass pass) {
        bool first = true;
        for (const auto i : order_) {
            const auto& word = query_.words[i];
            const float factor = rarities_[i] * (word.required ? 1 : not_required_weight) / 255;
            const Part part = pass == Pass::mentioned ? Part::mentioned : Part::said;
            for (const auto& [term, weight] : word.terms) {
                const auto list = postings(term, part);
                if (pass == Pass::common && !first) {
                    add_to_touched(list, 1U << i, factor * weight);
                } else {
                    add_postings(list, 1U << i, factor * weight, pass);
                }
            }
            first = false;
        }
        for (std::size_t i = 0; pass == Pass::common && order_.size() > 1 && i < touched_; ++i) {
            scratch_.slots_[scratch_.touched_[i]].words |= settled;
        }
    }

    void add(Scratch::Slot& slot, std::uint32_t mask, float score) {
        if ((slot.words & mask) == 0) {
            slot.words |= mask;
            slot.added = score;
            slot.score += score;
            complete_ += (slot.words & required_) == required_ && (mask & required_) != 0 ? 1 : 0;
        } else if (score > slot.added) {
            // Of a word's terms the best one counts.
            slot.score += score - slot.added;
            slot.added = score;
        }
    }

    void add_postings(Index::Postings list, std::uint32_t mask, float factor, Pass pass) {
        // What a pass before has settled: a document as a whole, or that it says the word and need not mention it.
        const std::uint32_t passed_over = pass == Pass::others ? settled : pass == Pass::mentioned ? mask : 0;
        Scratch::Slot* slots = scratch_.slots_.data();
        std::uint32_t* touched = scratch_.touched_.data();
        for (std::size_t i = 0; i < list.size; ++i) {
            const std::uint32_t document = list.documents[i];
            Scratch::Slot& slot = slots[document];
            if ((slot.words & passed_over) != 0) continue;
            touched[touched_] = document;
            touched_ += slot.words == 0 ? 1 : 0;
            add(slot, mask, factor * static_cast<float>(list.impacts[i]));
        }
    }

    /// Adds only to documents that have a word already.
    void add_to_touched(Index::Postings list, std::uint32_t mask, float factor) {
        if (touched_ * 16 < list.size) {
            for (std::size_t i = 0; i < touched_; ++i) {
                const auto document = scratch_.touched_[i];
                const auto* end = list.documents + list.size;
                const auto* place = std::lower_bound(list.documents, end, document);
                if (place == end || *place != document) continue;
                add(scratch_.slots_[document], mask, factor * static_cast<float>(list.impacts[place - list.documents]));
            }
            return;
        }
        Scratch::Slot* slots = scratch_.slots_.data();
        for (std::size_t i = 0; i < list.size; ++i) {
            Scratch::Slot& slot = slots[list.documents[i]];
            if (slot.words != 0) add(slot, mask, factor * static_cast<float>(list.impacts[i]));
        }
    }

    [[nodiscard]] float weight_of(std::uint32_t words) const {
        float sum = 0;
        for (; words != 0; words &= words - 1) sum += rarities_[static_cast<std::size_t>(std::countr_zero(words))];
        return sum;
    }

    /// The share of the query's weight that is enough: all of it; where few have all, what the nearest `enough` have.
    [[nodiscard]] float least_coverage() const {
        const auto known = query_.words.size() - static_cast<std::size_t>(std::popcount(unknown_));
        if (complete_ >= enough || (complete_ > 0 && known <= 2) || std::popcount(required_) <= 1) return 1;
        std::vector<float> had;
        had.reserve(touched_);
        for (std::size_t i = 0; i < touched_; ++i) {
            had.push_back(weight_of(scratch_.slots_[scratch_.touched_[i]].words & required_));
        }
        if (had.empty()) return 1;
        const auto place = had.begin() + static_cast<std::ptrdiff_t>(std::min(enough, had.size()) - 1);
        std::ranges::nth_element(had, place, std::ranges::greater{});
        return *place / weight_of(required_);
    }

    void collect(Found& found) {
        const float least = least_coverage();
        const float whole = weight_of(required_);
        std::uint32_t missing = unknown_;
        found.matches.resize(touched_);
        Match* out = found.matches.data();
        for (std::size_t i = 0; i < touched_; ++i) {
            const auto document = scratch_.touched_[i];
            const auto slot = std::exchange(scratch_.slots_[document], {});
            const auto had = slot.words & required_;
            const auto& [key, prior] = index_.known_[document];
            if (key == none) continue;
            float score = slot.score * (1 + prior_weight * prior);
            if (had == required_) {
                ++found.complete;
            } else {
                if (least == 1 || had == 0) continue;
                // Having more of the query counts beyond what the words themselves count.
                const float coverage = weight_of(had) / whole;
                if (coverage < least) continue;
                score *= coverage * coverage;
                missing |= required_ & ~had;
            }
            *out++ = {key, score};
        }
        found.matches.resize(static_cast<std::size_t>(out - found.matches.data()));
        // A word that nobody has is missing everywhere.
        if (unknown_ != 0) found.complete = 0;
        for (std::size_t i = 0; i < query_.words.size(); ++i) {
            if ((missing >> i & 1U) != 0) found.relaxed.push_back(query_.words[i].typed);
        }
    }

    const Index& index_;
    const Synonyms* synonyms_;
    const Query& query_;
    Scratch& scratch_;
    /// Of each word of the query.
    std::vector<float> rarities_;
    std::vector<std::size_t> sizes_;
    std::vector<std::size_t> order_;
    std::uint32_t required_ = 0;
    std::uint32_t unknown_ = 0;
    /// How many of the scratch's list of touched documents are ours.
    std::size_t touched_ = 0;
    std::size_t complete_ = 0;
};

void Index::search(std::string_view query, const Synonyms* synonyms, Scratch& scratch, Found& found) const {
    found.matches.clear();
    found.complete = 0;
    found.corrected_query.clear();
    found.relaxed.clear();
    const auto read = Interpreter{*this, synonyms, scratch}.read(query);
    if (read.words.empty() || size() == 0) return;
    Scorer{*this, synonyms, read, scratch}.run(found);
    if (found.matches.empty()) found.relaxed.clear();
    if (!read.corrected || found.matches.empty()) return;
    for (const auto& word : read.words) {
        if (!found.corrected_query.empty()) found.corrected_query += ' ';
        found.corrected_query += word.understood.empty() ? word.typed : word.understood;
    }
}

void best_first(std::vector<Match>& matches, std::size_t count) {
    const auto better = [](const Match& a, const Match& b) {
        return a.score != b.score ? a.score > b.score : a.key < b.key;
    };
    count = std::min(count, matches.size());
    if (count == 0) return;
    auto middle = matches.end();
    if (count * 8 < matches.size()) {
        // The worst of the best in a heap of them: nearly all others are passed over with one comparison.
        std::vector<Match> heap{matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(count)};
        std::ranges::make_heap(heap, better);
        for (std::size_t i = count; i < matches.size(); ++i) {
            if (!better(matches[i], heap.front())) continue;
            std::ranges::pop_heap(heap, better);
            heap.back() = matches[i];
            std::ranges::push_heap(heap, better);
        }
        const Match worst = heap.front();
        middle = std::partition(matches.begin(), matches.end(), [&](const Match& one) { return !better(worst, one); });
    }
    std::sort(matches.begin(), middle, better);
}

}  // namespace marque::catalog::search
