#pragma once
// Writing, changing and taking back one's own review.

#include "features/media/media.h"
#include "features/reviews/queries.h"
#include "http/gate.h"
#include "work/idempotency.h"

namespace marque::reviews {

inline constexpr Refusal product_not_found{404, "reviews.product_not_found", "This product is not sold in this market"};
inline constexpr Refusal already_reviewed{409, "reviews.already_reviewed",
                                          "You have reviewed this product; change that review instead"};
inline constexpr Refusal busy{409, "reviews.busy", "Another request is changing the same; try again"};

struct ReviewInput {
    static constexpr std::string_view doc =
        "`images` are ids of up to six pictures that the author sent for reviews, in the order they are to be shown "
        "in; "
        "without them the review shows none.";
    Stars rating;
    std::optional<Text<0, 120>> title;
    std::optional<Text<0, 5000>> comment;
    std::optional<std::vector<media::MediaId>> images;
};
RECORD(ReviewInput, rating, title, comment, images);

/// A review as its author sees it.
struct OwnReview {
    ReviewId id;
    MarketCode market;
    ProductId product_id;
    std::string product_slug;
    std::string product_name;
    std::optional<OrderId> order_id;
    Stars rating;
    std::string title;
    std::string comment;
    std::string author;
    std::string language;
    std::vector<std::string> images;
    std::vector<media::MediaId> image_ids;  // of those addresses, so that a change can keep some
    bool is_verified_purchase = false;
    bool is_approved = false;
    State state = State::pending;
    std::optional<std::string> rejection_reason;
    std::int32_t helpful_count = 0;
    Timestamp created_at;
    Timestamp updated_at;
};
RECORD(OwnReview, id, market, product_id, product_slug, product_name, order_id, rating, title, comment, author,
       language, images, image_ids, is_verified_purchase, is_approved, state, rejection_reason, helpful_count,
       created_at, updated_at);

[[nodiscard]] OwnReview own_view_of(const FullRow& row, const Language& language);

/// One for each product and user; the order is recorded where a delivered one holds an article of the product. Replays
/// the answer kept under the Idempotency-Key.
Task<http::Response> write(http::Context& context, Slug product, ReviewInput input);
/// Replaces the caller's review, which then waits for approval again where the market wants that.
Task<OwnReview> rewrite(http::Context& context, ReviewId id, ReviewInput input);
Task<void> take_back(http::Context& context, ReviewId id);

}  // namespace marque::reviews
