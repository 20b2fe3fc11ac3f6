// Filters as plain links and one small form: each link is the list with one choice more or less, and says how many
// products that would leave.
#include <fmt/format.h>

#include <algorithm>

#include "features/storefront/view.h"
#include "json/value.h"

namespace marque::storefront {
namespace {

/// What a facet offers: the word of the address, what people call it, and how many products it leaves.
struct Choice {
    std::string value;
    std::string name;
    std::int64_t count = 0;
};

/// The facets of a large shop have more values than a body from outside may.
constexpr json::Limits own_document{.values_max = 1'000'000};

std::string text_of(const json::Value& entry, std::string_view name) {
    const auto* value = entry.member(name);
    if (value == nullptr) return {};
    if (const auto* text = value->as<std::string>()) return *text;
    if (const auto* number = value->as<std::int64_t>()) return std::to_string(*number);
    if (const auto* decimal = value->as<json::Decimal>()) return decimal->text;
    return {};
}

std::vector<Choice> choices_of(const json::Value& facets, std::string_view facet, std::string_view value,
                               std::string_view name) {
    std::vector<Choice> choices;
    const auto* list = facets.member(facet);
    if (list == nullptr || list->as<json::Array>() == nullptr) return choices;
    for (const auto& entry : *list->as<json::Array>()) {
        const auto* count = entry.member("count")->as<std::int64_t>();
        choices.push_back({text_of(entry, value), text_of(entry, name), count == nullptr ? 0 : *count});
    }
    std::erase_if(choices, [](const Choice& choice) { return choice.count == 0; });
    return choices;
}

/// Another choice begins at the first page again.
Address without_page(const View& view, Parameters words) { return view.links.here(words.set("page", "")); }

Html open_group(std::string_view heading, bool open) {
    Html html;
    html.add(R"(<details class="facet" {}><summary><h3>{}</h3></summary>)", Flag{"open", open}, heading);
    return html;
}

Html link(const View& view, std::string_view parameter, const Choice& choice, const Html& before) {
    const auto& words = view.links.words();
    Html html;
    html.add(R"(<li><a href="{}" rel="nofollow" data-facet {}>{}<span>{}</span> <small>{}</small></a></li>)",
             without_page(view, words.toggled(parameter, choice.value)),
             Flag{R"(aria-current="true")", words.holds(parameter, choice.value)}, before, choice.name, choice.count);
    return html;
}

/// A parameter that holds one value, or none.
Html single_link(const View& view, std::string_view parameter, const Choice& choice) {
    Parameters words = view.links.words();
    const bool chosen = words.get(parameter) == choice.value;
    words.set(parameter, chosen ? "" : choice.value);
    Html html;
    html.add(R"(<li><a href="{}" rel="nofollow" data-facet {}><span>{}</span> <small>{}</small></a></li>)",
             without_page(view, words), Flag{R"(aria-current="true")", chosen}, choice.name, choice.count);
    return html;
}

/// A dot in the colour that the shop gave it: drawn, since the policy forbids styles in a page.
Html swatch(const View& view, std::string_view color) {
    Html html;
    const auto& colors = view.snapshot->shelves().colors;
    const auto found = colors.find(color);
    if (found == colors.end() || !found->second.swatch) return html;
    html.add(
        R"(<svg class="swatch" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="9" fill="{}"/></svg>)",
        *found->second.swatch);
    return html;
}

Html sizes(const View& view, const json::Value& facets) {
    Html html;
    const auto choices = choices_of(facets, "sizes", "value", "name");
    if (choices.empty()) return html;
    html.add(open_group(view.words.size, true)).add(R"(<ul class="pills" role="list">)");
    for (const auto& choice : choices) html.add(link(view, "size", choice, {}));
    html.add("</ul></details>");
    return html;
}

Html colors(const View& view, const json::Value& facets) {
    Html html;
    auto choices = choices_of(facets, "color_families", "value", "name");
    if (choices.empty()) choices = choices_of(facets, "colors", "value", "name");
    if (choices.empty()) return html;
    html.add(open_group(view.words.color, true)).add(R"(<ul class="swatches" role="list">)");
    for (const auto& choice : choices) html.add(link(view, "color", choice, swatch(view, choice.value)));
    html.add("</ul></details>");
    return html;
}

/// "2010" for "2010.00".
std::string whole(std::string amount) {
    const auto point = amount.find('.');
    if (point != std::string::npos && amount.find_first_not_of('0', point + 1) == std::string::npos)
        amount.resize(point);
    return amount;
}

Html prices(const View& view, const json::Value& facets) {
    Html html;
    const auto* span = facets.member("price");
    if (span == nullptr || span->is_null()) return html;
    const auto& words = view.links.words();
    html.add(open_group(view.words.price, true));
    html.add(R"(<form class="price-form" method="get" data-facet-form>)");
    for (const auto& [name, value] : view.links.carried()) {
        html.add(R"(<input type="hidden" name="{}" value="{}">)", name, value);
    }
    for (const auto& [name, value] : words.pairs()) {
        if (name == "price_min" || name == "price_max" || name == "page") continue;
        html.add(R"(<input type="hidden" name="{}" value="{}">)", name, value);
    }
    const auto field = [&](std::string_view name, std::string_view label, std::string_view bound) {
        html.add(R"(<label><span>{}</span><input name="{}" inputmode="decimal" value="{}" placeholder="{}" )"
                 R"(pattern="[0-9]+([.][0-9]+)?" maxlength="12"></label>)",
                 label, name, words.get(name), whole(text_of(*span, bound)));
    };
    field("price_min", view.words.price_from, "min");
    field("price_max", view.words.price_to, "max");
    html.add(R"(<button class="button is-small" type="submit">{}</button></form></details>)", view.words.show);
    return html;
}

Html brands(const View& view, const json::Value& facets) {
    Html html;
    const auto choices = choices_of(facets, "brands", "value", "value");
    if (choices.empty()) return html;
    html.add(open_group(view.words.brand, !view.links.words().get("brand").empty()));
    html.add(R"(<ul class="ticks" role="list">)");
    for (const auto& choice : choices) {
        // A list by comma has no way to say a comma.
        if (choice.value.find(',') == std::string::npos) html.add(link(view, "brand", choice, {}));
    }
    html.add("</ul></details>");
    return html;
}

Html categories(const View& view, const json::Value& facets) {
    Html html;
    const auto* list = facets.member("categories");
    if (list == nullptr) return html;
    auto choices = choices_of(facets, "categories", "slug", "name");
    const auto& known = view.snapshot->shelves().categories;
    std::erase_if(choices, [&](const Choice& choice) {
        const auto number = known.find(choice.value);
        return number < 0 || known.all[static_cast<std::size_t>(number)].parent >= 0;
    });
    if (choices.empty()) return html;
    html.add(open_group(view.words.category, true)).add(R"(<ul class="ticks" role="list">)");
    for (const auto& choice : choices) html.add(single_link(view, "category", choice));
    html.add("</ul></details>");
    return html;
}

Html offers(const View& view, const json::Value& facets) {
    Html html;
    std::vector<Choice> discounts = choices_of(facets, "discounts", "at_least", "at_least");
    for (auto& choice : discounts) choice.name += fmt::format("% {}", view.words.or_more);
    if (!discounts.empty()) {
        html.add(open_group(view.words.discount, !view.links.words().get("discount").empty()));
        html.add(R"(<ul class="ticks" role="list">)");
        for (const auto& choice : discounts) html.add(single_link(view, "discount", choice));
        html.add("</ul></details>");
    }
    return html;
}

Html fresh(const View& view, const json::Value& facets) {
    Html html;
    const auto* fresh = facets.member("is_new");
    const auto* count = fresh == nullptr ? nullptr : fresh->as<std::int64_t>();
    if (count != nullptr && *count > 0) {
        html.add(R"(<ul class="ticks facet" role="list">)");
        html.add(single_link(view, "is_new", {"true", std::string{view.words.only_new}, *count})).add("</ul>");
    }
    return html;
}

}  // namespace

Html filters(const View& view, const catalog::Window& window, bool by_category) {
    Html html;
    const auto facets = json::parse(window.facets, own_document);
    check(facets.has_value(), "facets are not JSON");
    html.add(R"(<section class="filters" id="filters" aria-label="{}"><div class="filters-head"><h2>{}</h2>)"
             R"(<a class="filters-close" href="#content" data-close-filters>{}</a></div>)",
             view.words.filters, view.words.filters, view.words.close);
    if (by_category) html.add(categories(view, *facets));
    html.add(sizes(view, *facets)).add(colors(view, *facets)).add(prices(view, *facets));
    html.add(offers(view, *facets)).add(brands(view, *facets)).add(fresh(view, *facets));
    html.add(R"(<a class="button filters-show" href="#content" data-close-filters>{} · {}</a></section>)",
             view.words.show, window.total);
    return html;
}

Html chosen_filters(const View& view) {
    const auto& words = view.links.words();
    Html items;
    const auto add = [&](std::string_view name, const Address& without) {
        items.add(R"(<li><a href="{}" rel="nofollow" data-facet><span class="hidden">{}: </span>{} <span )"
                  R"(aria-hidden="true">×</span></a></li>)",
                  without, view.words.remove, name);
    };
    const auto& shelves = view.snapshot->shelves();
    for (const std::string_view parameter : {"size", "color", "brand"}) {
        std::string rest{words.get(parameter)};
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            const std::string value = rest.substr(0, comma);
            rest = comma == std::string::npos ? std::string{} : rest.substr(comma + 1);
            if (value.empty()) continue;
            const auto& known = parameter == "size" ? shelves.sizes : shelves.colors;
            const auto found = parameter == "brand" ? known.end() : known.find(value);
            add(found == known.end() ? value : found->second.names[view.language],
                without_page(view, words.toggled(parameter, value)));
        }
    }
    const auto add_single = [&](std::string_view parameter, const std::string& name) {
        if (words.get(parameter).empty()) return;
        Parameters without = words;
        add(name, without_page(view, without.set(parameter, "")));
    };
    if (const auto number = shelves.categories.find(std::string{words.get("category")}); number >= 0) {
        add_single("category", shelves.categories.all[static_cast<std::size_t>(number)].names[view.language]);
    }
    add_single("price_min", fmt::format("{} {}", view.words.price_from, words.get("price_min")));
    add_single("price_max", fmt::format("{} {}", view.words.price_to, words.get("price_max")));
    add_single("discount", fmt::format("{}% {}", words.get("discount"), view.words.or_more));
    add_single("is_new", std::string{view.words.only_new});
    Html html;
    if (items.empty()) return html;
    Parameters none;
    none.set("q", words.get("q")).set("sort", words.get("sort"));
    html.add(
        R"(<div class="chosen"><h2 class="hidden">{}</h2><ul role="list">{}</ul><a href="{}" data-facet>{}</a></div>)",
        view.words.active_filters, items, view.links.here(none), view.words.clear_all);
    return html;
}

}  // namespace marque::storefront
