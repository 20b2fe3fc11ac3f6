// The ladder of readings. What is surer is tried first and ends the search, so that a correct query is never
// "corrected".
#include "features/catalog/search/interpret.h"

#include <algorithm>

#include "features/catalog/search/layout.h"
#include "features/catalog/search/skeleton.h"
#include "features/catalog/search/small_words.h"
#include "features/catalog/search/words.h"

namespace marque::catalog::search {
namespace {

/// More words are more than anybody types; the rest is passed over.
constexpr std::size_t words_max = 12;
/// Bytes of a query that are looked at.
constexpr std::size_t query_bytes_max = 400;
constexpr std::size_t expansions_max = 24;
constexpr std::size_t prefix_terms_max = 16;
/// Fewer sounds begin too many words of any alphabet.
constexpr std::size_t sounds_min = 3;
/// Looking further among the words that begin with one letter changes little.
constexpr std::size_t prefix_words_max = 4'000;

// How sure a reading is.
constexpr float other_alphabet = 0.85F;
constexpr float beginning = 0.7F;
constexpr float beginning_beside_forms = 0.5F;
constexpr float one_error = 0.75F;
constexpr float two_errors = 0.55F;
constexpr float beside_a_rare_word = 0.4F;
constexpr float synonym = 0.8F;

std::size_t letter_count(std::string_view word) {
    return static_cast<std::size_t>(
        std::ranges::count_if(word, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

int errors_allowed(std::size_t letters) { return letters >= 8 ? 2 : letters >= 4 ? 1 : 0; }

bool has_digit(std::string_view word) { return word.find_first_of("0123456789") != std::string_view::npos; }

void keep_surest(std::vector<Expansion>& terms) {
    if (terms.size() <= expansions_max) return;
    std::ranges::sort(terms, std::ranges::greater{},
                      [](const Expansion& one) { return std::pair{one.weight, one.term}; });
    terms.resize(expansions_max);
}

}  // namespace

Query Interpreter::read(std::string_view text) {
    Query query;
    text = text.substr(0, query_bytes_max);
    while (query.words.size() < words_max) {
        const auto start = text.find_first_not_of(" \t\r\n\v\f");
        if (start == std::string_view::npos) break;
        text.remove_prefix(start);
        const auto chunk = text.substr(0, text.find_first_of(" \t\r\n\v\f"));
        text.remove_prefix(chunk.size());
        const bool last = text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
        read_chunk(chunk, last, query);
    }
    if (query.words.size() > words_max) query.words.resize(words_max);
    join_neighbours(query.words);
    forget_small_words(query.words);
    if (synonyms_ != nullptr) add_synonyms(query.words);
    for (auto& word : query.words) keep_surest(word.terms);
    return query;
}

void Interpreter::read_chunk(std::string_view chunk, bool last, Query& query) {
    Words words;
    Words swapped;
    const bool safe = read_safely(chunk, last, words);
    const auto accept = [&](Words& chosen) { std::ranges::move(chosen, std::back_inserter(query.words)); };
    if (safe) return accept(words);
    const std::string typed = words_of(chunk).empty() ? std::string{chunk} : folded_text(chunk);
    const std::string other = index_.abilities().layouts ? other_layout(chunk) : std::string{};
    if (!other.empty() && read_safely(other, last, swapped) && !swapped.empty()) {
        for (auto& word : swapped) word.understood = word.understood.empty() ? word.typed : word.understood;
        query.corrected = true;
        return accept(swapped);
    }
    Words corrected;
    bool found_all = true;
    for (auto& word : words) {
        const bool is_last = last && &word == &words.back();
        if (!word.terms.empty() || is_small_word(word.typed)) {
            corrected.push_back(std::move(word));
        } else if (find_parts(word, corrected) || find_misspelled(word, is_last)) {
            query.corrected = true;
            if (!word.terms.empty()) corrected.push_back(std::move(word));
        } else {
            found_all = false;
            corrected.push_back(std::move(word));
        }
    }
    if (!found_all && !swapped.empty()) {
        // The wrong layout and a slip besides.
        bool all = true;
        for (auto& word : swapped) {
            if (word.terms.empty()) all = find_misspelled(word, false) && all;
            if (word.understood.empty()) word.understood = word.typed;
        }
        if (all) {
            query.corrected = true;
            return accept(swapped);
        }
    }
    accept(corrected);
}

bool Interpreter::read_safely(std::string_view chunk, bool last, Words& words) const {
    bool safe = true;
    bool any = false;
    auto cut = words_of(chunk);
    for (std::size_t i = 0; i < cut.size() && words.size() < words_max; ++i) {
        QueryWord word{.typed = cut[i].text};
        if (cut[i].joined && !words.empty()) {
            // "t-shirt" is one word where the index knows it so.
            QueryWord joint{.typed = words.back().typed + word.typed};
            vocabulary_.find_forms(joint.typed, scratch_.stemmers_, joint.terms);
            if (!joint.terms.empty()) {
                std::vector<Expansion> parts;
                vocabulary_.find_forms(word.typed, scratch_.stemmers_, parts);
                for (const auto& part : parts) add_expansion(joint.terms, part.term, part.weight * beginning);
                words.back() = std::move(joint);
                continue;
            }
        }
        any = true;
        const bool found = find_safely(word, last && i + 1 == cut.size()) || is_small_word(word.typed);
        safe = safe && found;
        words.push_back(std::move(word));
    }
    return safe && (any || cut.empty());
}

void Interpreter::add_word_terms(QueryWord& word, std::uint32_t number, float weight) const {
    for (const auto term : vocabulary_.terms(number)) add_expansion(word.terms, term, weight);
    word.words.push_back(number);
}

bool Interpreter::find_safely(QueryWord& word, bool last) const {
    vocabulary_.find_forms(word.typed, scratch_.stemmers_, word.terms);
    const auto number = vocabulary_.find(word.typed);
    const bool matters = number != none && vocabulary_.uses(number) > 0;
    if (matters) return true;
    if (!word.terms.empty()) {
        // A form of a known word, or one that only descriptions have: the beginning of another may be meant as well.
        if (last && number == none) find_prefix(word);
        // And what only a description says may be a misspelling there as here.
        if (number != none) add_right_spelling(word);
        return true;
    }
    if (synonyms_ != nullptr) {
        synonyms_->find_own(word.typed, scratch_.stemmers_, word.terms);
        if (!word.terms.empty()) return true;
    }
    if (index_.abilities().alphabets) {
        std::vector<std::uint32_t> sounding;
        for (const auto& skeleton : skeletons_of(word.typed)) {
            vocabulary_.find_sounding(skeleton, sounding);
            for (const auto found : sounding) {
                // Within English "ski" is not another way to write "sky".
                if (is_latin(word.typed) && is_latin(vocabulary_.word(found))) continue;
                add_word_terms(word, found, other_alphabet);
            }
        }
        // A romanised form of a word: its stem, once it is written in its own letters, is that of the words found.
        if (!word.terms.empty()) return true;
    }
    return last && find_prefix(word);
}

bool Interpreter::find_prefix(QueryWord& word) const {
    const auto words = vocabulary_.with_prefix(word.typed);
    if (!words.empty()) {
        add_most_used(word, words, word.terms.empty() ? beginning : beginning_beside_forms);
        return true;
    }
    if (!index_.abilities().alphabets || !word.terms.empty()) return false;
    std::vector<std::uint32_t> sounding;
    for (const auto& skeleton : skeletons_of(word.typed)) {
        if (skeleton.size() < sounds_min) continue;
        vocabulary_.find_sounding_prefix(skeleton, sounding);
        if (!sounding.empty()) add_most_used(word, sounding, beginning_beside_forms);
    }
    return !word.terms.empty();
}

void Interpreter::add_most_used(QueryWord& word, std::span<const std::uint32_t> words, float weight) const {
    // The terms most used under the prefix.
    std::vector<std::pair<std::uint32_t, std::uint64_t>> uses;
    for (const auto number : words.first(std::min(words.size(), prefix_words_max))) {
        for (const auto term : vocabulary_.terms(number)) {
            if (term != none) uses.emplace_back(term, vocabulary_.uses(number));
        }
    }
    std::ranges::sort(uses);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> by_use;
    for (std::size_t i = 0; i < uses.size(); ++i) {
        if (i == 0 || uses[i].first != uses[i - 1].first) by_use.emplace_back(0, uses[i].first);
        by_use.back().first += uses[i].second;
    }
    const auto kept = std::min(by_use.size(), prefix_terms_max);
    std::ranges::partial_sort(by_use, by_use.begin() + static_cast<std::ptrdiff_t>(kept), std::ranges::greater{});
    for (std::size_t i = 0; i < kept; ++i) add_expansion(word.terms, by_use[i].second, weight);
    if (wants_words_) word.words.insert(word.words.end(), words.begin(), words.end());
}

bool Interpreter::find_parts(const QueryWord& word, Words& words) const {
    if (word.typed.size() < 6 || has_digit(word.typed)) return false;
    std::size_t best = 0;
    std::uint32_t best_uses = 0;
    for (std::size_t cut = 1; cut < word.typed.size(); ++cut) {
        if ((static_cast<unsigned char>(word.typed[cut]) & 0xC0U) == 0x80) continue;
        const auto left = std::string_view{word.typed}.substr(0, cut);
        const auto right = std::string_view{word.typed}.substr(cut);
        if (letter_count(left) < 3 || letter_count(right) < 3) continue;
        const auto one = vocabulary_.find(left);
        const auto other = vocabulary_.find(right);
        if (one == none || other == none) continue;
        const auto uses = std::min(vocabulary_.uses(one), vocabulary_.uses(other));
        if (uses > best_uses) {
            best_uses = uses;
            best = cut;
        }
    }
    if (best == 0) return false;
    for (const auto& part : {word.typed.substr(0, best), word.typed.substr(best)}) {
        QueryWord found{.typed = part, .understood = part};
        vocabulary_.find_forms(part, scratch_.stemmers_, found.terms);
        words.push_back(std::move(found));
    }
    return true;
}

void Interpreter::take(QueryWord& word, std::vector<Candidate>& candidates, float weight) const {
    // Rare words beside common ones are more likely somebody's misspelling in a text.
    const auto uses = [&](const Candidate& candidate) { return vocabulary_.uses(candidate.word); };
    std::ranges::sort(candidates, std::ranges::greater{}, uses);
    const auto most = uses(candidates.front());
    word.understood = vocabulary_.word(candidates.front().word);
    for (const auto& candidate : candidates) {
        if (uses(candidate) * 50 < most) break;
        add_word_terms(word, candidate.word, weight);
    }
}

void Interpreter::add_right_spelling(QueryWord& word) const {
    if (!index_.abilities().typos || has_digit(word.typed) || letter_count(word.typed) < 5) return;
    std::vector<Candidate> candidates;
    vocabulary_.find_misspelled(word.typed, 1, candidates);
    for (const auto& candidate : candidates) add_word_terms(word, candidate.word, beside_a_rare_word);
}

bool Interpreter::find_misspelled(QueryWord& word, bool last) const {
    if (!index_.abilities().typos || has_digit(word.typed)) return false;
    const auto letters = letter_count(word.typed);
    const int errors = errors_allowed(letters);
    if (errors == 0) return false;
    std::vector<Candidate> candidates;
    vocabulary_.find_misspelled(word.typed, errors, candidates);
    if (candidates.empty() || candidates.front().errors > 1) {
        std::vector<Candidate> heard;
        for (const auto& skeleton : skeletons_of(word.typed)) {
            if (skeleton.size() < 4) continue;
            vocabulary_.find_misheard(skeleton, heard);
            if (!heard.empty()) break;
        }
        if (!heard.empty()) candidates = std::move(heard);
    }
    if (candidates.empty() && last && letters >= 6) vocabulary_.find_misspelled_prefix(word.typed, candidates);
    if (candidates.empty()) return false;
    take(word, candidates, candidates.front().errors > 1 ? two_errors : one_error);
    return true;
}

void Interpreter::join_neighbours(Words& words) const {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        // "cross body" where the shop writes "crossbody".
        const auto joint = vocabulary_.find(words[i].typed + words[i + 1].typed);
        if (joint == none || vocabulary_.uses(joint) == 0) continue;
        add_word_terms(words[i], joint, 1);
        add_word_terms(words[i + 1], joint, 1);
    }
}

void Interpreter::forget_small_words(Words& words) const {
    const auto small = [](const QueryWord& word) { return is_small_word(word.typed); };
    if (std::ranges::all_of(words, small)) return;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (is_negation(words[i].typed)) words[i + 1].required = false;
    }
    std::erase_if(words, small);
    if (std::ranges::none_of(words, &QueryWord::required)) {
        for (auto& word : words) word.required = true;
    }
}

void Interpreter::add_synonyms(Words& words) const {
    const auto has_any = [](const QueryWord& word, const std::vector<std::uint32_t>& terms) {
        return std::ranges::any_of(word.terms, [&](const Expansion& found) {
            return found.weight > 0.5F && std::ranges::find(terms, found.term) != terms.end();
        });
    };
    struct Addition {
        std::size_t word;
        std::uint32_t term;
    };
    std::vector<Addition> additions;
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (const auto& found : words[i].terms) {
            const auto groups = synonyms_->by_first_term_.find(found.term);
            if (groups == synonyms_->by_first_term_.end()) continue;
            for (const auto number : groups->second) {
                const auto& members = synonyms_->groups_[number].members;
                for (const auto& member : members) {
                    if (i + member.words.size() > words.size()) continue;
                    bool stands_here = true;
                    for (std::size_t k = 0; k < member.words.size() && stands_here; ++k) {
                        stands_here = has_any(words[i + k], member.words[k]);
                    }
                    if (!stands_here) continue;
                    for (const auto& other : members) {
                        for (std::size_t k = 0; k < member.words.size(); ++k) {
                            if (other.joint_term != none) {
                                additions.push_back({i + k, other.joint_term});
                                continue;
                            }
                            for (const auto term : other.words.front()) additions.push_back({i + k, term});
                        }
                    }
                }
            }
        }
    }
    for (const auto& addition : additions) add_expansion(words[addition.word].terms, addition.term, synonym);
}

}  // namespace marque::catalog::search
