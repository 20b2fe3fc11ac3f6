#pragma once
// All SQL of reviews. The counts in product_stats and helpful_count are the triggers' business (migration 0036).

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/media/media.h"
#include "features/reviews/reviews.h"

namespace marque::reviews {

/// A product that the market sells, with what its market's customers made of it.
struct RatedProductRow {
    ProductId product_id;
    std::vector<std::int32_t> rating_counts;
};
RECORD(RatedProductRow, product_id, rating_counts);

struct ShownRow {
    ReviewId id;
    Stars rating;
    std::string title;
    std::string comment;
    std::string author_label;
    std::string language;
    std::vector<std::string> images;
    bool is_verified_purchase = false;
    std::int32_t helpful_count = 0;
    Timestamp created_at;
    Timestamp updated_at;
    std::int64_t total_count = 0;
};
RECORD(ShownRow, id, rating, title, comment, author_label, language, images, is_verified_purchase, helpful_count,
       created_at, updated_at, total_count);

/// All of a review, for its author and for managers.
struct FullRow {
    ReviewId id;
    MarketCode market;
    ProductId product_id;
    std::string product_slug;
    std::string product_name;
    std::optional<UserId> user_id;
    std::optional<OrderId> order_id;
    Stars rating;
    std::string title;
    std::string comment;
    std::string author_label;
    std::string language;
    std::vector<std::string> images;
    std::vector<media::MediaId> image_ids;  // for its author only
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
    std::int64_t total_count = 0;
};
RECORD(FullRow, id, market, product_id, product_slug, product_name, user_id, order_id, rating, title, comment,
       author_label, language, images, image_ids, is_verified_purchase, is_approved, state, rejection_reason,
       helpful_count, version, created_at, updated_at, moderated_by, moderated_at, total_count);

/// What decides about a new review.
struct TargetRow {
    ProductId product_id;
    std::string product_market;
    std::optional<OrderId> bought_by;  // the newest delivered order with an article of the product
    bool is_reviewed = false;
    bool needs_approval = true;
};
RECORD(TargetRow, product_id, product_market, bought_by, is_reviewed, needs_approval);

struct OwnRow {
    std::string full_name;
    std::optional<OrderId> bought_by;
    bool needs_approval = true;
};
RECORD(OwnRow, full_name, bought_by, needs_approval);

/// What was decided about a review before.
struct DecidedRow {
    bool is_current = false;
    State state = State::pending;
    std::optional<std::string> rejection_reason;
    std::optional<UserId> user_id;
};
RECORD(DecidedRow, is_current, state, rejection_reason, user_id);

struct VoteRow {
    std::int32_t helpful_count = 0;
    bool is_own = false;
    bool is_approved = false;
    bool voted = false;
};
RECORD(VoteRow, helpful_count, is_own, is_approved, voted);

struct BoughtRow {
    ProductId product_id;
    std::string product_slug;
    std::string product_name;
    std::optional<std::string> image;
    OrderId order_id;
    std::string order_number;
    std::optional<Timestamp> delivered_at;
    std::int64_t total_count = 0;
};
RECORD(BoughtRow, product_id, product_slug, product_name, image, order_id, order_number, delivered_at, total_count);

struct Sql {
    db::Statement<RatedProductRow(Slug)> rated_product{"reviews.rated_product", R"(
        SELECT r.id AS product_id, coalesce(s.rating_counts, '{0,0,0,0,0}') AS rating_counts
        FROM products r LEFT JOIN product_stats s ON s.product_market = r.market AND s.product_id = r.id
        WHERE r.slug = $1 AND r.is_active
          AND EXISTS (SELECT FROM skus k JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
                      WHERE k.market = r.market AND k.product_id = r.id AND k.is_active))"};

    // $2 only verified ones, $3 with these stars, $4 only with photos, $5 the word of the order.
    db::Statement<ShownRow(ProductId, bool, std::optional<Stars>, bool, std::string, std::int32_t, std::int32_t)> shown{
        "reviews.shown", R"(
        SELECT v.id, v.rating, v.title, v.comment, v.author_label, v.language,
               ARRAY(SELECT i.image_url FROM review_images i WHERE i.market = v.market AND i.review_id = v.id
                     ORDER BY i.sort_order) AS images,
               v.is_verified_purchase, v.helpful_count, v.created_at, v.updated_at, count(*) OVER () AS total_count
        FROM reviews v
        LEFT JOIN LATERAL (SELECT count(*) AS photos FROM review_images i
                           WHERE i.market = v.market AND i.review_id = v.id) seen ON true
        WHERE v.product_id = $1::bigint AND v.is_approved AND (NOT $2::boolean OR v.is_verified_purchase)
          AND ($3::integer IS NULL OR v.rating = $3::integer) AND (NOT $4::boolean OR seen.photos > 0)
        ORDER BY CASE $5::text WHEN 'highest' THEN -v.rating WHEN 'lowest' THEN v.rating
                               WHEN 'helpful' THEN -v.helpful_count WHEN 'photos' THEN -least(seen.photos, 1)
                               ELSE 0 END,
                 CASE WHEN $5::text = 'oldest' THEN v.created_at END, v.created_at DESC, v.id DESC
        LIMIT $6::integer OFFSET $7::integer)"};

    // Twins of a request wait here for each other.
    db::Statement<std::string(UserId)> lock_author{"reviews.lock_author", R"(
        SELECT coalesce(full_name, '') AS full_name FROM users
        WHERE id = $1::bigint AND is_active AND moved_to IS NULL FOR NO KEY UPDATE)"};

    db::Statement<TargetRow(Slug, UserId)> target{"reviews.target", R"(
        SELECT r.id AS product_id, r.market AS product_market,
               (SELECT o.id FROM orders o JOIN order_items i ON i.market = o.market AND i.order_id = o.id
                JOIN skus k ON k.id = i.sku_id
                WHERE o.user_id = $2::bigint AND o.status = 'delivered' AND k.market = r.market AND k.product_id = r.id
                ORDER BY o.id DESC LIMIT 1) AS bought_by,
               EXISTS (SELECT FROM reviews v WHERE v.product_id = r.id AND v.user_id = $2::bigint) AS is_reviewed,
               NOT EXISTS (SELECT FROM review_settings WHERE NOT needs_approval) AS needs_approval
        FROM products r
        WHERE r.slug = $1 AND r.is_active
          AND EXISTS (SELECT FROM skus k JOIN prices p ON p.owner_market = k.market AND p.sku_id = k.id
                      WHERE k.market = r.market AND k.product_id = r.id AND k.is_active))"};

    db::Statement<ReviewId(MarketCode, std::string, ProductId, UserId, std::optional<OrderId>, std::string, Language,
                           Stars, std::string, std::string, bool, std::vector<std::string>)>
        insert{"reviews.insert", R"(
        WITH review AS (
            INSERT INTO reviews (market, product_market, product_id, user_id, order_id, author_label, language, rating,
                                 title, comment, is_verified_purchase, is_approved)
            VALUES ($1, $2, $3::bigint, $4::bigint, $5::bigint, $6, $7, $8::integer, $9, $10, $5::bigint IS NOT NULL,
                    $11::boolean)
            RETURNING market, id
        ), photos AS (
            INSERT INTO review_images (market, review_id, sort_order, image_url)
            SELECT review.market, review.id, given.place, given.path
            FROM review, unnest($12::text[]) WITH ORDINALITY AS given(path, place)
        )
        SELECT id FROM review)"};

    db::Statement<OwnRow(ReviewId, UserId)> lock_own{"reviews.lock_own", R"(
        SELECT coalesce(u.full_name, '') AS full_name,
               (SELECT o.id FROM orders o JOIN order_items i ON i.market = o.market AND i.order_id = o.id
                JOIN skus k ON k.id = i.sku_id
                WHERE o.user_id = v.user_id AND o.status = 'delivered' AND k.market = v.product_market
                  AND k.product_id = v.product_id
                ORDER BY o.id DESC LIMIT 1) AS bought_by,
               NOT EXISTS (SELECT FROM review_settings WHERE NOT needs_approval) AS needs_approval
        FROM reviews v JOIN users u ON u.market = v.market AND u.id = v.user_id
        WHERE v.id = $1::bigint AND v.user_id = $2::bigint FOR NO KEY UPDATE OF v)"};

    // An order that was recorded once stays: what was bought was bought.
    db::Statement<void(ReviewId, Stars, std::string, std::string, std::string, Language, std::optional<OrderId>, bool)>
        update{"reviews.update", R"(
        UPDATE reviews SET rating = $2::integer, title = $3, comment = $4, author_label = $5, language = $6,
               order_id = coalesce(order_id, $7::bigint),
               is_verified_purchase = is_verified_purchase OR $7::bigint IS NOT NULL, is_approved = $8::boolean,
               rejection_reason = NULL, moderated_by = NULL, moderated_at = NULL, version = version + 1,
               updated_at = now()
        WHERE id = $1::bigint)"};

    // After update, whose lock keeps others off.
    db::Statement<void(ReviewId, std::vector<std::string>)> set_images{"reviews.set_images", R"(
        WITH shown AS (
            INSERT INTO review_images (market, review_id, sort_order, image_url)
            SELECT v.market, v.id, given.place, given.path
            FROM reviews v, unnest($2::text[]) WITH ORDINALITY AS given(path, place) WHERE v.id = $1::bigint
            ON CONFLICT (market, review_id, sort_order) DO UPDATE SET image_url = excluded.image_url
        )
        DELETE FROM review_images WHERE review_id = $1::bigint AND sort_order > cardinality($2::text[]))"};

    db::Statement<void(ReviewId, UserId)> remove{"reviews.remove", R"(
        DELETE FROM reviews WHERE id = $1::bigint AND user_id = $2::bigint)"};

    db::Statement<FullRow(ReviewId, std::optional<UserId>, Language)> one{"reviews.one", R"(
        SELECT v.id, v.market, v.product_id, r.slug AS product_slug, coalesce(t.name, r.name) AS product_name,
               v.user_id, v.order_id, v.rating, v.title, v.comment, v.author_label, v.language,
               ARRAY(SELECT i.image_url FROM review_images i WHERE i.market = v.market AND i.review_id = v.id
                     ORDER BY i.sort_order) AS images,
               ARRAY(SELECT m.id FROM review_images i
                     JOIN media m ON m.market = i.market AND m.hash = substring(i.image_url FROM '[0-9a-f]{64}')
                     WHERE i.market = v.market AND i.review_id = v.id AND m.purpose = 'review'
                       AND m.user_id = v.user_id
                     ORDER BY i.sort_order) AS image_ids,
               v.is_verified_purchase, v.is_approved, v.state, v.rejection_reason, v.helpful_count, v.version,
               v.created_at, v.updated_at, v.moderated_by, v.moderated_at, 1::bigint AS total_count
        FROM reviews v JOIN products r ON r.market = v.product_market AND r.id = v.product_id
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = $3
        WHERE v.id = $1::bigint AND ($2::bigint IS NULL OR v.user_id = $2::bigint))"};

    db::Statement<FullRow(UserId, Language, std::int32_t, std::int32_t)> mine{"reviews.mine", R"(
        SELECT v.id, v.market, v.product_id, r.slug AS product_slug, coalesce(t.name, r.name) AS product_name,
               v.user_id, v.order_id, v.rating, v.title, v.comment, v.author_label, v.language,
               ARRAY(SELECT i.image_url FROM review_images i WHERE i.market = v.market AND i.review_id = v.id
                     ORDER BY i.sort_order) AS images,
               ARRAY(SELECT m.id FROM review_images i
                     JOIN media m ON m.market = i.market AND m.hash = substring(i.image_url FROM '[0-9a-f]{64}')
                     WHERE i.market = v.market AND i.review_id = v.id AND m.purpose = 'review'
                       AND m.user_id = v.user_id
                     ORDER BY i.sort_order) AS image_ids,
               v.is_verified_purchase, v.is_approved, v.state, v.rejection_reason, v.helpful_count, v.version,
               v.created_at, v.updated_at, v.moderated_by, v.moderated_at, count(*) OVER () AS total_count
        FROM reviews v JOIN products r ON r.market = v.product_market AND r.id = v.product_id
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = $2
        WHERE v.user_id = $1::bigint ORDER BY v.id DESC LIMIT $3::integer OFFSET $4::integer)"};

    db::Statement<FullRow(State, Language, std::int32_t, std::int32_t)> queue{"reviews.queue", R"(
        SELECT v.id, v.market, v.product_id, r.slug AS product_slug, coalesce(t.name, r.name) AS product_name,
               v.user_id, v.order_id, v.rating, v.title, v.comment, v.author_label, v.language,
               ARRAY(SELECT i.image_url FROM review_images i WHERE i.market = v.market AND i.review_id = v.id
                     ORDER BY i.sort_order) AS images,
               ARRAY(SELECT m.id FROM review_images i
                     JOIN media m ON m.market = i.market AND m.hash = substring(i.image_url FROM '[0-9a-f]{64}')
                     WHERE i.market = v.market AND i.review_id = v.id AND m.purpose = 'review'
                       AND m.user_id = v.user_id
                     ORDER BY i.sort_order) AS image_ids,
               v.is_verified_purchase, v.is_approved, v.state, v.rejection_reason, v.helpful_count, v.version,
               v.created_at, v.updated_at, v.moderated_by, v.moderated_at, count(*) OVER () AS total_count
        FROM reviews v JOIN products r ON r.market = v.product_market AND r.id = v.product_id
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = $2
        WHERE v.state = $1
        ORDER BY CASE WHEN $1 = 'pending' THEN v.updated_at END, v.moderated_at DESC NULLS LAST, v.id
        LIMIT $3::integer OFFSET $4::integer)"};

    // What was delivered to the customer and is still sold, once each, with the order that brought it last.
    db::Statement<BoughtRow(UserId, Language, std::int32_t, std::int32_t)> to_write{"reviews.to_write", R"(
        WITH bought AS (
            SELECT DISTINCT ON (k.market, k.product_id) k.market, k.product_id, o.id AS order_id, o.order_number,
                   o.delivered_date AS delivered_at
            FROM orders o JOIN order_items i ON i.market = o.market AND i.order_id = o.id JOIN skus k ON k.id = i.sku_id
            WHERE o.user_id = $1::bigint AND o.status = 'delivered'
            ORDER BY k.market, k.product_id, o.id DESC
        )
        SELECT b.product_id, r.slug AS product_slug, coalesce(t.name, r.name) AS product_name, r.image, b.order_id,
               b.order_number, b.delivered_at, count(*) OVER () AS total_count
        FROM bought b JOIN products r ON r.market = b.market AND r.id = b.product_id
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = $2
        WHERE r.is_active
          AND NOT EXISTS (SELECT FROM reviews v WHERE v.product_id = b.product_id AND v.user_id = $1::bigint)
        ORDER BY b.order_id DESC, b.product_id LIMIT $3::integer OFFSET $4::integer)"};

    db::Statement<void(ReviewId, UserId)> vote{"reviews.vote", R"(
        INSERT INTO review_votes (market, review_id, user_id)
        SELECT market, id, $2::bigint FROM reviews
        WHERE id = $1::bigint AND is_approved AND user_id IS DISTINCT FROM $2::bigint
        ON CONFLICT DO NOTHING)"};

    db::Statement<void(ReviewId, UserId)> take_vote_back{"reviews.take_vote_back", R"(
        DELETE FROM review_votes WHERE review_id = $1::bigint AND user_id = $2::bigint)"};

    db::Statement<VoteRow(ReviewId, UserId)> votes{"reviews.votes", R"(
        SELECT v.helpful_count, v.user_id IS NOT DISTINCT FROM $2::bigint AS is_own, v.is_approved,
               EXISTS (SELECT FROM review_votes o WHERE o.review_id = v.id AND o.user_id = $2::bigint) AS voted
        FROM reviews v WHERE v.id = $1::bigint)"};

    db::Statement<DecidedRow(ReviewId, std::int32_t)> lock_moderated{"reviews.lock_moderated", R"(
        SELECT version = $2::integer AS is_current, state, rejection_reason, user_id FROM reviews
        WHERE id = $1::bigint FOR NO KEY UPDATE)"};

    db::Statement<void(ReviewId, std::optional<std::string>, std::string)> decide{"reviews.decide", R"(
        UPDATE reviews SET is_approved = $2::text IS NULL, rejection_reason = $2::text, moderated_by = $3,
               moderated_at = now()
        WHERE id = $1::bigint)"};

    db::Statement<bool()> needs_approval{"reviews.needs_approval", R"(
        SELECT NOT EXISTS (SELECT FROM review_settings WHERE NOT needs_approval) AS needs_approval)"};

    db::Statement<void(MarketCode, bool)> set_needs_approval{"reviews.set_needs_approval", R"(
        INSERT INTO review_settings (market, needs_approval) VALUES ($1, $2::boolean)
        ON CONFLICT (market) DO UPDATE SET needs_approval = excluded.needs_approval, updated_at = now())"};

    db::Statement<WrongRating()> wrong_ratings{"reviews.wrong_ratings", R"(
        WITH counted AS (
            SELECT market, product_market, product_id,
                   ARRAY[count(*) FILTER (WHERE rating = 1), count(*) FILTER (WHERE rating = 2),
                         count(*) FILTER (WHERE rating = 3), count(*) FILTER (WHERE rating = 4),
                         count(*) FILTER (WHERE rating = 5)]::integer[] AS counts
            FROM reviews WHERE is_approved GROUP BY market, product_market, product_id
        )
        SELECT product_market, product_id, coalesce(s.rating_counts, '{0,0,0,0,0}')::text AS stored,
               coalesce(c.counts, '{0,0,0,0,0}')::text AS counted
        FROM product_stats s FULL JOIN counted c USING (market, product_market, product_id)
        WHERE coalesce(s.rating_counts, '{0,0,0,0,0}') <> coalesce(c.counts, '{0,0,0,0,0}')
        ORDER BY 1, 2)"};
};
inline constexpr Sql sql;
RECORD(Sql, rated_product, shown, lock_author, target, insert, lock_own, update, set_images, remove, one, mine, queue,
       to_write, vote, take_vote_back, votes, lock_moderated, decide, needs_approval, set_needs_approval,
       wrong_ratings);

}  // namespace marque::reviews
