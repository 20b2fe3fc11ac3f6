// Completing a query while it is typed: words of the index that the last one may become.
#include <algorithm>

#include "features/catalog/search/interpret.h"
#include "features/catalog/search/search.h"

namespace marque::catalog::search {
namespace {

/// Tried at most, for each is searched for.
constexpr std::size_t tried_max = 16;

/// Shorter forms are offered when they are used at least this often beside the one used most: 1 in so many.
constexpr std::uint32_t rare_form = 20;

bool share_a_term(const Vocabulary& vocabulary, std::uint32_t one, std::uint32_t other) {
    const auto& terms = vocabulary.terms(other);
    return std::ranges::any_of(vocabulary.terms(one), [&](std::uint32_t term) {
        return term != none && std::ranges::find(terms, term) != terms.end();
    });
}

/// Of the words that share a term one: the shortest, which is nearest to what dictionaries have. Most used first.
std::vector<std::uint32_t> one_of_each(const Vocabulary& vocabulary, std::vector<std::uint32_t> words) {
    std::ranges::sort(words, [&](std::uint32_t a, std::uint32_t b) {
        return std::pair{vocabulary.uses(b), a} < std::pair{vocabulary.uses(a), b};
    });
    struct Group {
        std::uint32_t most_used;
        std::uint32_t shortest;
    };
    std::vector<Group> groups;
    for (const auto word : words) {
        const auto group = std::ranges::find_if(
            groups, [&](const Group& candidate) { return share_a_term(vocabulary, candidate.most_used, word); });
        if (group == groups.end()) {
            if (groups.size() < tried_max) groups.push_back({word, word});
            continue;
        }
        const bool common = vocabulary.uses(word) * rare_form >= vocabulary.uses(group->most_used);
        if (common && vocabulary.word(word).size() < vocabulary.word(group->shortest).size()) group->shortest = word;
    }
    std::vector<std::uint32_t> chosen;
    for (const auto& group : groups) chosen.push_back(group.shortest);
    return chosen;
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
        auto text = before + vocabulary_.spelled(word);
        if (text == query || completed.size() == count) continue;
        search(text, synonyms, scratch, found);
        if (found.complete > 0) completed.push_back(std::move(text));
    }
    return completed;
}

}  // namespace marque::catalog::search
