// A page of a list: ready JSON put side by side, or cards written for a request that wants other members.
#include <fmt/format.h>

#include "features/catalog/list_query.h"
#include "features/catalog/present.h"
#include "features/catalog/views.h"
#include "json/write.h"

namespace marque::catalog {
namespace {

/// What an answer needs beside the snapshot's own text.
struct Owned {
    std::shared_ptr<const Snapshot> snapshot;
    std::vector<std::string> items;
    std::string tail;
};

std::string written_item(const Snapshot& snapshot, const Product& product, std::size_t language, const Shape& shape) {
    auto card = card_of(product, snapshot.shelves(), snapshot.vocabulary(), language);
    if (shape.wants("description")) card.description = product.read(product.locals[language].description);
    if (shape.wants("images")) card.images = images_of(product);
    if (shape.wants("features")) card.features = features_of(product, language);
    if (shape.wants("skus")) card.skus = skus_of(product, snapshot.shelves(), snapshot.vocabulary());
    std::string out;
    for_each_member(card, [&](std::string_view name, const auto& member) {
        if (!shape.wants(name)) return;
        out += out.empty() ? '{' : ',';
        json::append_text(out, name);
        out += ':';
        json::write(out, member);
    });
    out += '}';
    return out;
}

/// The cursor where it belongs to this very list.
std::optional<After> require_own(const http::Context& context, const ListRequest& request) {
    if (!request.cursor) return std::nullopt;
    const auto refuse = [](std::string message) {
        throw Refused{http::invalid_input, {}, {{"cursor", std::move(message)}}};
    };
    if (request.offset) refuse("cannot be combined with offset");
    if (request.cursor->market != context.market->code.to_text()) refuse("is of another market");
    if (request.cursor->sort != request.sort ||
        request.cursor->query != hash_of_filters(context.request.path, context.query)) {
        refuse("is of another query: filters and sort must stay the same from page to page");
    }
    return request.cursor->after;
}

/// Products offered where nothing fits.
constexpr std::size_t offered_max = 8;

SearchView search_view(const Snapshot& snapshot, const TextFound& found, bool nothing_fits, std::size_t language) {
    SearchView view{.corrected_query = {},
                    .complete = static_cast<std::int64_t>(found.complete),
                    .relaxed = {found.relaxed.begin(), found.relaxed.end()},
                    .suggestions = {}};
    if (!found.corrected_query.empty()) view.corrected_query = found.corrected_query;
    for (const Slot slot : snapshot.sorted(Sort::popular)) {
        if (!nothing_fits || view.suggestions.size() == offered_max) break;
        if (!snapshot.index().columns.in_stock.test(slot)) continue;
        view.suggestions.push_back(
            card_of(snapshot.product(slot), snapshot.shelves(), snapshot.vocabulary(), language));
    }
    return view;
}

}  // namespace

std::vector<Slot> best_page(std::vector<search::Match> matches, const Bits& fitting, std::size_t limit,
                            std::size_t offset) {
    std::erase_if(matches, [&](const search::Match& match) { return !fitting.test(match.key); });
    const std::size_t end = std::min(matches.size(), offset + limit + 1);
    search::best_first(matches, end);
    std::vector<Slot> page;
    for (std::size_t i = offset; i < end; ++i) page.push_back(matches[i].key);
    return page;
}

http::Response list_page(const http::Context& context, std::shared_ptr<const Snapshot> snapshot, const Filter& filter,
                         const ListRequest& request) {
    static constexpr std::string_view comma = ",";
    const auto after = require_own(context, request);
    const std::size_t language = snapshot->language_index(context.language);
    const Index& index = snapshot->index();
    const Filtered filtered{*snapshot, filter};
    const auto limit = static_cast<std::size_t>(request.limit.value());
    const std::int64_t offset = after ? request.cursor->position : request.offset.value_or(PageOffset{}).value();
    const auto first = static_cast<std::size_t>(offset);
    auto page = request.sort == Sort::relevance
                    ? best_page(request.found->matches, filtered.all(), limit, first)
                    : page_of(index, filtered.all(), filtered.count(), request.sort, limit, first, after);
    std::optional<std::string> next;
    if (page.size() > limit) {
        page.pop_back();
        Cursor cursor;
        cursor.market = context.market->code.to_text();
        cursor.sort = request.sort;
        cursor.query = hash_of_filters(context.request.path, context.query);
        cursor.after = {index.columns.key(request.sort, page.back()), index.columns.ids[page.back()]};
        cursor.position = offset + static_cast<std::int64_t>(page.size());
        next = cursor.to_text();
    }
    auto owned = std::make_shared<Owned>();
    http::Response response;
    response.parts.reserve(2 * page.size() + 2);
    response.parts.emplace_back(R"({"items":[)");
    owned->items.reserve(page.size());
    for (const Slot slot : page) {
        if (response.parts.size() > 1) response.parts.push_back(comma);
        const auto& product = snapshot->product(slot);
        if (request.shape.is_plain()) {
            response.parts.push_back(snapshot->card(product, language));
        } else {
            response.parts.push_back(
                owned->items.emplace_back(written_item(*snapshot, product, language, request.shape)));
        }
    }
    owned->tail =
        fmt::format(R"(],"total":{},"limit":{},"offset":{},"next":)", filtered.count(), request.limit.value(), offset);
    json::write(owned->tail, next);
    if (request.facets) {
        owned->tail += R"(,"facets":)";
        write_facets(owned->tail, *snapshot, filter, filtered, language);
    }
    if (request.found) {
        owned->tail += R"(,"search":)";
        json::write(owned->tail, search_view(*snapshot, *request.found, filtered.count() == 0, language));
    }
    owned->tail += '}';
    response.parts.push_back(owned->tail);
    owned->snapshot = std::move(snapshot);
    response.owner = std::move(owned);
    return response;
}

}  // namespace marque::catalog
