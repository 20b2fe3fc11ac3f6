// The tree of categories and the words of attributes, from rows; texts fall back to the market's first language, then
// to what the row itself says.
#include "features/catalog/shelves.h"

#include <algorithm>
#include <functional>

#include "core/text.h"

namespace marque::catalog {
namespace {

/// Names by the market's languages.
std::vector<std::string> local_names(const std::map<std::string, const std::string*>& given, const MarketInfo& market,
                                     const std::string& own) {
    const auto named = [&](const Language& language) -> const std::string* {
        const auto found = given.find(language);
        return found == given.end() || found->second->empty() ? nullptr : found->second;
    };
    const auto* first = market.languages.empty() ? nullptr : named(market.languages.front());
    std::vector<std::string> names;
    for (const auto& language : market.languages) {
        const auto* text = named(language);
        if (text == nullptr) text = first == nullptr ? &own : first;
        names.push_back(*text);
    }
    return names;
}

}  // namespace

Term Words::put(std::string_view word) {
    if (const auto found = numbers_.find(word); found != numbers_.end()) return found->second;
    const auto number = static_cast<Term>(words_.size());
    words_.emplace_back(word);
    numbers_.emplace(words_.back(), number);
    return number;
}

Term Words::find(std::string_view word) const {
    const auto found = numbers_.find(word);
    return found == numbers_.end() ? no_term : found->second;
}

std::vector<Term> Words::find_all(std::string_view word) const {
    if (const Term exact = find(word); exact != no_term) return {exact};
    const std::string wanted = lowered(word);
    std::vector<Term> found;
    for (Term i = 0; i < words_.size(); ++i) {
        if (words_[i].size() == wanted.size() && lowered(words_[i]) == wanted) found.push_back(i);
    }
    return found;
}

std::int32_t Categories::find(const std::string& slug) const {
    const auto found = by_slug.find(slug);
    return found == by_slug.end() ? -1 : found->second;
}

std::int32_t Categories::find(std::optional<std::int64_t> id) const {
    if (!id) return -1;
    const auto found = by_id.find(*id);
    return found == by_id.end() ? -1 : found->second;
}

Categories make_categories(const std::vector<CategoryRow>& rows, const std::vector<CategoryTextRow>& texts,
                           const MarketInfo& market) {
    std::map<std::int64_t, std::map<std::string, const std::string*>> given;
    for (const auto& text : texts) given[text.category_id.value()][text.language] = &text.name;
    std::map<std::int64_t, std::vector<const CategoryRow*>> below;
    for (const auto& row : rows) below[row.parent_id ? row.parent_id->value() : 0].push_back(&row);
    Categories made;
    // From the top down, so that what is below an inactive category, or in a ring of its own, is never met.
    const std::function<void(std::int64_t, std::int32_t)> add_below = [&](std::int64_t parent_id, std::int32_t parent) {
        for (const auto* row : below[parent_id]) {
            const auto index = static_cast<std::int32_t>(made.all.size());
            auto& category =
                made.all.emplace_back(Category{.id = row->id,
                                               .slug = row->slug,
                                               .parent = parent,
                                               .is_shared = row->market == "ALL",
                                               .sort_order = row->sort_order,
                                               .icon = row->icon,
                                               .image_url = row->image_url,
                                               .names = local_names(given[row->id.value()], market, row->name),
                                               .children = {},
                                               .path = {}});
            if (parent >= 0) category.path = made.all[static_cast<std::size_t>(parent)].path;
            category.path.push_back(index);
            (parent >= 0 ? made.all[static_cast<std::size_t>(parent)].children : made.top).push_back(index);
            made.by_slug[row->slug] = index;
            made.by_id[row->id.value()] = index;
            add_below(row->id.value(), index);
        }
    };
    add_below(0, -1);
    return made;
}

Attributes make_attributes(const std::string& kind, const std::vector<AttributeRow>& rows,
                           const std::vector<AttributeNameRow>& names, const MarketInfo& market) {
    std::map<std::string, std::map<std::string, const std::string*>> given;
    for (const auto& name : names) {
        if (name.kind == kind) given[name.value][name.language] = &name.name;
    }
    Attributes made;
    for (const auto& row : rows) {
        if (row.kind != kind) continue;
        made[row.value] = {row.sort_order, local_names(given[row.value], market, row.name), row.swatch, row.family,
                           row.size_systems.text};
    }
    return made;
}

Term Vocabulary::put_color(std::string_view word, const Attributes& known) {
    const Term color = colors.put(word);
    if (color < family_of_color.size()) return color;
    const auto found = known.find(word);
    const bool has_family = found != known.end() && !found->second.family.empty();
    family_of_color.push_back(has_family ? families.put(found->second.family) : no_term);
    return color;
}

std::vector<std::string_view> Shelves::path_of(std::int32_t category) const {
    std::vector<std::string_view> slugs;
    if (category < 0) return slugs;
    for (const auto step : categories.all[static_cast<std::size_t>(category)].path) {
        slugs.push_back(categories.all[static_cast<std::size_t>(step)].slug);
    }
    return slugs;
}

std::size_t Shelves::language_index(std::string_view language) const {
    const auto found = std::ranges::find(languages, language);
    return found == languages.end() ? 0 : static_cast<std::size_t>(found - languages.begin());
}

}  // namespace marque::catalog
