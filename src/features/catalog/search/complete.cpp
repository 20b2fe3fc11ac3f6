// Completing a query while it is typed: words of the index that the last one may become.
#include <algorithm>

#include "features/catalog/search/interpret.h"
#include "features/catalog/search/search.h"

namespace marque::catalog::search {
namespace {

/// Tried at most, for each is searched for.
constexpr std::size_t tried_max = 16;

/// Of the words that share a term the most used one, most used first.
std::vector<std::uint32_t> one_of_each(const Vocabulary& vocabulary, std::vector<std::uint32_t> words) {
    std::ranges::sort(words, [&](std::uint32_t a, std::uint32_t b) {
        return std::pair{vocabulary.uses(b), a} < std::pair{vocabulary.uses(a), b};
    });
    std::vector<std::uint32_t> terms;
    std::erase_if(words, [&](std::uint32_t word) {
        const auto& own = vocabulary.terms(word);
        const bool known = std::ranges::any_of(
            own, [&](std::uint32_t term) { return term != none && std::ranges::find(terms, term) != terms.end(); });
        if (terms.size() < 4 * tried_max) terms.insert(terms.end(), own.begin(), own.end());
        return known;
    });
    if (words.size() > tried_max) words.resize(tried_max);
    return words;
}

}  // namespace

std::vector<std::string> Index::complete(std::string_view query, const Synonyms* synonyms, std::size_t count,
                                         Scratch& scratch) const {
    std::vector<std::string> completed;
    const auto read = Interpreter{*this, synonyms, scratch, true}.read(query);
    if (read.words.empty()) return completed;
    std::string before;
    for (const auto& word : read.words) {
        if (&word != &read.words.back()) before += (word.understood.empty() ? word.typed : word.understood) + ' ';
    }
    auto words = read.words.back().words;
    const auto begun = vocabulary_.with_prefix(read.words.back().typed);
    words.insert(words.end(), begun.begin(),
                 begun.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(begun.size(), 4'000)));
    Found found;
    for (const auto word : one_of_each(vocabulary_, std::move(words))) {
        auto text = before + std::string{vocabulary_.word(word)};
        if (text == query || completed.size() == count) continue;
        search(text, synonyms, scratch, found);
        if (found.complete > 0) completed.push_back(std::move(text));
    }
    return completed;
}

}  // namespace marque::catalog::search
