// Members of several words get postings of their own: the documents that have all of them.
#include <algorithm>

#include "features/catalog/search/search.h"
#include "features/catalog/search/words.h"

namespace marque::catalog::search {

Synonyms::Synonyms(const Index& index, const std::vector<std::vector<std::string>>& groups) {
    const Stemmers stemmers;
    for (const auto& words : groups) {
        Group group;
        for (const auto& text : words) {
            Member member;
            std::vector<std::string> cut;
            for (const auto& word : words_of(text)) {
                // "t-shirt" is one word, as in the index.
                if (word.joined) {
                    cut.back() += word.text;
                } else {
                    cut.push_back(word.text);
                }
            }
            for (const auto& word : cut) member.words.push_back(terms_of(index, stemmers, word));
            if (member.words.empty()) continue;
            if (member.words.size() > 1) add_joint_term(index, member);
            group.members.push_back(std::move(member));
        }
        const auto number = static_cast<std::uint32_t>(groups_.size());
        for (const auto& member : group.members) {
            for (const auto term : member.words.front()) by_first_term_[term].push_back(number);
        }
        groups_.push_back(std::move(group));
    }
}

std::vector<std::uint32_t> Synonyms::terms_of(const Index& index, const Stemmers& stemmers, std::string_view word) {
    std::vector<Expansion> forms;
    index.vocabulary().find_forms(word, stemmers, forms);
    std::vector<std::uint32_t> terms;
    for (const auto& form : forms) terms.push_back(form.term);
    if (!terms.empty()) return terms;
    for (const auto tongue : {Tongue::other, Tongue::kyrgyz}) {
        const auto next = index.vocabulary().term_count() + static_cast<std::uint32_t>(joint_.size());
        const auto [own, added] = own_terms_.try_emplace(stemmers.term(word, tongue), next);
        if (added) joint_.emplace_back();
        terms.push_back(own->second);
    }
    return terms;
}

void Synonyms::find_own(std::string_view word, const Stemmers& stemmers, std::vector<Expansion>& found) const {
    for (const auto tongue : {Tongue::other, Tongue::kyrgyz}) {
        const auto own = own_terms_.find(stemmers.term(word, tongue));
        if (own != own_terms_.end()) add_expansion(found, own->second, 1);
    }
}

void Synonyms::add_joint_term(const Index& index, Member& member) {
    // The least impact of a document's words, once it has had each of them.
    std::unordered_map<std::uint32_t, std::uint8_t> impacts;
    for (std::size_t i = 0; i < member.words.size(); ++i) {
        std::unordered_map<std::uint32_t, std::uint8_t> still;
        for (const auto term : member.words[i]) {
            if (term >= index.vocabulary().term_count()) continue;
            const auto postings = index.postings(term, Index::Part::said);
            for (std::size_t k = 0; k < postings.size; ++k) {
                const auto document = postings.documents[k];
                const auto before = impacts.find(document);
                if (i > 0 && before == impacts.end()) continue;
                const auto least = i > 0 ? std::min(before->second, postings.impacts[k]) : postings.impacts[k];
                auto& best = still[document];
                best = std::max(best, least);
            }
        }
        impacts = std::move(still);
    }
    std::vector<std::pair<std::uint32_t, std::uint8_t>> sorted{impacts.begin(), impacts.end()};
    std::ranges::sort(sorted);
    auto& joint = joint_.emplace_back();
    for (const auto& [document, impact] : sorted) {
        joint.documents.push_back(document);
        joint.impacts.push_back(impact);
    }
    member.joint_term = index.vocabulary().term_count() + static_cast<std::uint32_t>(joint_.size()) - 1;
}

}  // namespace marque::catalog::search
