// Adding up: each word's terms over their postings, then which documents have enough of the words.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "features/catalog/search/interpret.h"
#include "features/catalog/search/search.h"

namespace marque::catalog::search {
namespace {

/// With fewer complete matches a query of several words also brings the nearest others.
constexpr std::size_t enough = 10;
/// How much having more of the query counts beyond what the words themselves count.
constexpr float coverage_power = 2;
/// How much demand counts among documents that fit alike.
constexpr float prior_weight = 0.10F;
/// A word that is only described ("without a hood").
constexpr float not_required_weight = 0.3F;

}  // namespace

class Scorer {
public:
    Scorer(const Index& index, const Synonyms* synonyms, Scratch& scratch)
        : index_(index), synonyms_(synonyms), scratch_(scratch) {
        const std::size_t size = index.size();
        if (scratch.scores_.size() < size) {
            scratch.scores_.resize(size);
            scratch.added_.resize(size);
            scratch.words_.resize(size);
        }
    }

    void run(const Query& query, Found& found) {
        weights_.clear();
        required_ = 0;
        for (std::size_t i = 0; i < query.words.size(); ++i) {
            add_word(query.words[i], i);
            if (query.words[i].required) required_ |= bit(i);
        }
        collect(query, found);
        for (const auto document : scratch_.touched_) {
            scratch_.scores_[document] = 0;
            scratch_.words_[document] = 0;
        }
        scratch_.touched_.clear();
    }

private:
    static std::uint16_t bit(std::size_t word) { return static_cast<std::uint16_t>(1U << word); }

    [[nodiscard]] Index::Postings postings(std::uint32_t term) const {
        const auto own = index_.vocabulary().term_count();
        if (term < own) return index_.postings(term);
        const auto& joint = synonyms_->joint_[term - own];
        return {joint.documents.data(), joint.impacts.data(), joint.documents.size()};
    }

    void add_word(const QueryWord& word, std::size_t number) {
        std::size_t most = 0;
        for (const auto& [term, weight] : word.terms) most = std::max(most, postings(term).size);
        const auto all = static_cast<float>(index_.size());
        const auto having = static_cast<float>(most);
        // A word nobody has is as telling as can be: that it is missing must count.
        const float rarity = std::log(1 + (all - having + 0.5F) / (having + 0.5F));
        weights_.push_back(rarity);
        const std::uint16_t mask = bit(number);
        const float factor = rarity * (word.required ? 1 : not_required_weight) / 255;
        for (const auto& [term, weight] : word.terms) add_postings(postings(term), mask, factor * weight);
    }

    void add_postings(Index::Postings list, std::uint16_t mask, float factor) {
        float* scores = scratch_.scores_.data();
        float* added = scratch_.added_.data();
        std::uint16_t* words = scratch_.words_.data();
        for (std::size_t i = 0; i < list.size; ++i) {
            const std::uint32_t document = list.documents[i];
            const float score = factor * static_cast<float>(list.impacts[i]);
            const std::uint16_t had = words[document];
            if ((had & mask) == 0) {
                if (had == 0) scratch_.touched_.push_back(document);
                words[document] = static_cast<std::uint16_t>(had | mask);
                added[document] = score;
                scores[document] += score;
            } else if (score > added[document]) {
                // Of a word's terms the best one counts.
                scores[document] += score - added[document];
                added[document] = score;
            }
        }
    }

    [[nodiscard]] float weight_of(std::uint16_t mask) const {
        float sum = 0;
        for (unsigned left = mask; left != 0; left &= left - 1)
            sum += weights_[static_cast<std::size_t>(std::countr_zero(left))];
        return sum;
    }

    /// Which sets of words are enough: all; where few have all, also those that come nearest.
    [[nodiscard]] float least_coverage(const Query& query) const {
        std::size_t complete = 0;
        float nearest = 0;
        const float whole = weight_of(required_);
        for (const auto document : scratch_.touched_) {
            const auto had = static_cast<std::uint16_t>(scratch_.words_[document] & required_);
            if (had == required_) {
                ++complete;
            } else {
                nearest = std::max(nearest, weight_of(had) / whole);
            }
        }
        const auto words = std::popcount(static_cast<unsigned>(required_));
        if (complete >= enough || (complete > 0 && words <= 2) || words == 1 || query.words.empty()) return 1;
        return complete > 0 ? std::min(nearest, 0.5F) : nearest * 0.6F;
    }

    void collect(const Query& query, Found& found) {
        const float whole = weight_of(required_);
        const float least = least_coverage(query);
        std::uint16_t missing = 0;
        for (const auto document : scratch_.touched_) {
            const auto had = static_cast<std::uint16_t>(scratch_.words_[document] & required_);
            float coverage = 1;
            if (had == required_) {
                ++found.complete;
            } else {
                coverage = weight_of(had) / whole;
                if (had == 0 || coverage < least) continue;
                missing = static_cast<std::uint16_t>(missing | (required_ & ~had));
            }
            const float prior = 1 + prior_weight * index_.priors_[document];
            const float score = scratch_.scores_[document] * std::pow(coverage, coverage_power) * prior;
            found.matches.push_back({index_.keys_[document], score});
        }
        for (std::size_t i = 0; i < query.words.size(); ++i) {
            if ((missing & bit(i)) != 0) found.relaxed.push_back(query.words[i].typed);
        }
    }

    const Index& index_;
    const Synonyms* synonyms_;
    Scratch& scratch_;
    std::vector<float> weights_;
    std::uint16_t required_ = 0;
};

void Index::search(std::string_view query, const Synonyms* synonyms, Scratch& scratch, Found& found) const {
    found.matches.clear();
    found.complete = 0;
    found.corrected_query.clear();
    found.relaxed.clear();
    const auto read = Interpreter{*this, synonyms, scratch}.read(query);
    if (read.words.empty()) return;
    Scorer{*this, synonyms, scratch}.run(read, found);
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
    const auto middle = matches.begin() + static_cast<std::ptrdiff_t>(count);
    if (count * 8 < matches.size()) std::nth_element(matches.begin(), middle, matches.end(), better);
    std::sort(matches.begin(), count * 8 < matches.size() ? middle : matches.end(), better);
}

}  // namespace marque::catalog::search
