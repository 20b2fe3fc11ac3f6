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

}  // namespace

struct IndexBuilder::State {
    struct Posting {
        std::uint32_t term;
        std::uint8_t impact;
    };
    /// A short text that many documents have, cut once.
    using Numbers = std::vector<std::uint32_t>;

    explicit State(Abilities wanted) : index(std::make_shared<Index>()) {
        index->abilities_ = wanted;
        index->vocabulary_ = Vocabulary{wanted.stemming};
    }

    const Numbers& cut(const Piece& piece);
    void cut_into(const Piece& piece, Numbers& words);
    void add_piece(const Piece& piece);
    /// Ends a language: of several translations, the one that says a term most counts.
    void end_language();

    std::shared_ptr<Index> index;
    Stemmers stemmers;
    std::unordered_map<std::string, Numbers> known_texts;
    Numbers words_of_piece;
    std::vector<float> in_language;  // by term, of the document being added
    std::vector<float> in_document;
    std::vector<std::uint32_t> terms_in_language;
    std::vector<std::uint32_t> terms_in_document;
    std::vector<Posting> postings;
    std::vector<std::uint32_t> ends;  // of each document in `postings`
    std::vector<double> popularities;
};

IndexBuilder::IndexBuilder(Abilities abilities) : state_(std::make_unique<State>(abilities)) {}
IndexBuilder::~IndexBuilder() = default;

void IndexBuilder::State::cut_into(const Piece& piece, Numbers& words) {
    words.clear();
    const std::string text = folded_text(piece.text);
    WordCutter cutter{text};
    std::string_view word;
    bool joined = false;
    std::string before;
    while (cutter.next(word, joined)) {
        words.push_back(index->vocabulary_.add(word));
        // "t-shirt" is also found as "tshirt".
        if (joined && !before.empty()) words.push_back(index->vocabulary_.add(before + std::string{word}));
        before = word;
    }
}

const IndexBuilder::State::Numbers& IndexBuilder::State::cut(const Piece& piece) {
    if (piece.field == Field::name || piece.field == Field::description) {
        cut_into(piece, words_of_piece);
        return words_of_piece;
    }
    const auto [known, added] = known_texts.try_emplace(std::string{piece.text});
    if (added) cut_into(piece, known->second);
    return known->second;
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
        }
        if (in_language[term] == 0) terms_in_language.push_back(term);
        in_language[term] += weight;
    }
}

void IndexBuilder::State::end_language() {
    for (const auto term : terms_in_language) {
        if (in_document[term] == 0) terms_in_document.push_back(term);
        in_document[term] = std::max(in_document[term], in_language[term]);
        in_language[term] = 0;
    }
    terms_in_language.clear();
}

void IndexBuilder::add(const Document& document) {
    auto& state = *state_;
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
        state.postings.push_back({term, static_cast<std::uint8_t>(std::max(1.0F, std::round(impact)))});
        state.in_document[term] = 0;
    }
    state.terms_in_document.clear();
    state.ends.push_back(static_cast<std::uint32_t>(state.postings.size()));
    state.index->keys_.push_back(document.key);
    state.popularities.push_back(document.popularity);
}

std::shared_ptr<const Index> IndexBuilder::finish() {
    auto& state = *state_;
    auto& index = *state.index;
    index.vocabulary_.finish(index.abilities_.typos, index.abilities_.alphabets);
    // Documents' terms become terms' documents by counting.
    index.starts_.assign(index.vocabulary_.term_count() + 1, 0);
    for (const auto& posting : state.postings) ++index.starts_[posting.term + 1];
    for (std::size_t i = 1; i < index.starts_.size(); ++i) index.starts_[i] += index.starts_[i - 1];
    index.documents_.resize(state.postings.size());
    index.impacts_.resize(state.postings.size());
    auto next = index.starts_;
    std::size_t i = 0;
    for (std::uint32_t document = 0; document < state.ends.size(); ++document) {
        for (; i < state.ends[document]; ++i) {
            const auto place = next[state.postings[i].term]++;
            index.documents_[place] = document;
            index.impacts_[place] = state.postings[i].impact;
        }
    }
    const double most = state.popularities.empty() ? 0 : std::ranges::max(state.popularities);
    for (const double popularity : state.popularities) {
        index.priors_.push_back(most > 0 ? static_cast<float>(std::log1p(std::max(0.0, popularity)) / std::log1p(most))
                                         : 0);
    }
    auto done = std::move(state.index);
    state_.reset();
    return done;
}

std::size_t Index::memory_bytes() const {
    const std::size_t numbers = keys_.capacity() + priors_.capacity() + starts_.capacity() + documents_.capacity();
    return vocabulary_.memory_bytes() + numbers * sizeof(std::uint32_t) + impacts_.capacity();
}

}  // namespace marque::catalog::search
