// /robots.txt, sitemaps and feeds: public, of all live markets, written from the snapshots while they are sent.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "core/xml.h"
#include "features/catalog/catalog.h"
#include "features/catalog/feeds/feeds.h"
#include "features/catalog/feeds/product_feed.h"
#include "features/catalog/feeds/sitemap.h"

namespace marque::catalog::feeds {
namespace {

using http::Context;
using http::Query;
using http::Response;

constexpr Refusal no_sitemap{404, "catalog.no_sitemap", "There is no such sitemap"};
constexpr Refusal no_feed{404, "catalog.no_feed", "There is no feed of this market in this language"};

/// Crawlers come a few times a day; a proxy may spare us most of them.
constexpr std::string_view kept_for_an_hour = "public, max-age=3600";

/// What is nobody's to index: a customer's own things, orders, managers, tools.
constexpr std::string_view private_paths[] = {
    "/api/v1/auth/",   "/api/v1/cart/",     "/api/v1/manager/", "/api/v1/orders",
    "/api/v1/profile", "/api/v1/webhooks/", "/api/v1/wishlist", "/dev/",
    "/docs",           "/metrics",
};

Response robots(Context& context) {
    Response response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = "User-agent: *\n";
    for (const auto path : private_paths) response.body += fmt::format("Disallow: {}\n", path);
    response.body += fmt::format("\nSitemap: {}\n", Pages{context.thread.config}.absolute("/sitemap.xml"));
    response.add_header("Cache-Control", kept_for_an_hour);
    return response;
}

template <class Writer>
Response streamed(Writer writer) {
    Response response;
    response.content_type = "application/xml; charset=utf-8";
    response.add_header("Cache-Control", kept_for_an_hour);
    response.content_name = writer.content_name();
    // A std::function must be copyable, and nobody copies the writer after this.
    response.stream = [writer = std::make_shared<Writer>(std::move(writer))](std::string& piece) {
        return writer->write(piece);
    };
    return response;
}

/// Small enough to be written at once, and to be its own name.
class IndexWriter {
public:
    explicit IndexWriter(std::string text) : text_(std::move(text)) {}
    bool write(std::string& out) {
        out += text_;
        return false;
    }
    [[nodiscard]] const std::string& content_name() const { return text_; }

private:
    std::string text_;
};

Response sitemap_index(Context& context) {
    const Pages pages{context.thread.config};
    std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
    for (const auto& market : context.thread.markets.markets) {
        if (!market.is_live()) continue;
        const auto snapshot = context.service<Snapshots>().get(market.code);
        const auto files = file_count(thing_count(*snapshot), market.languages.size());
        for (std::size_t file = 1; file <= files; ++file) {
            text += "<sitemap><loc>";
            append_xml(text, pages.absolute("/" + file_name(market.code, file)));
            text += "</loc></sitemap>\n";
        }
    }
    text += "</sitemapindex>\n";
    return streamed(IndexWriter{std::move(text)});
}

Response sitemap(Context& context, std::string name) {
    const auto wanted = file_wanted(name);
    const auto* market = wanted ? context.thread.markets.find(wanted->market) : nullptr;
    if (market == nullptr || !market->is_live()) throw Refused{no_sitemap};
    auto snapshot = context.service<Snapshots>().get(market->code);
    if (wanted->file > file_count(thing_count(*snapshot), market->languages.size())) throw Refused{no_sitemap};
    return streamed(SitemapWriter{std::move(snapshot), *market, Pages{context.thread.config}, wanted->file});
}

struct FeedQuery {
    std::optional<Text<2, 8>> lang;
};
RECORD(FeedQuery, lang);

Response product_feed(Context& context, std::string name, Query<FeedQuery> query) {
    const auto code = MarketCode::parse(name);
    const auto* market = code ? context.thread.markets.find(*code) : nullptr;
    if (market == nullptr || !market->is_live()) throw Refused{no_feed};
    const Language language = query.value.lang ? query.value.lang->to_text() : market->languages.front();
    if (std::ranges::find(market->languages, language) == market->languages.end()) throw Refused{no_feed};
    return streamed(
        FeedWriter{context.service<Snapshots>().get(market->code), *market, language, Pages{context.thread.config}});
}

}  // namespace

http::Routes routes() {
    using http::Access;
    using http::Cache;
    using http::get;
    return {
        get<"/robots.txt", robots>(
            {.summary = "What crawlers may read, and where the sitemap is", .access = Access::open, .refuses = {}}),
        get<"/sitemap.xml", sitemap_index>(
            {.summary = "Sitemaps of all live markets", .access = Access::open, .refuses = {}, .cache = Cache::named}),
        get<"/sitemap-{name}.xml", sitemap>({.summary = "Pages of a market (kg, kg-2, …) in its languages",
                                             .access = Access::open,
                                             .refuses = {&no_sitemap},
                                             .cache = Cache::named}),
        get<"/feed-{market}.xml", product_feed>(
            {.summary = "Articles of a market for shopping sites, with prices in its currency",
             .access = Access::open,
             .refuses = {&no_feed},
             .cache = Cache::named}),
    };
}

}  // namespace marque::catalog::feeds
