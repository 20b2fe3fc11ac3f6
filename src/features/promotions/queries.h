#pragma once
// All SQL of promotions in orders' transactions.

#include <optional>
#include <string>
#include <vector>

#include "db/codec.h"
#include "db/statement.h"
#include "features/promotions/evaluate.h"

namespace marque::promotions {

struct Sql {
    db::Statement<UsesRow(std::vector<PromotionId>, std::string)> uses{"promotions.uses", R"(
        SELECT w.id, coalesce(u.used, 0) AS used, coalesce(b.used, 0)::bigint AS buyer_used
        FROM unnest($1::bigint[]) AS w(id)
        LEFT JOIN promotion_uses u ON u.promotion_id = w.id
        LEFT JOIN promotion_buyers b ON b.promotion_id = w.id AND b.buyer = $2)"};

    db::Statement<void(MarketCode, OrderId, std::string, std::vector<PromotionId>,
                       std::vector<std::optional<std::string>>, std::vector<std::string>, std::vector<Kind>,
                       std::vector<std::int64_t>)>
        keep{"promotions.keep", R"(
        INSERT INTO order_promotions (market, order_id, place, promotion_id, code, name, kind, amount_minor, buyer)
        SELECT $1, $2::bigint, w.place, w.id, w.code, w.name, w.kind, w.amount, $3
        FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::bigint[])
             WITH ORDINALITY AS w(id, code, name, kind, amount, place))"};

    // Unconditional on purpose: the check promotion_uses_limit fails the whole transaction where the limit is reached.
    db::Statement<void(PromotionId)> use{"promotions.use", R"(
        UPDATE promotion_uses SET used = used + 1 WHERE promotion_id = $1::bigint)"};

    db::Statement<void(MarketCode, PromotionId, std::string, std::int32_t)> use_by_buyer{"promotions.use_by_buyer", R"(
        INSERT INTO promotion_buyers AS b (market, promotion_id, buyer, used_max, used)
        VALUES ($1, $2::bigint, $3, $4::integer, 1)
        ON CONFLICT (market, promotion_id, buyer) DO UPDATE SET used = b.used + 1, used_max = excluded.used_max)"};

    db::Statement<void(OrderId)> give_back{"promotions.give_back", R"(
        WITH given AS (
            SELECT promotion_id, buyer FROM order_promotions WHERE order_id = $1::bigint
        ), counted AS (
            UPDATE promotion_uses u SET used = greatest(u.used - 1, 0) FROM given g
            WHERE u.promotion_id = g.promotion_id
        )
        UPDATE promotion_buyers b SET used = greatest(b.used - 1, 0), used_max = greatest(b.used_max, b.used)
        FROM given g WHERE b.promotion_id = g.promotion_id AND b.buyer = g.buyer)"};
};
inline constexpr Sql sql;
RECORD(Sql, uses, keep, use, use_by_buyer, give_back);

/// Only for the negative control "naive_coupons": write what was read and one more, whatever the limit.
struct NaiveSql {
    db::Statement<void(PromotionId, std::int64_t)> set_used{"promotions.naive_set_used", R"(
        UPDATE promotion_uses SET used = least($2::bigint, usage_limit) WHERE promotion_id = $1::bigint)"};
};
inline constexpr NaiveSql naive_sql;

}  // namespace marque::promotions
