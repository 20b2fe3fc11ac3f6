#pragma once
// All SQL of notifications.

#include <string>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/notifications/notifications.h"
#include "features/orders/orders.h"
#include "features/reviews/reviews.h"

namespace marque::notifications {

struct NotificationRow {
    NotificationId id;
    std::string type;
    std::string title;
    std::string message;
    db::JsonText data;
    bool is_read = false;
    Timestamp created_at;
    std::int64_t total_count = 0;
};
RECORD(NotificationRow, id, type, title, message, data, is_read, created_at, total_count);

/// An order as its customer is told of it, or the guest who placed it.
struct OrderNewsRow {
    std::optional<UserId> user_id;
    std::string order_number;
    std::int64_t total_minor = 0;
    std::string currency;
    std::string sign;      // the market's, of the currency
    std::string language;  // the customer's, or the market's first where it does not speak that
    std::string parcel;    // "courier, number", or less; empty where it cannot be followed
    std::string reason;    // why it was cancelled; empty where nobody said
    std::string tracking_url;
    std::int64_t subtotal_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t shipping_minor = 0;
    std::int64_t tax_minor = 0;
    std::string name;  // of a guest, as are the two behind it; a customer's are the account's
    std::string phone;
    std::string email;
};
RECORD(OrderNewsRow, user_id, order_number, total_minor, currency, sign, language, parcel, reason, tracking_url,
       subtotal_minor, discount_minor, shipping_minor, tax_minor, name, phone, email);

struct OrderLineRow {
    std::string product_name;
    std::string size;
    std::int32_t quantity = 0;
    std::int64_t subtotal_minor = 0;
};
RECORD(OrderLineRow, product_name, size, quantity, subtotal_minor);

/// A review as its author is told what was decided.
struct ReviewNewsRow {
    std::string product_slug;
    std::string product_name;  // in the author's language
    std::string reason;        // empty where it was approved
    std::string language;
};
RECORD(ReviewNewsRow, product_slug, product_name, reason, language);

/// An article as who waited for it is told of it.
struct BackNewsRow {
    std::string product_slug;
    std::string product_name;  // in the customer's language
    std::string size;
    std::string language;
};
RECORD(BackNewsRow, product_slug, product_name, size, language);

struct Sql {
    db::Statement<NotificationRow(UserId, bool, std::int32_t, std::int32_t)> list{"notifications.list", R"(
        SELECT id, type, title, message, data, is_read, created_at, count(*) OVER () AS total_count
        FROM notifications WHERE user_id = $1::bigint AND (NOT $2::boolean OR NOT is_read)
        ORDER BY id DESC LIMIT $3::integer OFFSET $4::integer)"};

    db::Statement<NotificationRow(UserId, NotificationId)> read{"notifications.read", R"(
        UPDATE notifications SET is_read = true, read_at = coalesce(read_at, now())
        WHERE user_id = $1::bigint AND id = $2::bigint
        RETURNING id, type, title, message, data, is_read, created_at, 1::bigint AS total_count)"};

    db::Statement<void(UserId)> read_all{"notifications.read_all", R"(
        UPDATE notifications SET is_read = true, read_at = now() WHERE user_id = $1::bigint AND NOT is_read)"};

    db::Statement<std::int64_t(UserId)> unread{"notifications.unread", R"(
        SELECT count(*) FROM notifications WHERE user_id = $1::bigint AND NOT is_read)"};

    // Nothing of an order that was erased: it is nobody's, and names nobody any more.
    db::Statement<OrderNewsRow(OrderId)> order_news{"notifications.order_news", R"(
        SELECT o.user_id, o.order_number, o.total_minor, o.currency, m.currency_sign AS sign,
               CASE WHEN u.language = ANY (m.languages) THEN u.language ELSE m.languages[1] END AS language,
               concat_ws(', ', o.carrier, o.tracking_number) AS parcel, coalesce(o.cancel_reason, '') AS reason,
               coalesce(o.tracking_url, '') AS tracking_url, o.subtotal_minor, o.discount_minor, o.shipping_minor,
               o.tax_minor, o.customer_name AS name, o.customer_phone AS phone,
               coalesce(o.customer_email, '') AS email
        FROM orders o LEFT JOIN users u ON u.market = o.market AND u.id = o.user_id JOIN markets m ON m.code = o.market
        WHERE o.id = $1::bigint AND (o.user_id IS NOT NULL OR o.customer_phone <> ''))"};

    db::Statement<OrderLineRow(OrderId)> order_lines{"notifications.order_lines", R"(
        SELECT product_name, size, quantity, subtotal_minor FROM order_items WHERE order_id = $1::bigint
        ORDER BY line LIMIT 200)"};

    db::Statement<std::string(orders::ReturnId)> return_decision{"notifications.return_decision", R"(
        SELECT decision FROM returns WHERE id = $1::bigint)"};

    // Nothing where the decision no longer stands: the author, or managers, changed the review since.
    db::Statement<ReviewNewsRow(reviews::ReviewId, std::int32_t, bool)> review_news{"notifications.review_news", R"(
        SELECT r.slug AS product_slug, coalesce(t.name, r.name) AS product_name,
               coalesce(v.rejection_reason, '') AS reason, l.language
        FROM reviews v JOIN users u ON u.market = v.market AND u.id = v.user_id JOIN markets m ON m.code = v.market
        CROSS JOIN LATERAL (SELECT CASE WHEN u.language = ANY (m.languages) THEN u.language
                                        ELSE m.languages[1] END AS language) l
        JOIN products r ON r.market = v.product_market AND r.id = v.product_id
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = l.language
        WHERE v.id = $1::bigint AND v.version = $2::integer AND v.is_approved = $3::boolean AND v.state <> 'pending')"};

    db::Statement<BackNewsRow(UserId, SkuId)> back_news{"notifications.back_news", R"(
        SELECT r.slug AS product_slug, coalesce(t.name, r.name) AS product_name, k.size, l.language
        FROM users u JOIN markets m ON m.code = u.market
        CROSS JOIN LATERAL (SELECT CASE WHEN u.language = ANY (m.languages) THEN u.language
                                        ELSE m.languages[1] END AS language) l
        JOIN stock s ON s.market = u.market AND s.sku_id = $2::bigint
        JOIN skus k ON k.market = s.owner_market AND k.id = s.sku_id
        JOIN products r ON r.market = k.market AND r.id = k.product_id
        LEFT JOIN product_translations t ON t.market = r.market AND t.product_id = r.id AND t.language = l.language
        WHERE u.id = $1::bigint)"};

    // An event may come twice (its relay died after this commit); the second time changes nothing.
    db::Statement<void(MarketCode, UserId, std::string, std::string, std::string, db::JsonText, std::int64_t)> insert{
        "notifications.insert", R"(
        INSERT INTO notifications (market, user_id, type, title, message, data, event_id)
        VALUES ($1, $2::bigint, $3, $4, $5, $6::jsonb, $7::bigint)
        ON CONFLICT ON CONSTRAINT notifications_once DO NOTHING)"};
};
inline constexpr Sql sql;
RECORD(Sql, list, read, read_all, unread, order_news, order_lines, return_decision, review_news, back_news, insert);

}  // namespace marque::notifications
