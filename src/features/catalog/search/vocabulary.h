#pragma once
// All words of an index and the ways to find them: as they stand, by stem, by prefix, in another alphabet, misspelled.

#include <array>
#include <span>

#include "features/catalog/search/stemmers.h"
#include "features/catalog/search/table.h"
#include "features/catalog/search/typos.h"

namespace marque::catalog::search {

/// A term of the index that a word of a query may stand for, and how sure that is (0 to 1).
struct Expansion {
    std::uint32_t term = none;
    float weight = 1;
};

/// A word that is found when another was typed, and the number of letters between them.
struct Candidate {
    std::uint32_t word = none;
    int errors = 0;
};

/// Adds a term, or raises the weight of one that is there; `none` is passed over.
void add_expansion(std::vector<Expansion>& found, std::uint32_t term, float weight);

class Vocabulary {
public:
    explicit Vocabulary(bool stemming = true) : stemming_(stemming) {}
    /// The word's number; its term for texts of this tongue comes to be with it.
    std::uint32_t add(std::string_view word);
    /// The word of two that a hyphen joins ("t-shirt" is also found as "tshirt").
    std::uint32_t add_joined(std::string_view first, std::string_view second);
    std::uint32_t term_of(std::uint32_t word, Tongue tongue, const Stemmers& stemmers);
    /// Counts an occurrence where it matters: in a name, a brand, a category, a colour.
    void count(std::uint32_t word) { ++uses_[word]; }
    /// Makes prefixes, alphabets and misspellings findable; again after more words were added.
    void finish(bool typos, bool alphabets);

    [[nodiscard]] std::uint32_t find(std::string_view word) const { return words_.find(word); }
    [[nodiscard]] std::uint32_t find_term(std::string_view term) const { return terms_.find(term); }
    [[nodiscard]] std::string_view word(std::uint32_t number) const { return words_[number]; }
    /// As people write it: a joined word that stands nowhere without its hyphen gets it back.
    [[nodiscard]] std::string spelled(std::uint32_t word) const;
    [[nodiscard]] std::uint32_t uses(std::uint32_t word) const { return uses_[word]; }
    /// The word's terms, by tongue; `none` where it does not occur in one.
    [[nodiscard]] const std::array<std::uint32_t, 2>& terms(std::uint32_t word) const { return terms_of_[word]; }
    [[nodiscard]] std::uint32_t word_count() const { return words_.size(); }
    [[nodiscard]] std::uint32_t term_count() const { return terms_.size(); }

    /// Terms of the word as it stands and of what remains without its endings in any of the languages; each once.
    void find_forms(std::string_view word, const Stemmers& stemmers, std::vector<Expansion>& found) const;
    /// Words that begin so, in alphabetical order; only such as matter.
    [[nodiscard]] std::span<const std::uint32_t> with_prefix(std::string_view prefix) const;
    /// Words that sound the same, whatever alphabet they are in; only such as matter.
    void find_sounding(std::string_view skeleton, std::vector<std::uint32_t>& words) const;
    /// Words whose beginning sounds so.
    void find_sounding_prefix(std::string_view skeleton, std::vector<std::uint32_t>& words) const;
    /// Words that matter with the fewest typing errors, at most `errors`.
    void find_misspelled(std::string_view word, int errors, std::vector<Candidate>& found) const;
    /// Words whose beginning is the given one with an error.
    void find_misspelled_prefix(std::string_view prefix, std::vector<Candidate>& found) const;
    /// Words that sound like the given one but for one sound.
    void find_misheard(std::string_view skeleton, std::vector<Candidate>& found) const;

    [[nodiscard]] std::size_t memory_bytes() const;

private:
    void finish_skeletons(bool typos);

    bool stemming_;
    StringTable words_;
    StringTable terms_;
    std::vector<std::array<std::uint32_t, 2>> terms_of_;
    std::vector<std::uint32_t> uses_;
    std::vector<std::uint16_t> hyphens_;  // by word: the bytes before its hyphen, 0 without
    std::vector<std::uint32_t> sorted_;
    /// By word: stands in `misspelled_`.
    std::vector<bool> listed_;
    StringTable skeletons_;
    std::vector<std::uint32_t> sorted_skeletons_;
    /// Words by skeleton: those of skeleton i are sounding_[sounding_starts_[i]…sounding_starts_[i + 1]).
    std::vector<std::uint32_t> sounding_;
    std::vector<std::uint32_t> sounding_starts_;
    TypoIndex misspelled_{2};
    TypoIndex misheard_{1};
};

}  // namespace marque::catalog::search
