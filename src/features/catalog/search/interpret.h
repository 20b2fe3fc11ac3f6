#pragma once
// What the words of a query stand for: terms of the index, each with how sure that is.

#include "features/catalog/search/search.h"

namespace marque::catalog::search {

struct QueryWord {
    /// As typed, folded; and as understood, where that is another spelling.
    std::string typed;
    std::string understood;
    std::vector<Expansion> terms;
    /// Words of the index it may be, or may begin; not all where it stands there itself.
    std::vector<std::uint32_t> words;
    /// A word that says what is not wanted, or only joins others: found or not, documents match.
    bool required = true;
};

struct Query {
    std::vector<QueryWord> words;
    bool corrected = false;
};

/// Cuts a query and finds each word's terms, from the surest reading to the boldest: as typed, other forms, another
/// alphabet, the beginning of a word, another keyboard layout, two words run together, a misspelling.
class Interpreter {
public:
    /// `wants_words`: fills QueryWord::words of words that were only begun.
    Interpreter(const Index& index, const Synonyms* synonyms, Scratch& scratch, bool wants_words = false)
        : index_(index),
          vocabulary_(index.vocabulary()),
          synonyms_(synonyms),
          scratch_(scratch),
          wants_words_(wants_words) {}
    [[nodiscard]] Query read(std::string_view text);

private:
    using Words = std::vector<QueryWord>;
    /// The words between two spaces; several where punctuation stands between them.
    void read_chunk(std::string_view chunk, bool last, Query& query);
    /// False where a word of the chunk was found in none of the safe ways.
    bool read_safely(std::string_view chunk, bool last, Words& words) const;
    bool find_safely(QueryWord& word, bool last) const;
    bool find_prefix(QueryWord& word) const;
    void add_most_used(QueryWord& word, std::span<const std::uint32_t> words, float weight) const;
    bool find_parts(const QueryWord& word, Words& words) const;
    bool find_misspelled(QueryWord& word, bool last) const;
    void add_right_spelling(QueryWord& word) const;
    void take(QueryWord& word, std::vector<Candidate>& candidates, float weight) const;
    void add_word_terms(QueryWord& word, std::uint32_t number, float weight) const;
    void join_hyphenated(Words& words) const;
    void join_neighbours(Words& words) const;
    void forget_small_words(Words& words) const;
    void add_synonyms(Words& words) const;

    const Index& index_;
    const Vocabulary& vocabulary_;
    const Synonyms* synonyms_;
    Scratch& scratch_;
    bool wants_words_;
};

}  // namespace marque::catalog::search
