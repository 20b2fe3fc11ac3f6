// What stands around every page: the head of the document, the shop's own head with search and menus, the foot.
#include <fmt/format.h>

#include <algorithm>

#include "core/place_text.h"
#include "core/xml.h"
#include "features/storefront/view.h"

namespace marque::storefront {
namespace {

constexpr std::size_t description_letters_max = 160;

/// Fonts that the first words of a page need, so that they do not wait for the style sheet.
Html preloads(const View& view) {
    Html html;
    const auto preload = [&](std::string_view begin) {
        const auto name = view.site.files().find(begin, ".woff2");
        if (name.empty()) return;
        html.add(R"(<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>)",
                 Address::of("/assets/" + std::string{name}));
    };
    preload("golos-text-latin-wght");
    if (view.context.language != "en") preload("golos-text-cyrillic-wght");
    return html;
}

Html built_files(const View& view) {
    Html html;
    const auto& files = view.site.files();
    const auto address = [](std::string_view name) { return Address::of("/assets/" + std::string{name}); };
    if (const auto style = files.find("storefront-", ".css"); !style.empty()) {
        html.add(R"(<link rel="stylesheet" href="{}">)", address(style));
    }
    // Before anything is drawn: the theme that was chosen last.
    if (const auto theme = files.find("theme-", ".js"); !theme.empty()) {
        html.add(R"(<script src="{}"></script>)", address(theme));
    }
    if (const auto script = files.find("storefront-", ".js"); !script.empty()) {
        html.add(R"(<script type="module" src="{}"></script>)", address(script));
    }
    return html;
}

Html document_head(const View& view, const Head& head) {
    Html html;
    html.add(R"(<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">)"
             R"(<title>{}</title><meta name="description" content="{}"><meta name="color-scheme" content="light dark">)"
             R"(<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 )"
             R"(0 32 32%22%3E%3Crect width=%2232%22 height=%2232%22 rx=%227%22 fill=%22%231d1b19%22/%3E%3Cpath )"
             R"(d=%22M8 23V9l8 9 8-9v14%22 fill=%22none%22 stroke=%22%23f6f2ec%22 stroke-width=%222.6%22/%3E%3C/svg)"
             R"(%3E">)",
             head.title, shortened(head.description, description_letters_max));
    html.add(preloads(view)).add(built_files(view));
    if (!head.canonical.empty()) html.add(R"(<link rel="canonical" href="{}">)", Address::of(head.canonical));
    for (const auto& [tag, address] : head.alternates) {
        html.add(R"(<link rel="alternate" hreflang="{}" href="{}">)", tag, address);
    }
    if (!head.in_search_engines) html.add(R"(<meta name="robots" content="noindex">)");
    html.add(R"(<meta property="og:site_name" content="Marque"><meta property="og:title" content="{}">)"
             R"(<meta property="og:description" content="{}"><meta property="og:type" content="{}">)",
             head.title, shortened(head.description, description_letters_max), head.kind);
    std::string locale = view.language_tag();
    std::ranges::replace(locale, '-', '_');
    html.add(R"(<meta property="og:locale" content="{}">)", locale);
    if (!head.canonical.empty()) html.add(R"(<meta property="og:url" content="{}">)", head.canonical);
    if (!head.image.empty()) html.add(R"(<meta property="og:image" content="{}">)", head.image);
    html.add(head.data).add("</head>");
    return html;
}

Html top_categories(const View& view) {
    Html html;
    html.add(R"(<ul role="list">)");
    if (view.snapshot) {
        for (const auto number : view.snapshot->shelves().categories.top) {
            const auto category = catalog::category_view(*view.snapshot, number, view.language, false);
            if (category.product_count == 0) continue;
            html.add(R"(<li><a href="{}" {}>{}</a></li>)", view.links.category(category.slug),
                     Flag{R"(aria-current="page")", view.links.path() == "/c/" + std::string{category.slug}},
                     category.name);
        }
    }
    html.add("</ul>");
    return html;
}

/// The other markets and languages, as links: to this page in a language, to the start page of a market.
Html switches(const View& view) {
    Html html;
    const auto& current = view.market;
    html.add(R"(<p class="label">{}</p><ul role="list">)", view.words.country);
    for (const auto& market : view.context.thread.markets.markets) {
        if (!market.is_live()) continue;
        html.add(R"(<li><a href="{}" {}>{} · {}</a></li>)", view.links.in_market(market.code.to_text()),
                 Flag{R"(aria-current="true")", market.code == current.code},
                 country_for_people(market.code, view.context.language, market.name), market.currency.to_text());
    }
    html.add(R"(</ul><p class="label">{}</p><ul role="list">)", view.words.language);
    for (const auto& language : current.languages) {
        html.add(R"(<li><a href="{}" lang="{}" hreflang="{}" {}>{}</a></li>)", view.links.in_language(language),
                 language, language, Flag{R"(aria-current="true")", language == view.context.language},
                 language_for_people(language));
    }
    html.add("</ul>");
    return html;
}

Html search_form(const View& view, std::string_view searched) {
    Html html;
    html.add(R"(<form class="search" action="/search" method="get" role="search">)");
    for (const auto& [name, value] : view.links.carried()) {
        html.add(R"(<input type="hidden" name="{}" value="{}">)", name, value);
    }
    html.add(R"(<label><span class="hidden">{}</span><input type="search" name="q" value="{}" placeholder="{}" )"
             R"(maxlength="100" autocomplete="off" enterkeyhint="search"></label><button class="icon" type="submit">)"
             R"(<span class="hidden">{}</span><svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="10.5" cy="10.5" )"
             R"(r="6.5"/><path d="m15.5 15.5 5 5"/></svg></button></form>)",
             view.words.search, searched, view.words.search_hint, view.words.search);
    return html;
}

/// Buttons that only a script brings to life; without one they are not shown.
Html buttons(const View& view) {
    Html html;
    html.add(R"(<button class="icon needs-script" type="button" data-open="theme"><span class="hidden">{}</span>)"
             R"(<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8"/><path d="M12 4v16a8 8 0 0 )"
             R"(0 0-16Z" class="solid"/></svg></button>)",
             view.words.theme);
    html.add(R"(<button class="icon needs-script" type="button" data-open="account"><span class="hidden">{}</span>)"
             R"(<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="8" r="4"/><path d="M4 20.5c1.4-4 )"
             R"(4.4-6 8-6s6.600 2 8 6"/></svg><span class="count is-dot" data-news hidden></span></button>)",
             view.words.account);
    html.add(
        R"(<a class="icon needs-script to-wishlist" href="{}"><span class="hidden">{}</span><svg viewBox="0 0 24 24" )"
        R"(aria-hidden="true"><path d="M12 20C2 13 4 5 8.500 5 10 5 11.400 5.900 12 7.200 12.600 5.900 14 5 15.500 5 )"
        R"(20 5 22 13 12 20Z"/></svg></a>)",
        view.links.at("/wishlist"), view.words.wishlist);
    html.add(
        R"(<button class="icon needs-script" type="button" data-open="cart"><span class="hidden">{}</span>)"
        R"(<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 8h14l1 12.500H4zM8.500 8a3.500 3.500 0 0 1 7 0"/>)"
        R"(</svg><span class="count" data-cart-count hidden></span></button>)",
        view.words.cart);
    return html;
}

/// What is somebody's own, in the menu of small screens; pages that a script fills.
Html own_links(const View& view) {
    Html html;
    html.add(
        R"(<ul role="list" class="needs-script drawer-own"><li><a href="{}">{}</a></li><li><a href="{}">{}</a></li>)"
        R"(<li><a href="{}">{}</a></li></ul>)",
        view.links.at("/account"), view.words.profile, view.links.at("/orders"), view.words.orders,
        view.links.at("/wishlist"), view.words.wishlist);
    return html;
}

Html shop_head(const View& view, const Head& head) {
    const auto& words = view.words;
    Html html;
    html.add(
        R"(<a class="skip" href="#content">{}</a><header class="top"><details class="drawer"><summary class="icon">)"
        R"(<span class="hidden">{}</span><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 8h16M4 16h16"/>)"
        R"(</svg></summary><nav class="drawer-body" aria-label="{}">{}{}<div class="switches">{}</div></nav>)"
        R"(</details>)",
        words.skip_to_content, words.menu, words.menu, top_categories(view), own_links(view), switches(view));
    html.add(R"(<a class="logo" href="{}">Marque</a><nav class="nav" aria-label="{}">{}</nav>)", view.links.home(),
             words.categories, top_categories(view));
    const std::string own = view.market.code.to_text() + " · " + view.context.language;
    html.add(
        R"(<div class="tools">{}<details class="menu switch"><summary><span class="hidden">{}, {}:</span> {}</summary>)"
        R"(<div class="menu-body switches">{}</div></details>{}</div></header>)",
        search_form(view, head.searched), words.country, words.language, own, switches(view), buttons(view));
    return html;
}

Html shop_foot(const View& view) {
    Html html;
    html.add(R"(<footer class="foot"><h2 class="hidden">{}</h2><div class="foot-body"><div><p class="logo">Marque</p>)"
             R"(<p class="quiet">{}</p></div><nav aria-label="{}"><p class="label">{}</p>{}</nav>)"
             R"(<div class="switches">{}</div></div></footer>)",
             view.words.footer, view.words.shop_description, view.words.footer, view.words.categories,
             top_categories(view), switches(view));
    return html;
}

}  // namespace

http::Response page(const View& view, Head head, const Html& content, int status) {
    Html html;
    html.add(R"(<!DOCTYPE html><html lang="{}" data-market="{}" data-language="{}" data-sign="{}" data-decimals="{}" )"
             R"(data-phone="{}">)",
             view.language_tag(), view.market.code.to_text(), view.context.language, view.market.currency_sign,
             view.market.currency.decimals(), view.market.phone_example);
    html.add(document_head(view, head));
    html.add(R"(<body>{}<main id="content">{}</main>{}</body></html>)", shop_head(view, head), content,
             shop_foot(view));
    http::Response response;
    response.status = status;
    response.content_type = "text/html; charset=utf-8";
    response.content_security_policy = view.site.policy();
    response.add_header("Cross-Origin-Opener-Policy", "same-origin");
    response.add_header("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    response.body = html.take_text();
    return response;
}

}  // namespace marque::storefront
