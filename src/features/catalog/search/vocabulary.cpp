// Look-ups over the words; what is rare and costly to find stands in two typo indexes.
#include "features/catalog/search/vocabulary.h"

#include <algorithm>

#include "features/catalog/search/kyrgyz.h"
#include "features/catalog/search/skeleton.h"
#include "features/catalog/search/words.h"

namespace marque::catalog::search {
namespace {

/// Shorter words have neighbours everywhere.
constexpr std::size_t misspelled_letters_min = 3;
/// Another form of the word that was typed.
constexpr float form_weight = 0.95F;

std::u32string sounds_of(std::string_view skeleton) { return {skeleton.begin(), skeleton.end()}; }

bool has_digit(std::string_view word) { return word.find_first_of("0123456789") != std::string_view::npos; }

/// Keeps the candidates with the fewest errors.
void keep_best(std::vector<Candidate>& found) {
    if (found.empty()) return;
    const int least = std::ranges::min_element(found, {}, &Candidate::errors)->errors;
    std::erase_if(found, [&](const Candidate& candidate) { return candidate.errors > least; });
}

std::vector<std::uint32_t>& scratch() {
    thread_local std::vector<std::uint32_t> numbers;
    return numbers;
}

}  // namespace

std::uint32_t Vocabulary::add(std::string_view word) {
    const auto number = words_.add(word);
    if (number == terms_of_.size()) {
        terms_of_.push_back({none, none});
        uses_.push_back(0);
        hyphens_.push_back(0);
    }
    hyphens_[number] = 0;
    return number;
}

std::uint32_t Vocabulary::add_joined(std::string_view first, std::string_view second) {
    const auto known = words_.size();
    const auto number = words_.add(std::string{first} + std::string{second});
    if (number < known) return number;
    terms_of_.push_back({none, none});
    uses_.push_back(0);
    hyphens_.push_back(static_cast<std::uint16_t>(first.size()));
    return number;
}

std::string Vocabulary::spelled(std::uint32_t word) const {
    std::string text{words_[word]};
    if (hyphens_[word] > 0) text.insert(hyphens_[word], 1, '-');
    return text;
}

std::uint32_t Vocabulary::term_of(std::uint32_t word, Tongue tongue, const Stemmers& stemmers) {
    auto& term = terms_of_[word][static_cast<std::size_t>(tongue)];
    if (term == none) {
        // By way of a copy: the tables may move while a term is added.
        const std::string text{words_[word]};
        term = terms_.add(stemming_ ? stemmers.term(text, tongue) : text);
    }
    return term;
}

void Vocabulary::finish(bool typos, bool alphabets) {
    sorted_.clear();
    for (std::uint32_t word = 0; word < words_.size(); ++word) {
        if (uses_[word] > 0) sorted_.push_back(word);
    }
    std::ranges::sort(sorted_, {}, [&](std::uint32_t word) { return words_[word]; });
    listed_.resize(words_.size());
    for (const auto word : sorted_) {
        if (!typos || listed_[word]) continue;
        listed_[word] = true;
        const auto letters = letters_of(words_[word]);
        if (letters.size() >= misspelled_letters_min && !has_digit(words_[word])) misspelled_.add(letters, word);
    }
    misspelled_.finish();
    if (alphabets) finish_skeletons(typos);
}

void Vocabulary::finish_skeletons(bool typos) {
    const auto known_before = skeletons_.size();
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const auto word : sorted_) {
        const auto skeleton = skeleton_of(words_[word]);
        if (skeleton.size() >= 2 && !has_digit(skeleton)) pairs.emplace_back(skeletons_.add(skeleton), word);
    }
    std::ranges::sort(pairs);
    sounding_.clear();
    sounding_starts_.assign(skeletons_.size() + 1, 0);
    for (const auto& [skeleton, word] : pairs) {
        ++sounding_starts_[skeleton + 1];
        sounding_.push_back(word);
    }
    for (std::size_t i = 1; i < sounding_starts_.size(); ++i) sounding_starts_[i] += sounding_starts_[i - 1];
    for (std::uint32_t skeleton = known_before; skeleton < skeletons_.size(); ++skeleton) {
        sorted_skeletons_.push_back(skeleton);
        const auto sounds = sounds_of(skeletons_[skeleton]);
        if (typos && sounds.size() >= misspelled_letters_min) misheard_.add(sounds, skeleton);
    }
    std::ranges::sort(sorted_skeletons_, {}, [&](std::uint32_t skeleton) { return skeletons_[skeleton]; });
    misheard_.finish();
}

void add_expansion(std::vector<Expansion>& found, std::uint32_t term, float weight) {
    if (term == none) return;
    const auto same = std::ranges::find(found, term, &Expansion::term);
    if (same == found.end()) {
        found.push_back({term, weight});
    } else {
        same->weight = std::max(same->weight, weight);
    }
}

void Vocabulary::find_forms(std::string_view word, const Stemmers& stemmers, std::vector<Expansion>& found) const {
    const auto add_word = [&](std::string_view text, float weight) {
        const auto number = words_.find(text);
        if (number == none) return;
        for (const auto term : terms_of_[number]) add_expansion(found, term, weight);
    };
    add_word(word, 1.0F);
    if (!stemming_) return;
    add_expansion(found, terms_.find(stemmers.term(word, Tongue::other)), form_weight);
    if (!is_cyrillic(word)) return;
    // "юбок", "рубашек": the vowel comes and goes, and Snowball keeps it.
    if (word.size() >= 8 && (word.ends_with("ок") || word.ends_with("ек"))) {
        const std::string stem = std::string{word.substr(0, word.size() - 4)} + "к";
        add_expansion(found, terms_.find(stem), form_weight);
    }
    add_expansion(found, terms_.find(stemmers.term(word, Tongue::kyrgyz)), form_weight);
    add_word(kyrgyz_stem(word), form_weight);
}

std::span<const std::uint32_t> Vocabulary::with_prefix(std::string_view prefix) const {
    const auto before = [&](std::uint32_t word) { return words_[word] < prefix; };
    const auto within = [&](std::uint32_t word) { return words_[word].starts_with(prefix); };
    const auto first = std::partition_point(sorted_.begin(), sorted_.end(), before);
    const auto last = std::partition_point(first, sorted_.end(), within);
    return {first, last};
}

void Vocabulary::find_sounding(std::string_view skeleton, std::vector<std::uint32_t>& words) const {
    words.clear();
    const auto number = skeletons_.find(skeleton);
    if (number == none) return;
    words.assign(sounding_.begin() + sounding_starts_[number], sounding_.begin() + sounding_starts_[number + 1]);
}

void Vocabulary::find_sounding_prefix(std::string_view skeleton, std::vector<std::uint32_t>& words) const {
    words.clear();
    const auto before = [&](std::uint32_t number) { return skeletons_[number] < skeleton; };
    for (auto i = std::partition_point(sorted_skeletons_.begin(), sorted_skeletons_.end(), before);
         i != sorted_skeletons_.end() && skeletons_[*i].starts_with(skeleton); ++i) {
        words.insert(words.end(), sounding_.begin() + sounding_starts_[*i],
                     sounding_.begin() + sounding_starts_[*i + 1]);
    }
}

void Vocabulary::find_misspelled(std::string_view word, int errors, std::vector<Candidate>& found) const {
    found.clear();
    const auto letters = letters_of(word);
    auto& numbers = scratch();
    misspelled_.find(letters, errors, numbers);
    for (const auto number : numbers) {
        const int distance = typing_errors(letters, letters_of(words_[number]), errors);
        if (distance <= errors) found.push_back({number, distance});
    }
    keep_best(found);
}

void Vocabulary::find_misspelled_prefix(std::string_view prefix, std::vector<Candidate>& found) const {
    found.clear();
    const auto letters = letters_of(prefix);
    auto& numbers = scratch();
    misspelled_.find(letters, 1, numbers);
    for (const auto number : numbers) {
        const auto whole = letters_of(words_[number]);
        for (std::size_t length = letters.size() - 1; length <= letters.size() + 1; ++length) {
            if (length >= whole.size()) break;
            if (typing_errors(letters, std::u32string_view{whole}.substr(0, length), 1) > 1) continue;
            found.push_back({number, 1});
            break;
        }
    }
}

void Vocabulary::find_misheard(std::string_view skeleton, std::vector<Candidate>& found) const {
    found.clear();
    const auto sounds = sounds_of(skeleton);
    auto& numbers = scratch();
    misheard_.find(sounds, 1, numbers);
    for (const auto number : numbers) {
        const int distance = typing_errors(sounds, sounds_of(skeletons_[number]), 1);
        if (distance > 1) continue;
        for (std::uint32_t i = sounding_starts_[number]; i < sounding_starts_[number + 1]; ++i) {
            found.push_back({sounding_[i], distance});
        }
    }
    keep_best(found);
}

std::size_t Vocabulary::memory_bytes() const {
    const std::size_t numbers = sorted_skeletons_.capacity() + uses_.capacity() + sorted_.capacity() +
                                sounding_.capacity() + sounding_starts_.capacity();
    return words_.memory_bytes() + terms_.memory_bytes() + skeletons_.memory_bytes() + misspelled_.memory_bytes() +
           misheard_.memory_bytes() + terms_of_.capacity() * sizeof terms_of_[0] + numbers * sizeof(std::uint32_t) +
           hyphens_.capacity() * sizeof hyphens_[0];
}

}  // namespace marque::catalog::search
