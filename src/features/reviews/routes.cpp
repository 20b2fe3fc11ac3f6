// The endpoints of reviews for customers and guests.
#include "features/reviews/author.h"
#include "features/reviews/write.h"

namespace marque::reviews {
namespace {

using http::Body;
using http::Context;
using http::Created;
using http::NoContent;
using http::Query;
using http::Rendered;

constexpr Refusal own_review{409, "reviews.own_review", "One's own review cannot be voted for"};

/// `photos`: those with photos first, of each kind the newest first.
enum class Order { newest, oldest, highest, lowest, helpful, photos };
ENUMERATION(Order, newest, oldest, highest, lowest, helpful, photos);

struct ReviewQuery {
    Order sort = Order::newest;
    bool verified = false;
    bool with_photos = false;
    std::optional<Stars> rating;
    PageLimit limit;
    PageOffset offset;
    std::optional<PageOffset> cursor;
};
RECORD(ReviewQuery, sort, verified, with_photos, rating, limit, offset, cursor);

/// A review as everybody sees it.
struct ReviewView {
    ReviewId id;
    Stars rating;
    std::string title;
    std::string comment;
    std::string author;
    std::string language;
    std::vector<std::string> images;
    bool is_verified_purchase = false;
    std::int32_t helpful_count = 0;
    Timestamp created_at;
    Timestamp updated_at;
};
RECORD(ReviewView, id, rating, title, comment, author, language, images, is_verified_purchase, helpful_count,
       created_at, updated_at);

struct StarCount {
    std::int32_t stars = 0;
    std::int32_t count = 0;
};
RECORD(StarCount, stars, count);

/// Of all approved reviews, whatever the list was filtered by.
struct RatingSummary {
    double average = 0;
    std::int32_t reviews_count = 0;
    std::vector<StarCount> histogram;  // five stars first
};
RECORD(RatingSummary, average, reviews_count, histogram);

struct ReviewPage {
    RatingSummary rating;
    std::vector<ReviewView> items;
    std::int64_t total = 0;
    std::int32_t limit = 0;
    std::int32_t offset = 0;
    std::optional<std::string> next;
};
RECORD(ReviewPage, rating, items, total, limit, offset, next);

struct BoughtProduct {
    ProductId product_id;
    std::string product_slug;
    std::string product_name;
    std::optional<std::string> image;
    OrderId order_id;
    std::string order_number;
    std::optional<Timestamp> delivered_at;
};
RECORD(BoughtProduct, product_id, product_slug, product_name, image, order_id, order_number, delivered_at);

struct Vote {
    ReviewId id;
    std::int32_t helpful_count = 0;
    bool voted = false;
};
RECORD(Vote, id, helpful_count, voted);

/// The average with two decimals, rounded as the catalogue does.
RatingSummary summary_of(const std::vector<std::int32_t>& counts) {
    check(counts.size() == 5, "a rating that has not five counts");
    RatingSummary summary;
    std::int64_t sum = 0;
    for (std::int32_t stars = 5; stars >= 1; --stars) {
        const auto count = counts[static_cast<std::size_t>(stars) - 1];
        summary.histogram.push_back({stars, count});
        summary.reviews_count += count;
        sum += static_cast<std::int64_t>(stars) * count;
    }
    const std::int64_t reviews = summary.reviews_count;
    if (reviews > 0) summary.average = static_cast<double>((200 * sum + reviews) / (2 * reviews)) / 100;
    return summary;
}

Task<ReviewPage> list(Context& context, Slug product, Query<ReviewQuery> query) {
    const auto& wanted = query.value;
    const auto rated = co_await context.db.find(sql.rated_product, product);
    if (!rated) throw Refused{product_not_found};
    const auto rows =
        co_await context.db.rows(sql.shown, rated->product_id, wanted.verified, wanted.rating, wanted.with_photos,
                                 std::string{enum_word(wanted.sort)}, wanted.limit.value(), start_of(wanted));
    auto page = page_without_items<ReviewPage>(rows, wanted);
    page.rating = summary_of(rated->rating_counts);
    for (const auto& row : rows) {
        page.items.push_back({row.id, row.rating, row.title, row.comment,
                              shown_author(row.author_label, context.language), row.language, row.images,
                              row.is_verified_purchase, row.helpful_count, row.created_at, row.updated_at});
    }
    co_return page;
}

Task<Rendered<Created<OwnReview>>> create(Context& context, Slug product, Body<ReviewInput> body) {
    http::Response response = co_await write(context, std::move(product), std::move(body.value));
    co_return Rendered<Created<OwnReview>>{std::move(response)};
}

Task<OwnReview> update(Context& context, ReviewId id, Body<ReviewInput> body) {
    co_return co_await rewrite(context, id, std::move(body.value));
}

Task<NoContent> remove(Context& context, ReviewId id) {
    co_await take_back(context, id);
    co_return NoContent{};
}

Task<Page<OwnReview>> mine(Context& context, Query<PageQuery> query) {
    const auto rows = co_await context.db.rows(sql.mine, context.user().user, context.language,
                                               query.value.limit.value(), start_of(query.value));
    co_return page_of(rows, query.value, [&](const auto& row) { return own_view_of(row, context.language); });
}

Task<OwnReview> get(Context& context, ReviewId id) {
    const auto row = co_await context.db.find(sql.one, id, context.user().user, context.language);
    if (!row) throw Refused{review_not_found};
    co_return own_view_of(*row, context.language);
}

Task<Page<BoughtProduct>> to_write(Context& context, Query<PageQuery> query) {
    const auto rows = co_await context.db.rows(sql.to_write, context.user().user, context.language,
                                               query.value.limit.value(), start_of(query.value));
    co_return page_of(rows, query.value, [](const auto& row) {
        return BoughtProduct{row.product_id, row.product_slug, row.product_name, row.image,
                             row.order_id,   row.order_number, row.delivered_at};
    });
}

/// Votes, or takes the vote back; a second time changes nothing.
Task<Vote> set_vote(Context& context, ReviewId id, bool is_helpful) {
    const UserId user = context.user().user;
    auto transaction = co_await context.db.begin();
    transaction.execute(is_helpful ? sql.vote : sql.take_vote_back, id, user);
    const auto found = transaction.query(sql.votes, id, user);
    co_await transaction.commit();
    const auto votes = found.find();
    if (votes && votes->is_own) throw Refused{own_review};
    if (!votes || !votes->is_approved) throw Refused{review_not_found};
    co_return Vote{id, votes->helpful_count, votes->voted};
}

Task<Vote> vote(Context& context, ReviewId id) { co_return co_await set_vote(context, id, true); }
Task<Vote> take_vote_back(Context& context, ReviewId id) { co_return co_await set_vote(context, id, false); }

}  // namespace

http::Routes routes() {
    using http::Access;
    return {
        http::get<"/api/v1/products/{slug}/reviews", list>(
            {.summary = "Approved reviews of a product, with the histogram of its stars",
             .access = Access::guest,
             .refuses = {&product_not_found},
             .statements_max = 2}),
        http::post<"/api/v1/products/{slug}/reviews", create>(
            {.summary = "Review a product, once; verified where a delivered order holds it",
             .refuses = {&product_not_found, &already_reviewed, &busy, &media::media_not_usable,
                         &work::idempotency_key_malformed, &work::idempotency_key_reused},
             .statements_max = 7}),
        http::get<"/api/v1/reviews/{id}", get>(
            {.summary = "One of the caller's reviews", .refuses = {&review_not_found}, .statements_max = 1}),
        http::put<"/api/v1/reviews/{id}", update>(
            {.summary = "Replace one's own review; it waits for approval again where the market wants that",
             .refuses = {&review_not_found, &busy, &media::media_not_usable},
             .statements_max = 5}),
        http::del<"/api/v1/reviews/{id}", remove>(
            {.summary = "Take one's own review back", .refuses = {&review_not_found, &busy}, .statements_max = 1}),
        http::post<"/api/v1/reviews/{id}/helpful", vote>(
            {.summary = "Say that somebody's review helped; a second time changes nothing",
             .refuses = {&review_not_found, &own_review},
             .statements_max = 2}),
        http::del<"/api/v1/reviews/{id}/helpful", take_vote_back>(
            {.summary = "Take the vote back", .refuses = {&review_not_found, &own_review}, .statements_max = 2}),
        http::get<"/api/v1/profile/reviews", mine>(
            {.summary = "The caller's reviews with what was decided of them, newest first",
             .refuses = {},
             .statements_max = 1}),
        http::get<"/api/v1/profile/reviews/to-write", to_write>(
            {.summary = "Products that were delivered to the caller and wait for a review",
             .refuses = {},
             .statements_max = 1}),
    };
}

}  // namespace marque::reviews
