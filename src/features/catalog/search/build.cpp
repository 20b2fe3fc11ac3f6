// From texts to postings: each term's weight in a document is found here once (BM25 over weighted fields), so that a
// query only adds numbers up.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "features/catalog/search/search.h"
#include "features/catalog/search/words.h"

namespace marque::catalog::search {
namespace {

struct FieldRule {
    float weight;
    /// How many words the field usually has, and how much a longer text makes one of its words count less (0 to 1).
    float usual_words;
    float length_matters;
    /// Do its words matter enough to be offered and taken for the right spelling?
    bool matters;
};

constexpr std::array<FieldRule, field_count> rules{{
    {3.0F, 8, 0.3F, true},    // name
    {2.5F, 2, 0, true},       // brand
    {2.0F, 3, 0, true},       // category
    {1.5F, 3, 0, true},       // color
    {0.8F, 6, 0, false},      // size
    {0.6F, 12, 0.3F, true},   // feature
    {0.4F, 60, 0.5F, false},  // description
}};

/// Where the gain of saying a word again flattens.
constexpr float saturation = 1.2F;
constexpr float other_language = 0.3F;

}  // namespace

struct IndexBuilder::State {
    struct Posting {
        std::uint32_t term;
        std::uint8_t impact;
        bool said;
    };
    /// A short text that many documents have, cut once.
    using Numbers = std::vector<std::uint32_t>;

    explicit State(Abilities wanted) : index(std::make_shared<Index>()) {
        index->abilities_ = wanted;
        index->vocabulary_ = Vocabulary{wanted.stemming};
    }
    explicit State(std::shared_ptr<const Index> old) : State(old->abilities_) {
        base = std::move(old);
        index->vocabulary_ = base->vocabulary_;
        index->known_ = base->known_;
        index->most_popular_ = base->most_popular_;
        index->gone_ = base->gone_;
        for (std::uint32_t i = 0; i < base->known_.size(); ++i) {
            if (base->known_[i].key != none) documents_by_key.emplace(base->known_[i].key, i);
        }
    }

    const Numbers& cut(const Piece& piece);
    void cut_into(const Piece& piece, Numbers& words);
    void add_piece(const Piece& piece);
    /// Ends a language: of several translations, the one that says a term most counts, the others a little.
    void end_language();
    void place_postings();

    std::shared_ptr<Index> index;
    /// What is built upon, or null; its documents by key.
    std::shared_ptr<const Index> base;
    std::unordered_map<std::uint32_t, std::uint32_t> documents_by_key;
    Stemmers stemmers;
    StringTable known_texts;
    std::vector<Numbers> words_of_texts;
    Numbers words_of_piece;
    std::string folded;
    std::vector<float> in_language;  // by term, of the document being added
    std::vector<float> in_document;
    std::vector<bool> said;  // by term: somewhere else than in a description
    std::vector<std::uint32_t> terms_in_language;
    std::vector<std::uint32_t> terms_in_document;
    std::vector<Posting> postings;
    std::vector<std::uint32_t> ends;  // of each document in `postings`
    std::vector<double> popularities;
};

IndexBuilder::IndexBuilder(Abilities abilities) : state_(std::make_unique<State>(abilities)) {}
IndexBuilder::IndexBuilder(std::shared_ptr<const Index> base) : state_(std::make_unique<State>(std::move(base))) {}
IndexBuilder::~IndexBuilder() = default;

void IndexBuilder::State::cut_into(const Piece& piece, Numbers& words) {
    words.clear();
    fold_text(piece.text, folded);
    WordCutter cutter{folded};
    std::string_view word;
    bool joined = false;
    std::string before;
    while (cutter.next(word, joined)) {
        words.push_back(index->vocabulary_.add(word));
        // "t-shirt" is also found as "tshirt".
        if (joined && !before.empty()) words.push_back(index->vocabulary_.add_joined(before, word));
        before = word;
    }
}

const IndexBuilder::State::Numbers& IndexBuilder::State::cut(const Piece& piece) {
    if (piece.field == Field::name || piece.field == Field::description) {
        cut_into(piece, words_of_piece);
        return words_of_piece;
    }
    const auto number = known_texts.add(piece.text);
    if (number == words_of_texts.size()) cut_into(piece, words_of_texts.emplace_back());
    return words_of_texts[number];
}

void IndexBuilder::State::add_piece(const Piece& piece) {
    const auto& rule = rules[static_cast<std::size_t>(piece.field)];
    const auto& words = cut(piece);
    const float length = static_cast<float>(words.size()) / rule.usual_words;
    const float weight = rule.weight / (1 - rule.length_matters + rule.length_matters * length);
    for (const auto word : words) {
        if (rule.matters) index->vocabulary_.count(word);
        const auto term = index->vocabulary_.term_of(word, piece.tongue, stemmers);
        if (term >= in_language.size()) {
            in_language.resize(term + 1024);
            in_document.resize(term + 1024);
            said.resize(term + 1024);
        }
        if (piece.field != Field::description) said[term] = true;
        if (in_language[term] == 0) terms_in_language.push_back(term);
        in_language[term] += weight;
    }
}

void IndexBuilder::State::end_language() {
    for (const auto term : terms_in_language) {
        auto& before = in_document[term];
        const float now = in_language[term];
        if (before == 0) terms_in_document.push_back(term);
        before = std::max(before, now) + other_language * std::min(before, now);
        in_language[term] = 0;
    }
    terms_in_language.clear();
}

void IndexBuilder::remove(std::uint32_t key) {
    auto& state = *state_;
    const auto known = state.documents_by_key.find(key);
    if (known == state.documents_by_key.end()) return;
    // Its postings stay and are passed over; whoever builds upon builds anew when that becomes too many.
    state.index->known_[known->second].key = none;
    ++state.index->gone_;
    state.documents_by_key.erase(known);
}

void IndexBuilder::add(const Document& document) {
    auto& state = *state_;
    remove(document.key);
    std::uint8_t language = document.pieces.empty() ? std::uint8_t{0} : document.pieces.front().language;
    for (const auto& piece : document.pieces) {
        if (piece.language != language) state.end_language();
        language = piece.language;
        state.add_piece(piece);
    }
    state.end_language();
    for (const auto term : state.terms_in_document) {
        const float said = state.in_document[term];
        const float impact = said / (saturation + said) * 255;
        state.postings.push_back(
            {term, static_cast<std::uint8_t>(std::max(1.0F, std::round(impact))), state.said[term]});
        state.said[term] = false;
        state.in_document[term] = 0;
    }
    state.terms_in_document.clear();
    state.ends.push_back(static_cast<std::uint32_t>(state.postings.size()));
    state.index->known_.push_back({document.key, 0});
    state.popularities.push_back(document.popularity);
}

void IndexBuilder::State::place_postings() {
    // Documents' terms become terms' documents by counting, twice: first those that say a term, then the others. What
    // is built upon comes first in each part, so that documents stay ascending.
    const auto terms = index->vocabulary_.term_count();
    const auto old_terms = base ? base->vocabulary_.term_count() : 0;
    const auto old = [&](std::uint32_t term, Index::Part part) {
        return term < old_terms ? base->postings(term, part) : Index::Postings{};
    };
    std::vector<std::uint32_t> saying(terms, 0);
    std::vector<std::uint32_t> mentioning(terms, 0);
    for (const auto& posting : postings) ++(posting.said ? saying : mentioning)[posting.term];
    auto& starts = index->starts_;
    auto& middles = index->middles_;
    starts.assign(terms + 1, 0);
    middles.resize(terms);
    for (std::uint32_t term = 0; term < terms; ++term) {
        const auto said_before = old(term, Index::Part::said).size;
        const auto mentioned_before = old(term, Index::Part::mentioned).size;
        middles[term] = static_cast<std::uint32_t>(starts[term] + said_before + saying[term]);
        starts[term + 1] = static_cast<std::uint32_t>(middles[term] + mentioned_before + mentioning[term]);
    }
    index->documents_.resize(starts.back());
    index->impacts_.resize(starts.back());
    const auto copy = [&](Index::Postings list, std::uint32_t place) {
        std::copy_n(list.documents, list.size, index->documents_.begin() + place);
        std::copy_n(list.impacts, list.size, index->impacts_.begin() + place);
        return static_cast<std::uint32_t>(place + list.size);
    };
    for (std::uint32_t term = 0; term < terms; ++term) {
        saying[term] = copy(old(term, Index::Part::said), starts[term]);
        mentioning[term] = copy(old(term, Index::Part::mentioned), middles[term]);
    }
    auto document = static_cast<std::uint32_t>(index->known_.size() - ends.size());
    std::size_t i = 0;
    for (const auto end : ends) {
        for (; i < end; ++i) {
            const auto& posting = postings[i];
            const auto place = (posting.said ? saying : mentioning)[posting.term]++;
            index->documents_[place] = document;
            index->impacts_[place] = posting.impact;
        }
        ++document;
    }
}

std::shared_ptr<const Index> IndexBuilder::finish() {
    auto& state = *state_;
    auto& index = *state.index;
    index.vocabulary_.finish(index.abilities_.typos, index.abilities_.alphabets);
    state.place_postings();
    for (const double popularity : state.popularities) {
        if (!state.base) index.most_popular_ = std::max(index.most_popular_, popularity);
    }
    const std::size_t first = index.known_.size() - state.popularities.size();
    for (std::size_t i = 0; index.most_popular_ > 0 && i < state.popularities.size(); ++i) {
        const double popularity = std::clamp(state.popularities[i], 0.0, index.most_popular_);
        index.known_[first + i].prior = static_cast<float>(std::log1p(popularity) / std::log1p(index.most_popular_));
    }
    auto done = std::move(state.index);
    state_.reset();
    return done;
}

std::size_t Index::memory_bytes() const {
    const std::size_t numbers = starts_.capacity() + middles_.capacity() + documents_.capacity();
    return vocabulary_.memory_bytes() + known_.capacity() * sizeof(Known) + numbers * sizeof(std::uint32_t) +
           impacts_.capacity();
}

}  // namespace marque::catalog::search
