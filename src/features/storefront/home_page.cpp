// The start page: what is hung up, where to go, what sells, what is new.
#include <fmt/format.h>

#include "features/banners/banners.h"
#include "features/storefront/pages.h"
#include "features/storefront/structured.h"
#include "json/read.h"

namespace marque::storefront {
namespace {

using banners::BannerType;
using banners::BannerView;
using catalog::Sort;

constexpr std::size_t shelf_max = 8;

std::vector<BannerView> hung_up(const View& view, BannerType type) {
    const auto board = view.context.service<banners::Boards>().get(view.market.code);
    const std::string json = board->active(type, view.context.language, view.context.now);
    const auto list = json::parse(fmt::format(R"({{"items":{}}})", json));
    check(list.has_value(), "banners are not JSON");
    auto banners = json::read<banners::BannerList>(*list);
    check(banners.has_value(), "banners are no list");
    return std::move(banners->items);
}

Html banner(const View& view, const BannerView& banner, bool first) {
    Html words;
    if (!banner.subtitle.empty()) words.add("<p>{}</p>", banner.subtitle);
    Html call;
    if (!banner.button_text.empty()) call.add(R"(<span class="button">{}</span>)", banner.button_text);
    Place place{.sizes = "100vw", .first = first};
    Html html;
    html.add(R"(<a class="banner" href="{}" data-banner="{}">{}<span class="banner-words"><h2>{}</h2>{}{}</span></a>)",
             view.links.of_banner(banner.link_url), banner.id.to_text(), picture(banner.image_url, "", place),
             banner.title, words, call);
    return html;
}

Html categories(const View& view) {
    Html items;
    for (const auto number : view.snapshot->shelves().categories.top) {
        const auto category = catalog::category_view(*view.snapshot, number, view.language, false);
        if (category.product_count == 0 || !category.image_url) continue;
        items.add(R"(<li><a class="tile" href="{}">{}<span>{}</span></a></li>)", view.links.category(category.slug),
                  picture(*category.image_url, "", {.sizes = "(min-width: 64rem) 16vw, 40vw"}), category.name);
    }
    Html html;
    if (items.empty()) return html;
    html.add(R"(<section class="shelf"><div class="shelf-head"><h2>{}</h2></div><ul class="tiles" role="list">{}</ul>)"
             "</section>",
             view.words.categories, items);
    return html;
}

/// In development: who may log in, for somebody who sees the shop for the first time.
Html trial(const View& view) {
    Html html;
    const auto& logins = view.site.trial_logins();
    if (logins.empty()) return html;
    html.add(R"(<details class="trial"><summary>{}</summary><ul role="list">)", view.words.trial);
    for (const auto& login : logins) {
        html.add(R"(<li><b>{}</b> <span class="label">{} · {}</span></li>)", login.phone,
                 login.is_manager ? view.words.trial_manager : view.words.trial_customer, login.markets);
    }
    html.add(R"(</ul><p>{} <b>123456</b>. <a href="/admin">{}</a></p></details>)", view.words.trial_code,
             view.words.trial_back_office);
    return html;
}

}  // namespace

http::Response home_page(const View& view) {
    const auto& snapshot = *view.snapshot;
    const auto& columns = snapshot.index().columns;
    const auto heroes = hung_up(view, BannerType::hero);
    const auto cards = [&](Sort sort, const catalog::Bits* among) {
        return catalog::best_of(snapshot, sort, among, shelf_max, view.language);
    };
    Html content;
    content.add(trial(view));
    content.add(R"(<h1 class="hidden">Marque — {}</h1>)", view.words.shop_title);
    if (!heroes.empty()) content.add(banner(view, heroes.front(), true));
    content.add(categories(view));
    const Address best = view.links.search({});
    content.add(shelf(view, view.words.best_sellers, cards(Sort::popular, &columns.best_sellers), &best));
    Html others;
    for (std::size_t i = 1; i < heroes.size(); ++i) others.add(banner(view, heroes[i], false));
    for (const auto& promo : hung_up(view, BannerType::promo)) others.add(banner(view, promo, false));
    if (!others.empty()) {
        content.add(R"(<section class="banners" aria-label="{}">{}</section>)", view.words.offers, others);
    }
    const Address newest = view.links.search(Parameters{}.set("sort", "newest"));
    content.add(shelf(view, view.words.new_arrivals, cards(Sort::newest, nullptr), &newest));
    content.add(shelf(view, view.words.featured, cards(Sort::popular, &columns.featured)));
    content.add(recently_viewed(view));

    Head head{.title = fmt::format("Marque — {}", view.words.shop_title),
              .description = std::string{view.words.shop_description}};
    const auto& pages = view.site.pages();
    const auto address = [&](const Language& language) {
        return pages.absolute(fmt::format("/?market={}&lang={}", view.market.code.to_text(), language));
    };
    head.canonical = address(view.context.language);
    for (const auto& language : view.market.languages) {
        head.alternates.push_back(
            {catalog::feeds::language_tag(language, view.market.code), Address::of(address(language))});
    }
    if (!heroes.empty()) head.image = pages.absolute(heroes.front().image_url);
    head.data.add_data("application/ld+json", "", site_data(view));
    auto response = page(view, std::move(head), content);
    response.valid_until =
        view.context.service<banners::Boards>().get(view.market.code)->changes_after(view.context.now);
    return response;
}

}  // namespace marque::storefront
