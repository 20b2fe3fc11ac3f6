#pragma once
// What customers say of products: written, shown, voted on and moderated, each review in the market it was written in.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/page.h"
#include "http/route.h"

namespace marque::reviews {

using ReviewId = Id<struct ReviewTag>;

/// One to five.
class Stars {
public:
    static constexpr IntegerFacts facts{.minimum = 1, .maximum = 5, .example = 5};

    constexpr Stars() = default;
    [[nodiscard]] static Parsed<Stars> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be between 1 and 5");
        return Stars{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    explicit constexpr Stars(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 5;
};

/// What managers decided of the present text.
enum class State { pending, approved, rejected };
ENUMERATION(State, pending, approved, rejected);

inline constexpr Refusal review_not_found{404, "reviews.not_found", "There is no such review"};
inline constexpr Refusal stale_review{409, "reviews.stale", "The review was changed meanwhile; read it again"};

/// A review as those see it who decide whether it is shown.
struct ModeratedReview {
    ReviewId id;
    MarketCode market;
    ProductId product_id;
    std::string product_slug;
    std::string product_name;
    std::optional<UserId> user_id;  // none: an account that was erased, or the demo shop
    std::optional<OrderId> order_id;
    Stars rating;
    std::string title;
    std::string comment;
    std::string author;
    std::string language;
    std::vector<std::string> images;
    bool is_verified_purchase = false;
    bool is_approved = false;
    State state = State::pending;
    std::optional<std::string> rejection_reason;
    std::int32_t helpful_count = 0;
    std::int32_t version = 1;
    Timestamp created_at;
    Timestamp updated_at;
    std::optional<std::string> moderated_by;
    std::optional<Timestamp> moderated_at;
};
RECORD(ModeratedReview, id, market, product_id, product_slug, product_name, user_id, order_id, rating, title, comment,
       author, language, images, is_verified_purchase, is_approved, state, rejection_reason, helpful_count, version,
       created_at, updated_at, moderated_by, moderated_at);

struct QueueQuery {
    State state = State::pending;
    PageLimit limit;
    PageOffset offset;
    std::optional<PageOffset> cursor;
};
RECORD(QueueQuery, state, limit, offset, cursor);

/// How a market treats new reviews.
struct ReviewSettings {
    bool needs_approval = true;
};
RECORD(ReviewSettings, needs_approval);

/// The context's market's reviews in one state; what waits longest comes first, of the others what was decided last.
Task<Page<ModeratedReview>> list_queue(http::Context& context, QueueQuery query);
Task<ModeratedReview> get_moderated(http::Context& context, ReviewId id);
/// Approves the text of this version, or rejects it with a reason for its author. Refuses review_not_found, and
/// stale_review where the author has changed it since.
Task<ModeratedReview> decide(http::Context& context, ReviewId id, std::int32_t version,
                             std::optional<std::string> rejection_reason);
Task<ReviewSettings> get_settings(http::Context& context);
Task<ReviewSettings> set_settings(http::Context& context, ReviewSettings settings);

/// A product whose stored rating is not that of its reviews.
struct WrongRating {
    std::string product_market;
    ProductId product_id;
    std::string stored;
    std::string counted;
};
RECORD(WrongRating, product_market, product_id, stored, counted);

/// Counts all reviews of a market anew and compares; nothing where all is well. For diagnostics: reads every review.
Task<std::vector<WrongRating>> wrong_ratings(db::Handle db);

/// /products/{slug}/reviews, /reviews, /profile/reviews.
[[nodiscard]] http::Routes routes();

}  // namespace marque::reviews
