// Reviews from elsewhere: approved, of nobody in this shop, once each however often the file is imported.
#include <fmt/format.h>

#include "core/digest.h"
#include "features/catalog/import/store.h"

namespace marque::catalog::import {
namespace {

std::string key_of(const ImportedReview& review) {
    return "import:" +
           sha256_hex(fmt::format("{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}", review.product, review.rating, review.title,
                                  review.comment, review.author, review.created_at ? review.created_at->to_text() : ""))
               .substr(0, 32);
}

}  // namespace

void Store::put_reviews(std::span<ImportItem> items, ImportSummary& summary, std::vector<RefusedRow>& refused) {
    for (const auto& market : here_) {
        std::vector<const ImportedReview*> lines;
        Texts names;
        for (const auto& item : items) {
            const auto* review = std::get_if<ImportedReview>(&item);
            if (review == nullptr || review->market != market) continue;
            lines.push_back(review);
            names.push_back(review->product);
        }
        if (lines.empty()) continue;
        connection_.become(market.upper());
        std::vector<bool> is_known(lines.size(), false);
        Texts owners, authors, languages, titles, comments, keys;
        Numbers ids;
        Integers ratings;
        MaybeTimes times;
        for (auto& row : connection_.rows(bulk_sql.find_named_products, names)) {
            const auto position = static_cast<std::size_t>(row.position) - 1;
            is_known[position] = true;
            const auto& review = *lines[position];
            owners.push_back(std::move(row.market));
            ids.push_back(row.id);
            authors.push_back(review.author);
            languages.push_back(review.language);
            ratings.push_back(review.rating);
            titles.push_back(review.title);
            comments.push_back(review.comment);
            times.push_back(review.created_at);
            keys.push_back(key_of(review));
        }
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (is_known[i]) continue;
            refused.push_back(
                {lines[i]->line, lines[i]->product,
                 fmt::format("names no product that market {} can see: \"{}\"", market.to_text(), lines[i]->product),
                 "product", lines[i]->raw});
        }
        if (ids.empty()) continue;
        const auto added = connection_.rows(bulk_sql.add_reviews, market, owners, ids, authors, languages, ratings,
                                            titles, comments, times, keys);
        summary.reviews_added += static_cast<std::int64_t>(added.size());
        summary.unchanged += static_cast<std::int64_t>(ids.size() - added.size());
    }
}

}  // namespace marque::catalog::import
