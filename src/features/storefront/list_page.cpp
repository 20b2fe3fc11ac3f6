// Lists of products: filters, orders and pages are links, so that all of it works without a script.
#include <fmt/format.h>

#include <array>

#include "core/parse.h"
#include "features/storefront/pages.h"

namespace marque::storefront {
namespace {

using catalog::Sort;
using catalog::Window;

constexpr std::int64_t page_size = 24;
/// Behind it nobody looks; search engines find products by the sitemap.
constexpr std::int64_t page_max = 1'000;

std::int64_t page_number(const View& view) {
    const auto number = parse_integer(view.links.words().get("page"));
    return number && *number >= 1 && *number <= page_max ? *number : 1;
}

std::string_view name_of(const View& view, Sort sort) {
    const auto& words = view.words;
    switch (sort) {
        case Sort::popular:
            return words.sort_popular;
        case Sort::newest:
            return words.sort_newest;
        case Sort::price_asc:
            return words.sort_price_asc;
        case Sort::price_desc:
            return words.sort_price_desc;
        case Sort::rating:
            return words.sort_rating;
        case Sort::discount:
            return words.sort_discount;
        case Sort::relevance:
            return words.sort_relevance;
    }
    return {};
}

Html sorts(const View& view, const Window& window) {
    const bool searched = !view.links.words().get("q").empty();
    Html html;
    html.add(R"(<details class="menu sort"><summary><span class="hidden">{}: </span>{}</summary>)"
             R"(<ul class="menu-body" role="list">)",
             view.words.sort, name_of(view, window.sort));
    for (const auto sort : {Sort::relevance, Sort::popular, Sort::newest, Sort::price_asc, Sort::price_desc,
                            Sort::rating, Sort::discount}) {
        if (sort == Sort::relevance && !searched) continue;
        Parameters words = view.links.words();
        const bool usual = sort == (searched ? Sort::relevance : Sort::popular);
        words.set("sort", usual ? "" : enum_word(sort)).set("page", "");
        html.add(R"(<li><a href="{}" rel="nofollow" data-facet {}>{}</a></li>)", view.links.here(words),
                 Flag{R"(aria-current="true")", sort == window.sort}, name_of(view, sort));
    }
    html.add("</ul></details>");
    return html;
}

Address page_address(const View& view, std::int64_t number) {
    Parameters words = view.links.words();
    return view.links.here(words.set("page", number == 1 ? "" : std::to_string(number)));
}

/// "‹ 1 … 4 5 6 … 20 ›"
Html paging(const View& view, std::int64_t number, std::int64_t pages) {
    Html html;
    if (pages <= 1) return html;
    html.add(R"(<nav class="paging" aria-label="{}">)", view.words.pages);
    if (number > 1) html.add(R"(<a href="{}" rel="prev">{}</a>)", page_address(view, number - 1), view.words.previous);
    html.add(R"(<ol>)");
    for (std::int64_t i = 1; i <= pages; ++i) {
        const bool near = i == 1 || i == pages || (i >= number - 1 && i <= number + 1);
        if (near) {
            html.add(R"(<li><a href="{}" {}><span class="hidden">{} </span>{}</a></li>)", page_address(view, i),
                     Flag{R"(aria-current="page")", i == number}, view.words.page, i);
        } else if (i == number - 2 || i == number + 2) {
            html.add(R"(<li aria-hidden="true">…</li>)");
        }
    }
    html.add("</ol>");
    if (number < pages) html.add(R"(<a href="{}" rel="next">{}</a>)", page_address(view, number + 1), view.words.next);
    html.add("</nav>");
    return html;
}

/// Categories below this one, as a row of links.
Html below(const View& view, std::int32_t category) {
    Html items;
    if (category >= 0) {
        const auto& all = view.snapshot->shelves().categories.all;
        for (const auto child : all[static_cast<std::size_t>(category)].children) {
            const auto shown = catalog::category_view(*view.snapshot, child, view.language, false);
            if (shown.product_count == 0) continue;
            items.add(R"(<li><a href="{}">{}</a></li>)", view.links.category(shown.slug), shown.name);
        }
    }
    Html html;
    if (!items.empty()) {
        const auto& own = view.snapshot->shelves().categories.all[static_cast<std::size_t>(category)];
        html.add(R"(<nav aria-label="{}"><ul class="below" role="list">{}</ul></nav>)", own.names[view.language],
                 items);
    }
    return html;
}

Html found(const View& view, const Window& window, std::int32_t category) {
    const std::int64_t pages = std::min((window.total + page_size - 1) / page_size, page_max);
    Html html;
    html.add(
        R"(<div class="listing" id="listing" data-total="{}">{}<div class="listing-main"><div class="listing-bar">)"
        R"(<a class="button is-quiet filters-open" href="#filters" data-open-filters>{}</a>)"
        R"(<p role="status">{} {}</p>{}</div>{})",
        window.total, filters(view, window, category < 0), view.words.filters, view.words.found, window.total,
        sorts(view, window), chosen_filters(view));
    if (window.total > 0) {
        html.add(R"(<h2 class="hidden">{}</h2>)", view.words.all_products);
        html.add(grid(view, window.cards, true, window.colors)).add(paging(view, page_number(view), pages));
    } else {
        html.add(R"(<div class="empty"><h2>{}</h2><p>{}</p></div>)", view.words.nothing_found,
                 view.words.nothing_found_hint);
        html.add(shelf(view, view.words.you_may_like, window.offered));
    }
    html.add("</div></div>");
    return html;
}

/// The page's name to search engines: filters and orders are not theirs to collect, pages are.
void name_to_search_engines(const View& view, Head& head, const catalog::Category& category) {
    const auto& pages = view.site.pages();
    const auto& words = view.links.words();
    const auto number = page_number(view);
    const auto address = [&](const Language& language) {
        const auto plain = pages.category(category.slug, view.market.code, language);
        if (number == 1) return plain;
        return fmt::format("{}{}page={}", plain, plain.find('?') == std::string::npos ? '?' : '&', number);
    };
    head.canonical = address(view.context.language);
    if (std::ranges::any_of(words.pairs(), [](const auto& pair) { return pair.first != "page"; })) return;
    for (const auto& language : view.market.languages) {
        head.alternates.push_back(
            {catalog::feeds::language_tag(language, view.market.code), Address::of(address(language))});
    }
}

}  // namespace

http::Response list_page(const View& view, std::int32_t category) {
    const auto& snapshot = *view.snapshot;
    const auto& words = view.links.words();
    const auto offset = static_cast<std::size_t>((page_number(view) - 1) * page_size);
    const auto window = catalog::look_through(snapshot, category, words.pairs(), static_cast<std::size_t>(page_size),
                                              offset, view.language);
    Head head{.in_search_engines = category >= 0, .searched = std::string{words.get("q")}};
    Html content;
    std::string heading{words.get("q").empty() ? view.words.all_products : view.words.search_results};
    if (category >= 0) {
        const auto& shown = snapshot.shelves().categories.all[static_cast<std::size_t>(category)];
        heading = shown.names[view.language];
        content.add(breadcrumbs(view, steps_to(view, category), head.data));
        name_to_search_engines(view, head, shown);
        if (shown.image_url) head.image = view.site.pages().absolute(*shown.image_url);
    }
    head.title = fmt::format("{} — Marque", heading);
    head.description = fmt::format("{}. {}", heading, view.words.shop_description);
    content.add(R"(<div class="list-head"><h1>{}</h1>)", heading);
    if (!words.get("q").empty()) {
        const std::string_view shown_for = window.corrected_query.empty() ? words.get("q") : window.corrected_query;
        content.add(R"(<p class="quiet">{}: <b>{}</b></p>)", view.words.shown_for, shown_for);
    }
    content.add("{}</div>{}", below(view, category), found(view, window, category));
    return page(view, std::move(head), content);
}

}  // namespace marque::storefront
