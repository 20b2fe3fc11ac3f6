// Addresses of the pages, the files they load, and the page of what went wrong.
#include <fmt/format.h>

#include "core/origin.h"
#include "features/storefront/pages.h"
#include "features/storefront/storefront.h"

namespace marque::storefront {
namespace {

using http::Context;
using http::Response;

constexpr Refusal no_product{404, "catalog.product_not_found", "This product is not sold in this market"};
constexpr Refusal no_category{404, "catalog.category_not_found", "There is no such category in this market"};

/// The origin of an address, for a list of sources; empty where it has none.
std::string origin_of(std::string_view address) {
    const auto scheme = address.find("://");
    if (scheme == std::string_view::npos) return {};
    std::string origin{address.substr(0, address.find('/', scheme + 3))};
    return is_origin(origin) ? origin : std::string{};
}

/// Only what this server sends, and pictures.
std::string policy_of(const Config& config, bool with_stripe) {
    // What Stripe asks for: https://docs.stripe.com/security/guide#content-security-policy
    const std::string_view scripts = with_stripe ? " https://js.stripe.com https://*.js.stripe.com" : "";
    const std::string_view calls = with_stripe ? " https://api.stripe.com" : "";
    const std::string_view frames =
        with_stripe ? "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com" : "'none'";
    return fmt::format(
        "default-src 'none'; script-src 'self'{}; style-src 'self'; img-src {}; font-src 'self'; "
        "connect-src 'self'{}; frame-src {}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "object-src 'none'",
        scripts, picture_sources(config), calls, frames);
}

Response home(Context& context) { return home_page(View{context}); }

Response category(Context& context, Slug slug) {
    const View view{context};
    const auto number = view.snapshot->shelves().categories.find(slug.to_text());
    if (number < 0) throw Refused{no_category};
    return list_page(view, number);
}

Response product(Context& context, Slug slug) {
    const View view{context};
    const auto* found = view.snapshot->find(slug.to_text());
    if (found == nullptr) throw Refused{no_product};
    return product_page(view, *found);
}

Response search(Context& context) { return list_page(View{context}, -1); }

Response checkout(Context& context) { return own_page(View{context}, OwnPage::checkout); }

Response orders(Context& context) { return own_page(View{context}, OwnPage::orders); }

/// Says nothing of the order: who may see it is asked by the script.
Response order(Context& context, OrderId /*id*/) { return own_page(View{context}, OwnPage::order); }

Response account(Context& context) { return own_page(View{context}, OwnPage::account); }

Response wishlist(Context& context) { return own_page(View{context}, OwnPage::wishlist); }

Response file(Context& context, std::string name) {
    return context.service<Site>().files().answer(context.request, name);
}

struct Saying {
    std::string_view heading;
    std::string_view text;
};

Saying saying_of(const Words& words, int status) {
    if (status == 403) return {words.not_open, words.not_open_text};
    if (status >= 400 && status < 500) return {words.not_found, words.not_found_text};
    return {words.failed, words.failed_text};
}

}  // namespace

std::string picture_sources(const Config& config) {
    std::string pictures = "'self' data: https:";
    const auto storage = origin_of(config.file_storage_public_url);
    if (storage.starts_with("http://")) pictures += " " + storage;
    return pictures;
}

Site::Site(const Config& config, CardTaker card_taker, std::vector<TrialLogin> trial_logins)
    : files_(http::StaticFiles::read([&] {
          const auto folder = http::web_folder(config.web_dir);
          return folder.empty() ? folder : folder + "/storefront";
      }())),
      policy_(policy_of(config, false)),
      policy_with_stripe_(policy_of(config, true)),
      stripe_key_(config.stripe_publishable_key),
      card_taker_(std::move(card_taker)),
      trial_logins_(std::move(trial_logins)),
      pages_(config) {}

std::string_view Site::cards_in(const MarketInfo& market) const {
    const auto provider = card_taker_(market);
    return provider == "stripe" && stripe_key_.empty() ? std::string_view{} : provider;
}

Response refusal_page(Context& context, int status) {
    const auto& markets = context.thread.markets;
    if (context.market == nullptr || !context.market->is_live()) {
        context.market = markets.find(markets.default_market);
        context.language = context.market->accepted_language(context.request.header("Accept-Language"));
    }
    const View view{context};
    const auto [heading, text] = saying_of(view.words, status);
    Html content;
    content.add(R"(<div class="empty"><h1>{}</h1><p>{}</p><a class="button" href="{}">{}</a></div>)", heading, text,
                view.links.home(), view.words.back_home);
    if (view.snapshot && status != 403) {
        constexpr std::size_t offered_max = 4;
        content.add(
            shelf(view, view.words.you_may_like,
                  catalog::best_of(*view.snapshot, catalog::Sort::popular, nullptr, offered_max, view.language)));
    }
    Head head{
        .title = fmt::format("{} — Marque", heading), .description = std::string{text}, .in_search_engines = false};
    return page(view, std::move(head), content, status);
}

http::Routes routes() {
    using http::Access;
    using http::get;
    constexpr auto kept = http::Cache::catalogue;
    return {
        get<"/", home>({.summary = "The shop's start page", .access = Access::guest, .cache = kept, .page = true}),
        get<"/c/{slug}", category>({.summary = "Page of a category, with filters",
                                    .access = Access::guest,
                                    .refuses = {&no_category},
                                    .cache = kept,
                                    .page = true}),
        get<"/p/{slug}", product>({.summary = "Page of a product",
                                   .access = Access::guest,
                                   .refuses = {&no_product},
                                   .cache = kept,
                                   .page = true}),
        get<"/search", search>({.summary = "Page of what was searched, with filters",
                                .access = Access::guest,
                                .cache = kept,
                                .page = true}),
        get<"/checkout", checkout>(
            {.summary = "Page on which an order is placed", .access = Access::guest, .cache = kept, .page = true}),
        get<"/orders", orders>(
            {.summary = "Page of the visitor's orders", .access = Access::guest, .cache = kept, .page = true}),
        get<"/orders/{id}", order>({.summary = "Page of one order, for its customer and whoever has a guest's link",
                                    .access = Access::guest,
                                    .cache = kept,
                                    .page = true}),
        get<"/account", account>({.summary = "Page of the visitor's profile, addresses, logins and notifications",
                                  .access = Access::guest,
                                  .cache = kept,
                                  .page = true}),
        get<"/wishlist", wishlist>(
            {.summary = "Page of the visitor's wishlist", .access = Access::guest, .cache = kept, .page = true}),
        get<"/assets/{name}", file>({.summary = "Scripts, styles and fonts of the pages; each name is another content",
                                     .access = Access::open,
                                     .cache = http::Cache::none}),
    };
}

}  // namespace marque::storefront
