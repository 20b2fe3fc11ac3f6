// Small parts that many pages have.
#include "features/storefront/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/money_text.h"
#include "core/parse.h"
#include "features/storefront/structured.h"

namespace marque::storefront {
namespace {

std::string asked(const http::Context& context, std::string_view name) {
    const auto pairs = http::parse_query(context.request.query);
    if (!pairs) return {};
    const auto found = std::ranges::find(*pairs, name, &http::Pairs::value_type::first);
    return found == pairs->end() ? std::string{} : found->second;
}

/// The market as the address names it, if it does and is the one that is shown.
std::string market_of_address(const http::Context& context) {
    const auto code = MarketCode::parse(asked(context, "market"));
    return code && *code == context.market->code ? code->to_text() : std::string{};
}

std::string language_of_address(const http::Context& context) {
    return asked(context, "lang") == context.language ? context.language : std::string{};
}

std::shared_ptr<const catalog::Snapshot> snapshot_of(const http::Context& context) {
    const auto& all = context.service<catalog::Snapshots>().by_market;
    const auto found = all.find(context.market->code);
    return found == all.end() ? nullptr : found->second;
}

/// Widths in which uploaded pictures lie ready.
constexpr std::array widths{320, 640, 1080, 1600};

/// "/media/pictures/kg/HASH/1600": the widths up to its own. Other pictures are there in one size only.
AddressSet sizes_of(std::string_view address) {
    AddressSet set;
    const auto slash = address.rfind('/');
    if (!address.starts_with("/media/pictures/") || slash == std::string_view::npos) return set;
    const auto own = parse_integer(address.substr(slash + 1));
    if (!own) return set;
    for (const int width : widths) {
        if (width < *own) set.add(Address::of(fmt::format("{}/{}", address.substr(0, slash), width)), width);
    }
    set.add(Address::of(address), static_cast<int>(*own));
    return set;
}

}  // namespace

View::View(http::Context& asked_for)
    : context(asked_for),
      site(asked_for.service<Site>()),
      market(*asked_for.market),
      snapshot(snapshot_of(asked_for)),
      language(snapshot ? snapshot->language_index(asked_for.language) : 0),
      words(words_of(asked_for.language)),
      links(std::string{asked_for.request.path}, market_of_address(asked_for), language_of_address(asked_for),
            asked_for.query) {}

std::string View::price(Money amount) const { return price_for_people(amount, market.currency_sign, context.language); }

std::string View::language_tag() const { return catalog::feeds::language_tag(context.language, market.code); }

Html picture(std::string_view address, std::string_view alt, Place place) {
    Html html;
    const auto source = Address::of(address);
    const auto sizes = sizes_of(address);
    const std::string_view loading = place.first ? "eager" : "lazy";
    const std::string_view priority = place.first ? "high" : "auto";
    if (sizes.empty()) {
        html.add(R"(<img src="{}" alt="{}" width="600" height="800" loading="{}" fetchpriority="{}" decoding="async">)",
                 source, alt, loading, priority);
    } else {
        html.add(R"(<img src="{}" srcset="{}" sizes="{}" alt="{}" width="600" height="800" loading="{}" )"
                 R"(fetchpriority="{}" decoding="async">)",
                 source, sizes, place.sizes, alt, loading, priority);
    }
    return html;
}

Html price_tag(const View& view, Money price, const std::optional<Money>& before) {
    Html html;
    if (before) {
        html.add(R"(<span class="price is-reduced"><span class="hidden">{}</span> <b>{}</b> )"
                 R"(<span class="hidden">{}</span> <s>{}</s></span>)",
                 view.words.price_now, view.price(price), view.words.price_before, view.price(*before));
    } else {
        html.add(R"(<span class="price"><b>{}</b></span>)", view.price(price));
    }
    return html;
}

Html heart(const View& view, ProductId product, std::string_view name) {
    Html html;
    html.add(R"(<button class="icon heart needs-script" type="button" data-wish="{}" aria-pressed="false">)"
             R"(<span class="hidden">{} {}</span><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 20C2 13 4 )"
             R"(5 8.500 5 10 5 11.400 5.900 12 7.200 12.600 5.900 14 5 15.500 5 20 5 22 13 12 20Z"/></svg></button>)",
             product.to_text(), view.words.to_wishlist, name);
    return html;
}

Html grid(const View& view, const std::vector<catalog::ProductCard>& cards, bool first,
          const std::vector<std::string_view>& colors) {
    constexpr std::size_t seen_first = 4;
    Html html;
    html.add(R"(<ul class="grid" role="list">)");
    for (std::size_t i = 0; i < cards.size(); ++i) {
        const auto& card = cards[i];
        Place place = in_grid;
        place.first = first && i < seen_first;
        Html badge;
        if (!card.in_stock) {
            badge.add(R"(<span class="badge">{}</span>)", view.words.sold_out);
        } else if (card.discount > 0) {
            badge.add(R"(<span class="badge is-reduced">−{}%</span>)", card.discount);
        }
        html.add(
            R"(<li class="card"><a href="{}"><span class="card-picture">{}{}</span><span class="card-brand">{}</span>)"
            R"(<span class="card-name">{}</span>{}</a>{}</li>)",
            view.links.product(card.slug, i < colors.size() ? colors[i] : std::string_view{}),
            picture(card.image.value_or(""), "", place), badge, card.brand, card.name,
            price_tag(view, card.price, card.original_price), heart(view, card.id, card.name));
    }
    html.add("</ul>");
    return html;
}

Html shelf(const View& view, std::string_view heading, const std::vector<catalog::ProductCard>& cards,
           const Address* more) {
    Html html;
    if (cards.empty()) return html;
    Html link;
    if (more != nullptr) {
        link.add(R"(<a class="more" href="{}">{}<span class="hidden">: {}</span></a>)", *more, view.words.see_all,
                 heading);
    }
    html.add(R"(<section class="shelf"><div class="shelf-head"><h2>{}</h2>{}</div>{}</section>)", heading, link,
             grid(view, cards));
    return html;
}

Html recently_viewed(const View& view) {
    Html html;
    html.add(R"(<section class="shelf" data-seen hidden><div class="shelf-head"><h2>{}</h2></div></section>)",
             view.words.recently_viewed);
    return html;
}

Html breadcrumbs(const View& view, const std::vector<Step>& steps, Html& data) {
    Html html;
    html.add(R"(<nav class="breadcrumbs" aria-label="{}"><ol><li><a href="{}">{}</a></li>)", view.words.you_are_here,
             view.links.home(), view.words.home);
    std::vector<CrumbData> crumbs;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& [name, address, canonical] = steps[i];
        crumbs.push_back({std::string{name}, canonical});
        if (i + 1 < steps.size()) {
            html.add(R"(<li><a href="{}">{}</a></li>)", address, name);
        } else {
            html.add(R"(<li aria-current="page">{}</li>)", name);
        }
    }
    html.add("</ol></nav>");
    data.add_data("application/ld+json", "", breadcrumb_data(crumbs));
    return html;
}

std::vector<Step> steps_to(const View& view, std::int32_t category) {
    std::vector<Step> steps;
    const auto& all = view.snapshot->shelves().categories.all;
    if (category < 0) return steps;
    for (const auto number : all[static_cast<std::size_t>(category)].path) {
        const auto& each = all[static_cast<std::size_t>(number)];
        steps.push_back({each.names[view.language], view.links.category(each.slug),
                         view.site.pages().category(each.slug, view.market.code, view.context.language)});
    }
    return steps;
}

}  // namespace marque::storefront
