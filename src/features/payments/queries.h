#pragma once
// All SQL of payments' states. Whatever changes one holds its row's lock, and the order's behind it.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/orders/orders.h"
#include "features/payments/lifecycle.h"

namespace marque::payments {

struct PaymentRow {
    Uuid id;
    OrderId order_id;
    std::string method;
    Status status = Status::pending;
    std::int64_t amount_minor = 0;
    std::string currency;
    std::string provider;
    std::optional<std::string> provider_reference;
    std::optional<std::string> client_secret;
    std::optional<std::string> action_url;
    std::int32_t attempt = 1;
    bool live = false;
    std::int64_t captured_minor = 0;
    std::int64_t refund_due_minor = 0;
    std::int64_t refunded_minor = 0;
    std::optional<std::string> failure;
    std::optional<std::string> dispute;
    std::optional<Timestamp> provider_at;
    bool must_close = false;
    Timestamp created_at;
    std::string order_number;
    orders::Status order_status = orders::Status::pending;
    std::int64_t order_total_minor = 0;
    std::string order_currency;
    Timestamp expires_at;
    bool has_let_go = false;  // its time was over, and others may have the pieces by now
};
RECORD(PaymentRow, id, order_id, method, status, amount_minor, currency, provider, provider_reference, client_secret,
       action_url, attempt, live, captured_minor, refund_due_minor, refunded_minor, failure, dispute, provider_at,
       must_close, created_at, order_number, order_status, order_total_minor, order_currency, expires_at, has_let_go);

struct Sql {
    db::Statement<PaymentRow(Uuid)> lock{"payments.lock", R"(
        SELECT p.id, p.order_id, p.method, p.status, p.amount_minor, p.currency, p.provider, p.provider_reference,
               p.client_secret, p.action_url, p.attempt, p.live, p.captured_minor, p.refund_due_minor, p.refunded_minor,
               p.failure, p.dispute, p.provider_at, p.must_close, p.created_at, o.order_number,
               o.status AS order_status, o.total_minor AS order_total_minor, o.currency AS order_currency,
               coalesce((SELECT max(r.expires_at) FROM stock_reservations r
                         WHERE r.market = o.market AND r.order_id = o.id), o.created_at) AS expires_at,
               EXISTS (SELECT FROM stock_reservations r WHERE r.market = o.market AND r.order_id = o.id
                         AND r.state = 'released') AS has_let_go
        FROM payments p JOIN orders o ON o.market = p.market AND o.id = p.order_id
        WHERE p.id = $1::uuid FOR NO KEY UPDATE OF p, o)"};

    // Who may see an order's payment is decided here alone: the customer whose order it is, or a manager (no user).
    db::Statement<PaymentRow(OrderId, std::optional<UserId>)> of_order{"payments.of_order", R"(
        SELECT p.id, p.order_id, p.method, p.status, p.amount_minor, p.currency, p.provider, p.provider_reference,
               p.client_secret, p.action_url, p.attempt, p.live, p.captured_minor, p.refund_due_minor, p.refunded_minor,
               p.failure, p.dispute, p.provider_at, p.must_close, p.created_at, o.order_number,
               o.status AS order_status, o.total_minor AS order_total_minor, o.currency AS order_currency,
               coalesce((SELECT max(r.expires_at) FROM stock_reservations r
                         WHERE r.market = o.market AND r.order_id = o.id), o.created_at) AS expires_at,
               EXISTS (SELECT FROM stock_reservations r WHERE r.market = o.market AND r.order_id = o.id
                         AND r.state = 'released') AS has_let_go
        FROM payments p JOIN orders o ON o.market = p.market AND o.id = p.order_id
        WHERE p.order_id = $1::bigint AND ($2::bigint IS NULL OR o.user_id = $2::bigint))"};

    db::Statement<Uuid(std::string, std::string)> find_by_reference{"payments.find_by_reference", R"(
        SELECT id FROM payments WHERE provider = $1 AND provider_reference = $2)"};

    // Before the provider is asked: whom, whether money moves there, and when to ask what became of it.
    db::Statement<void(Uuid, std::string, bool, std::optional<std::int32_t>)> begin{"payments.begin", R"(
        UPDATE payments SET provider = $2, live = $3::boolean, updated_at = now(),
               ask_at = CASE WHEN $4::integer IS NULL THEN NULL ELSE now() + interval '1 second' * $4::integer END
        WHERE id = $1::uuid AND provider IN ('', $2)
          AND status IN ('pending', 'requires_action', 'processing', 'failed'))"};

    db::Statement<void(Uuid, std::string, std::optional<std::string>, std::optional<std::string>)> record_intent{
        "payments.record_intent", R"(
        UPDATE payments SET provider_reference = coalesce(provider_reference, $2), client_secret = $3, action_url = $4,
               updated_at = now(), must_close = status = 'cancelled',
               ask_at = CASE WHEN status = 'cancelled' THEN now() ELSE ask_at END
        WHERE id = $1::uuid AND (provider_reference IS NULL OR provider_reference = $2))"};

    // The provider has looked and has made nothing under the key of this attempt; another key is safe.
    db::Statement<void(Uuid, std::int32_t)> next_attempt{"payments.next_attempt", R"(
        UPDATE payments SET attempt = attempt + 1, updated_at = now()
        WHERE id = $1::uuid AND attempt = $2::integer AND provider_reference IS NULL)"};

    db::Statement<void(Uuid, Status, std::optional<std::string>, std::optional<std::string>, std::optional<Timestamp>)>
        set_status{"payments.set_status", R"(
        WITH changed AS (
            UPDATE payments SET status = $2, updated_at = now(),
                   captured_minor = CASE $2 WHEN 'paid' THEN amount_minor ELSE captured_minor END,
                   provider_reference = coalesce(provider_reference, $3), failure = $4,
                   provider_at = coalesce($5::timestamptz, provider_at),
                   client_secret = CASE WHEN $2 IN ('requires_action', 'processing', 'failed') THEN client_secret END,
                   must_close = $2 = 'cancelled' AND provider_reference IS NOT NULL AND provider <> 'mock',
                   ask_at = CASE WHEN $2 IN ('requires_action', 'processing', 'failed') THEN ask_at
                                 WHEN $2 = 'cancelled' AND provider_reference IS NOT NULL AND provider <> 'mock'
                                     THEN now() END,
                   settled_at = CASE WHEN $2 IN ('paid', 'cancelled') THEN now() ELSE settled_at END
            WHERE id = $1::uuid
            RETURNING market, order_id, status
        )
        UPDATE orders o SET payment_status = c.status, updated_at = now()
        FROM changed c WHERE o.market = c.market AND o.id = c.order_id)"};

    db::Statement<void(Uuid)> closed{"payments.closed", R"(
        UPDATE payments SET must_close = false, ask_at = NULL, updated_at = now() WHERE id = $1::uuid)"};

    db::Statement<void(Uuid, std::string)> note_dispute{"payments.note_dispute", R"(
        UPDATE payments SET dispute = $2, updated_at = now() WHERE id = $1::uuid)"};

    // Leased: whoever takes a payment to ask about it has until the next time it is due.
    db::Statement<PaymentRow(std::int32_t, std::int32_t)> take_to_ask{"payments.take_to_ask", R"(
        WITH due AS MATERIALIZED (
            SELECT id FROM payments WHERE ask_at <= now() ORDER BY ask_at LIMIT $1::integer FOR UPDATE SKIP LOCKED
        ), taken AS (
            UPDATE payments p SET asked_times = asked_times + 1,
                   ask_at = now() + least(interval '1 hour', interval '1 second' * $2::integer
                                                             * 2 ^ least(asked_times, 10)) + interval '10 seconds'
            FROM due WHERE p.id = due.id
            RETURNING p.*
        )
        SELECT p.id, p.order_id, p.method, p.status, p.amount_minor, p.currency, p.provider, p.provider_reference,
               p.client_secret, p.action_url, p.attempt, p.live, p.captured_minor, p.refund_due_minor, p.refunded_minor,
               p.failure, p.dispute, p.provider_at, p.must_close, p.created_at, o.order_number,
               o.status AS order_status, o.total_minor AS order_total_minor, o.currency AS order_currency,
               coalesce((SELECT max(r.expires_at) FROM stock_reservations r
                         WHERE r.market = o.market AND r.order_id = o.id), o.created_at) AS expires_at,
               EXISTS (SELECT FROM stock_reservations r WHERE r.market = o.market AND r.order_id = o.id
                         AND r.state = 'released') AS has_let_go
        FROM taken p JOIN orders o ON o.market = p.market AND o.id = p.order_id)"};

    db::Statement<bool()> any_to_ask{"payments.any_to_ask", R"(
        SELECT true FROM payments WHERE ask_at <= now() LIMIT 1)"};

    // All that may still change, for a reconciliation that somebody asked for.
    db::Statement<void()> ask_all{"payments.ask_all", R"(
        UPDATE payments SET ask_at = now(), asked_times = 0
        WHERE provider NOT IN ('', 'mock')
          AND (must_close OR status IN ('pending', 'requires_action', 'processing', 'failed')
               OR status IN ('paid', 'partially_refunded', 'refund_pending')
                  AND settled_at > now() - interval '30 days'))"};

    // Whatever it turned out to be, somebody asked and got an answer; only what is open is asked about again.
    db::Statement<void(Uuid)> asked{"payments.asked", R"(
        UPDATE payments SET ask_at = NULL
        WHERE id = $1::uuid AND NOT must_close
          AND status NOT IN ('pending', 'requires_action', 'processing', 'failed'))"};
};
inline constexpr Sql sql;
RECORD(Sql, lock, of_order, find_by_reference, begin, record_intent, next_attempt, set_status, closed, note_dispute,
       take_to_ask, any_to_ask, ask_all, asked);

struct RefundRow {
    Uuid id;
    Uuid payment_id;
    OrderId order_id;
    std::int64_t amount_minor = 0;
    std::string currency;
    std::string reason;
    std::string requested_by;
    std::optional<std::string> approved_by;
    std::string state;
    std::optional<std::string> provider_reference;
    std::int32_t attempt = 1;
    std::optional<std::string> failure;
    std::int32_t tries = 0;
    Timestamp created_at;
    std::optional<Timestamp> done_at;
};
RECORD(RefundRow, id, payment_id, order_id, amount_minor, currency, reason, requested_by, approved_by, state,
       provider_reference, attempt, failure, tries, created_at, done_at);

struct RefundSql {
    // Promised and written in one step; payments_refund_due refuses more than was taken, refunds_once the same cause
    // twice.
    db::Statement<Uuid(MarketCode, Uuid, Uuid, std::int64_t, std::string, std::string, std::string, std::string)>
        promise{"refunds.promise", R"(
        WITH made AS (
            INSERT INTO refunds (market, id, payment_id, order_id, amount_minor, currency, cause, reason, requested_by,
                                 state, due_at)
            SELECT $1, $2::uuid, p.id, p.order_id, $4::bigint, p.currency, $5, $6, $7, $8,
                   CASE $8 WHEN 'pending' THEN now() END
            FROM payments p WHERE p.id = $3::uuid
            ON CONFLICT ON CONSTRAINT refunds_once DO NOTHING
            RETURNING id, payment_id, amount_minor
        ), promised AS (
            UPDATE payments p SET refund_due_minor = p.refund_due_minor + m.amount_minor, updated_at = now()
            FROM made m WHERE p.id = m.payment_id
        )
        SELECT id FROM made)"};

    db::Statement<RefundRow(Uuid)> lock{"refunds.lock", R"(
        SELECT id, payment_id, order_id, amount_minor, currency, reason, requested_by, approved_by, state,
               provider_reference, attempt, failure, tries, created_at, done_at
        FROM refunds WHERE id = $1::uuid FOR NO KEY UPDATE)"};

    db::Statement<void(Uuid, std::string, std::string)> approve{"refunds.approve", R"(
        UPDATE refunds SET state = $2, approved_by = $3, due_at = CASE $2 WHEN 'pending' THEN now() END
        WHERE id = $1::uuid AND state = 'waiting')"};

    db::Statement<Uuid(Uuid)> payment_of{"refunds.payment_of", R"(
        SELECT payment_id FROM refunds WHERE id = $1::uuid)"};

    db::Statement<RefundRow(OrderId)> of_order{"refunds.of_order", R"(
        SELECT id, payment_id, order_id, amount_minor, currency, reason, requested_by, approved_by, state,
               provider_reference, attempt, failure, tries, created_at, done_at
        FROM refunds WHERE order_id = $1::bigint ORDER BY created_at, id)"};

    // A refund that failed is promised no more.
    db::Statement<void(Uuid, std::string, std::optional<std::string>, std::optional<std::string>)> conclude{
        "refunds.conclude", R"(
        WITH done AS (
            UPDATE refunds SET state = $2, provider_reference = coalesce($3, provider_reference), failure = $4,
                   due_at = NULL, done_at = CASE WHEN $2 IN ('succeeded', 'failed') THEN now() END
            WHERE id = $1::uuid AND state NOT IN ('succeeded', 'failed')
            RETURNING payment_id, state, amount_minor
        )
        UPDATE payments p SET refund_due_minor = p.refund_due_minor - d.amount_minor, updated_at = now()
        FROM done d WHERE p.id = d.payment_id AND d.state = 'failed')"};

    // What the provider says went back in all, and what our own refunds add up to: the greater is true, since either
    // may be told first.
    db::Statement<std::int64_t(Uuid, std::int64_t)> count_refunded{"refunds.count_refunded", R"(
        UPDATE payments p SET
               refunded_minor = greatest(p.refunded_minor, least($2::bigint, p.captured_minor), s.succeeded),
               refund_due_minor = greatest(p.refund_due_minor, least($2::bigint, p.captured_minor), s.succeeded),
               updated_at = now()
        FROM (SELECT coalesce(sum(amount_minor), 0)::bigint AS succeeded FROM refunds
              WHERE payment_id = $1::uuid AND state = 'succeeded') s
        WHERE p.id = $1::uuid
        RETURNING p.refunded_minor)"};

    db::Statement<bool()> any_due{"refunds.any_due", R"(
        SELECT true FROM refunds WHERE due_at <= now() LIMIT 1)"};

    db::Statement<RefundRow(std::int32_t)> take{"refunds.take", R"(
        WITH due AS MATERIALIZED (
            SELECT id FROM refunds WHERE due_at <= now() ORDER BY due_at LIMIT $1::integer FOR UPDATE SKIP LOCKED
        )
        UPDATE refunds r SET tries = tries + 1,
               due_at = now() + least(interval '1 hour', interval '1 second' * 2 ^ least(tries, 12))
                        + interval '10 seconds'
        FROM due WHERE r.id = due.id
        RETURNING r.id, r.payment_id, r.order_id, r.amount_minor, r.currency, r.reason, r.requested_by, r.approved_by,
                  r.state, r.provider_reference, r.attempt, r.failure, r.tries, r.created_at, r.done_at)"};

    // Tried again soon: the first time after two seconds, later in ever greater distances.
    db::Statement<void(Uuid, std::string, bool)> retry{"refunds.retry", R"(
        UPDATE refunds SET failure = $2, attempt = attempt + CASE WHEN $3::boolean THEN 1 ELSE 0 END,
               due_at = now() + least(interval '1 hour', interval '1 second' * 2 ^ least(tries, 12))
        WHERE id = $1::uuid AND state = 'pending')"};
};
inline constexpr RefundSql refund_sql;
RECORD(RefundSql, promise, lock, approve, payment_of, of_order, conclude, count_refunded, any_due, take, retry);

struct EventRow {
    std::int64_t id = 0;
    std::string provider;
    std::string event_id;
    std::string type;
    std::string body;
    bool verified = false;
    std::int32_t attempts = 0;
};
RECORD(EventRow, id, provider, event_id, type, body, verified, attempts);

struct EventSql {
    db::Statement<void(MarketCode, std::string, std::string, std::string, std::string, bool)> receive{
        "payment_events.receive", R"(
        INSERT INTO payment_events (market, provider, event_id, type, body, verified)
        VALUES ($1, $2, $3, $4, $5, $6::boolean) ON CONFLICT DO NOTHING)"};

    // The same for several at once.
    db::Statement<void(MarketCode, std::vector<std::string>, std::vector<std::string>, std::vector<std::string>,
                       std::vector<std::string>, std::vector<bool>)>
        receive_together{"payment_events.receive_together", R"(
        INSERT INTO payment_events (market, provider, event_id, type, body, verified)
        SELECT $1, w.provider, w.event_id, w.type, w.body, w.verified
        FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[])
             AS w(provider, event_id, type, body, verified)
        ON CONFLICT DO NOTHING)"};

    db::Statement<bool()> any_due{"payment_events.any_due", R"(
        SELECT true FROM payment_events WHERE due_at <= now() LIMIT 1)"};

    // The market is said, though policies say it too: theirs is a list, in which an index has no order to read by, and
    // every look would sort all that is due.
    db::Statement<EventRow(MarketCode, std::int32_t)> lock_due{"payment_events.lock_due", R"(
        SELECT id, provider, event_id, type, body, verified, attempts FROM payment_events
        WHERE market = $1 AND due_at <= now() ORDER BY due_at LIMIT $2::integer FOR UPDATE SKIP LOCKED)"};

    // A lease: the events come back by themselves if this server dies on them.
    db::Statement<void(std::vector<std::int64_t>)> lease{"payment_events.lease", R"(
        UPDATE payment_events SET attempts = attempts + 1,
               due_at = now() + least(interval '1 hour', interval '1 second' * 2 ^ least(attempts, 12))
                        + interval '10 seconds'
        WHERE id = ANY($1::bigint[]))"};

    db::Statement<void(std::int64_t, std::string, std::string, std::optional<Uuid>)> conclude{"payment_events.conclude",
                                                                                              R"(
        UPDATE payment_events SET state = $2, note = $3, payment_id = coalesce($4::uuid, payment_id), due_at = NULL,
               processed_at = now()
        WHERE id = $1::bigint)"};

    // Those of the given events whose payment somebody knows by its reference.
    db::Statement<std::int64_t(std::vector<std::int64_t>, std::vector<std::string>, std::vector<std::string>)> known{
        "payment_events.known", R"(
        SELECT w.id FROM unnest($1::bigint[], $2::text[], $3::text[]) AS w(id, provider, reference)
        WHERE EXISTS (SELECT FROM payments p WHERE p.provider = w.provider AND p.provider_reference = w.reference))"};

    // A payment nobody knows yet may be about to be recorded; after a day nobody looks for it any more by itself.
    // `attempts` are those that no lease has counted.
    db::Statement<void(std::vector<std::int64_t>, std::string, std::int32_t)> park{"payment_events.park", R"(
        UPDATE payment_events SET state = 'parked', note = $2, attempts = attempts + $3::integer,
               due_at = CASE WHEN received_at > now() - interval '1 day'
                             THEN now() + least(interval '1 hour', interval '15 seconds' * 2 ^ least(attempts, 12)) END
        WHERE id = ANY($1::bigint[]))"};
};
inline constexpr EventSql event_sql;
RECORD(EventSql, receive, receive_together, any_due, lock_due, lease, conclude, known, park);

}  // namespace marque::payments
