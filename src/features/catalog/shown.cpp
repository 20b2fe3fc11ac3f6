// The JSON of sizes and colours, made once for all answers that name them, and the order in which they are shown.
#include <algorithm>
#include <limits>
#include <numeric>

#include "features/catalog/snapshot.h"
#include "features/catalog/views.h"
#include "json/write.h"

namespace marque::catalog {
namespace {

constexpr std::int32_t last = std::numeric_limits<std::int32_t>::max();

const Attribute* find(const Attributes& attributes, const std::string& value) {
    const auto found = attributes.find(value);
    return found == attributes.end() ? nullptr : &found->second;
}

/// Those that the shop has put in order first, then the others by their letters.
void put_in_order(ShownTerms& shown, const Words& words, const Attributes& attributes) {
    std::vector<std::int32_t> place(words.size(), last);
    for (Term term = 0; term < words.size(); ++term) {
        if (const auto* attribute = find(attributes, words[term])) place[term] = attribute->sort_order;
    }
    shown.order.resize(words.size());
    std::iota(shown.order.begin(), shown.order.end(), Term{0});
    std::ranges::sort(shown.order,
                      [&](Term a, Term b) { return std::tie(place[a], words[a]) < std::tie(place[b], words[b]); });
    shown.rank.resize(words.size());
    for (std::uint32_t i = 0; i < shown.order.size(); ++i) shown.rank[shown.order[i]] = i;
}

/// A text for each language, or one where they are all the same.
template <class Text>
std::vector<std::string> in_languages(std::size_t languages, Text text) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < languages; ++i) texts.push_back(text(i));
    if (std::ranges::all_of(texts, [&](const std::string& other) { return other == texts.front(); })) texts.resize(1);
    return texts;
}

std::string_view name_of(const Attribute* attribute, std::size_t language, const std::string& value) {
    return attribute == nullptr ? std::string_view{value} : std::string_view{attribute->names[language]};
}

}  // namespace

ShownVocabulary show(const Vocabulary& vocabulary, const Shelves& shelves) {
    ShownVocabulary shown;
    const std::size_t languages = shelves.languages.size();
    put_in_order(shown.sizes, vocabulary.sizes, shelves.sizes);
    for (Term term = 0; term < vocabulary.sizes.size(); ++term) {
        const auto& value = vocabulary.sizes[term];
        const auto* size = find(shelves.sizes, value);
        shown.sizes.json.push_back(in_languages(languages, [&](std::size_t language) {
            return json::written(
                SizeView{value, name_of(size, language, value), {size == nullptr ? "{}" : size->size_systems}});
        }));
    }
    put_in_order(shown.colors, vocabulary.colors, shelves.colors);
    for (Term term = 0; term < vocabulary.colors.size(); ++term) {
        const auto& value = vocabulary.colors[term];
        const auto* color = find(shelves.colors, value);
        shown.colors.json.push_back(in_languages(languages, [&](std::size_t language) {
            ColorView view{value, name_of(color, language, value), {}, {}};
            if (color != nullptr && color->swatch) view.swatch = *color->swatch;
            if (color != nullptr && !color->family.empty()) view.family = color->family;
            return json::written(view);
        }));
    }
    // A family is called like the colour of that name, where there is one.
    put_in_order(shown.families, vocabulary.families, shelves.colors);
    for (Term term = 0; term < vocabulary.families.size(); ++term) {
        const auto& value = vocabulary.families[term];
        const auto* color = find(shelves.colors, value);
        shown.families.json.push_back(in_languages(languages, [&](std::size_t language) {
            return json::written(FamilyView{value, name_of(color, language, value)});
        }));
    }
    for (Term term = 0; term < vocabulary.colors.size(); ++term) {
        shown.families_of_word.push_back(vocabulary.families.find_all(vocabulary.colors[term]));
    }
    for (Term term = 0; term < vocabulary.families.size(); ++term) {
        shown.colors_of_word.push_back(vocabulary.colors.find_all(vocabulary.families[term]));
    }
    return shown;
}

}  // namespace marque::catalog
