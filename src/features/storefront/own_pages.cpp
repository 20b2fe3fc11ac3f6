// Pages whose content is somebody's own: checkout, orders, profile and wishlist. The server makes what is the same for
// everybody of a market and language, so that it may be kept; the script asks the API for the rest, with what it knows
// of the visitor.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/check.h"
#include "features/storefront/pages.h"

namespace marque::storefront {
namespace {

struct Frame {
    std::string_view heading;
    std::string_view name;  // what the script knows it by
};

Frame frame_of(const Words& words, OwnPage which) {
    switch (which) {
        case OwnPage::checkout:
            return {words.checkout, "checkout"};
        case OwnPage::orders:
            return {words.orders, "orders"};
        case OwnPage::order:
            return {words.order, "order"};
        case OwnPage::account:
            return {words.profile, "account"};
        case OwnPage::wishlist:
            return {words.wishlist, "wishlist"};
    }
    check(false, "an own page without a frame");
    std::unreachable();
}

/// The way between what is somebody's own; checkout stands for itself.
Html tabs(const View& view, OwnPage which) {
    Html html;
    if (which == OwnPage::checkout) return html;
    const auto& words = view.words;
    html.add(R"(<nav class="tabs" aria-label="{}"><ul role="list">)", words.account);
    const std::array tabs{std::tuple{"/account", words.profile, OwnPage::account},
                          std::tuple{"/orders", words.orders, OwnPage::orders},
                          std::tuple{"/wishlist", words.wishlist, OwnPage::wishlist}};
    for (const auto& [path, name, page] : tabs) {
        const bool is_here = page == which || (page == OwnPage::orders && which == OwnPage::order);
        html.add(R"(<li><a href="{}" {}>{}</a></li>)", view.links.at(path), Flag{R"(aria-current="true")", is_here},
                 name);
    }
    return html.add("</ul></nav>");
}

}  // namespace

http::Response own_page(const View& view, OwnPage which) {
    const auto& words = view.words;
    const auto [heading, name] = frame_of(words, which);
    const auto cards = view.site.cards_in(view.market);
    const bool with_stripe = which == OwnPage::order && cards == "stripe";
    Html content;
    content.add(
        R"(<div class="own">{}<h1>{}</h1><div data-own="{}" data-cards="{}" data-stripe="{}"><div class="skeleton )"
        R"(needs-script" aria-hidden="true"></div><noscript><p>{}</p></noscript></div></div>)",
        tabs(view, which), heading, name, cards, with_stripe ? view.site.stripe_key() : std::string{},
        which == OwnPage::checkout ? words.needs_script : words.needs_script_to_see);
    auto response = page(view,
                         {.title = fmt::format("{} — Marque", heading),
                          .description = std::string{words.shop_description},
                          .in_search_engines = false},
                         content);
    if (with_stripe) response.content_security_policy = view.site.policy_with_stripe();
    return response;
}

}  // namespace marque::storefront
