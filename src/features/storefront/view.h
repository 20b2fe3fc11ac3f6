#pragma once
// What every part of a page is made of: who asks in which market and language, the catalogue, the links, the texts.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.h"
#include "features/catalog/catalog.h"
#include "features/storefront/html.h"
#include "features/storefront/links.h"
#include "features/storefront/storefront.h"
#include "features/storefront/words.h"
#include "http/context.h"

namespace marque::storefront {

struct View {
    /// Needs a market in the context. The snapshot is there wherever the market is live.
    explicit View(http::Context& asked);

    http::Context& context;
    const Site& site;
    const MarketInfo& market;
    std::shared_ptr<const catalog::Snapshot> snapshot;  // null where the market has none yet
    std::size_t language = 0;                           // its index in the snapshot
    const Words& words;
    Links links;

    [[nodiscard]] std::string price(Money amount) const;
    /// "ru-KG".
    [[nodiscard]] std::string language_tag() const;
};

/// Another language's address of the same page, for search engines.
struct Alternate {
    std::string tag;
    Address address;
};

/// What a page says of itself beside its content.
struct Head {
    std::string title;
    std::string description;
    std::string canonical;  // a full address; empty: none
    std::vector<Alternate> alternates;
    std::string image;                  // a full address; empty: none
    std::string_view kind = "website";  // of Open Graph
    bool in_search_engines = true;
    Html data;             // JSON-LD
    std::string searched;  // what stands in the search field
};

/// The whole page around its content, as an answer.
[[nodiscard]] http::Response page(const View& view, Head head, const Html& content, int status = 200);

/// Where a picture stands says how soon it is wanted and how wide it will be.
struct Place {
    std::string_view sizes;  // as the attribute wants it
    bool first = false;      // seen before anything is scrolled
};
inline constexpr Place in_grid{"(min-width: 64rem) 20rem, (min-width: 40rem) 33vw, 50vw"};

[[nodiscard]] Html picture(std::string_view address, std::string_view alt, Place place);

/// Products side by side. Cards are views of the snapshot.
[[nodiscard]] Html grid(const View& view, const std::vector<catalog::ProductCard>& cards, bool first = false,
                        const std::vector<std::string_view>& colors = {});
/// A grid with a heading, and where more of it is; nothing where there are no cards.
[[nodiscard]] Html shelf(const View& view, std::string_view heading, const std::vector<catalog::ProductCard>& cards,
                         const Address* more = nullptr);
/// The place for what the visitor has looked at, which only the browser knows.
[[nodiscard]] Html recently_viewed(const View& view);
/// The heart that puts a product on the wishlist; a script's, so it is not seen without one.
[[nodiscard]] Html heart(const View& view, ProductId product, std::string_view name);
/// A price, with what it was before where it is reduced.
[[nodiscard]] Html price_tag(const View& view, Money price, const std::optional<Money>& before);
/// From the start page down to `place`, the last one not a link; also as JSON-LD in `data`.
struct Step {
    std::string_view name;
    Address address;
    std::string canonical;
};
[[nodiscard]] Html breadcrumbs(const View& view, const std::vector<Step>& steps, Html& data);
/// The steps to a category.
[[nodiscard]] std::vector<Step> steps_to(const View& view, std::int32_t category);

/// The filters of a list beside its products; `window` is what they found.
[[nodiscard]] Html filters(const View& view, const catalog::Window& window, bool by_category);
/// What was chosen of them, each to be taken away again.
[[nodiscard]] Html chosen_filters(const View& view);

}  // namespace marque::storefront
