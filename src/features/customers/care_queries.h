#pragma once
// SQL of caring for a market's customers.

#include "db/codec.h"
#include "db/statement.h"
#include "features/customers/care.h"

namespace marque::customers {

struct StandingRow {
    bool is_manager = false;
    bool has_open = false;
    std::string phone;
    std::string email;
};
RECORD(StandingRow, is_manager, has_open, phone, email);

struct CareSql {
    // $1 a part of name or e-mail, $2 digits of a phone.
    db::Statement<CustomerLine(std::optional<std::string>, std::string, std::optional<bool>, std::optional<Timestamp>,
                               std::optional<UserId>, std::int32_t)>
        list{"customers.list", R"(
        SELECT u.id, u.phone, u.full_name, u.email, u.language, u.is_active, u.blocked_reason, u.blocked_by,
               u.blocked_at, u.moved_to, u.created_at, u.last_login,
               (SELECT count(*) FROM orders o WHERE o.market = u.market AND o.user_id = u.id) AS orders
        FROM users u
        WHERE ($1::text IS NULL OR ($2 <> '' AND strpos(u.phone, $2) > 0) OR strpos(lower(u.full_name), lower($1)) > 0
               OR strpos(lower(u.email), lower($1)) > 0)
          AND ($3::boolean IS NULL OR u.is_active = $3::boolean)
          AND ($4::timestamptz IS NULL OR u.created_at >= $4::timestamptz)
          AND ($5::bigint IS NULL OR u.id < $5::bigint)
        ORDER BY u.id DESC LIMIT $6::integer)"};

    db::Statement<CustomerLine(UserId)> one{"customers.line", R"(
        SELECT u.id, u.phone, u.full_name, u.email, u.language, u.is_active, u.blocked_reason, u.blocked_by,
               u.blocked_at, u.moved_to, u.created_at, u.last_login,
               (SELECT count(*) FROM orders o WHERE o.market = u.market AND o.user_id = u.id) AS orders
        FROM users u WHERE u.id = $1::bigint)"};

    // Blocking again keeps the first reason.
    db::Statement<void(UserId, std::string, std::string)> block{"customers.block", R"(
        UPDATE users SET is_active = false, blocked_reason = $2, blocked_by = $3, blocked_at = now(), updated_at = now()
        WHERE id = $1::bigint AND is_active)"};

    db::Statement<void(UserId)> unblock{"customers.unblock", R"(
        UPDATE users SET is_active = true, blocked_reason = NULL, blocked_by = NULL, blocked_at = NULL,
               updated_at = now()
        WHERE id = $1::bigint AND NOT is_active)"};

    // The row of the account is locked, so that twins of a request find each other's answer.
    db::Statement<UserId(UserId)> lock{"customers.lock", R"(
        SELECT id FROM users WHERE id = $1::bigint FOR UPDATE)"};

    db::Statement<std::int64_t(UserId)> count_notes{"customers.count_notes", R"(
        SELECT count(*) AS notes FROM customer_notes WHERE user_id = $1::bigint)"};

    db::Statement<NoteView(MarketCode, UserId, std::string, std::string)> add_note{"customers.add_note", R"(
        INSERT INTO customer_notes (market, user_id, note, created_by) VALUES ($1, $2::bigint, $3, $4)
        RETURNING id, note, created_by, created_at)"};

    db::Statement<NoteView(UserId)> notes{"customers.notes", R"(
        SELECT id, note, created_by, created_at FROM customer_notes WHERE user_id = $1::bigint ORDER BY id DESC)"};

    db::Statement<db::JsonText(UserId)> data{"customers.data", R"(
        SELECT marque_customer_data($1::bigint) AS data)"};

    db::Statement<StandingRow(UserId)> standing{"customers.standing", R"(
        SELECT EXISTS (SELECT FROM manager_grants g WHERE g.user_id = u.id) AS is_manager,
               EXISTS (SELECT FROM orders o WHERE o.user_id = u.id AND o.status NOT IN ('delivered', 'cancelled'))
               OR EXISTS (SELECT FROM returns r WHERE r.user_id = u.id AND r.state IN ('requested', 'approved'))
                   AS has_open,
               u.phone, coalesce(u.email, '') AS email
        FROM users u WHERE u.id = $1::bigint FOR UPDATE OF u)"};

    // Orders stay for the books, as nobody's; what was issued for them is kept as the law asks.
    db::Statement<void(UserId)> forget_orders{"customers.forget_orders", R"(
        UPDATE orders SET user_id = NULL, customer_name = 'erased', customer_phone = '', customer_email = NULL,
               delivery_address = 'erased', delivery_notes = NULL, updated_at = now()
        WHERE user_id = $1::bigint)"};
    db::Statement<void(UserId)> forget_returns{"customers.forget_returns", R"(
        UPDATE returns SET user_id = NULL WHERE user_id = $1::bigint)"};
    db::Statement<void(UserId)> forget_history{"customers.forget_history", R"(
        DELETE FROM user_market_history WHERE user_id = $1::bigint)"};
    db::Statement<void(std::string)> forget_codes{"customers.forget_codes", R"(
        DELETE FROM verification_codes WHERE phone = $1)"};
    db::Statement<void(std::string)> forget_messages{"customers.forget_messages", R"(
        DELETE FROM sms_messages WHERE phone = $1)"};
    db::Statement<void(std::string)> forget_shown{"customers.forget_shown", R"(
        DELETE FROM development_sms WHERE phone = $1)"};
    db::Statement<void(std::string)> forget_failures{"customers.forget_failures", R"(
        DELETE FROM phone_failures WHERE phone = $1)"};
    db::Statement<void(std::string)> forget_windows{"customers.forget_windows", R"(
        DELETE FROM code_windows WHERE subject = $1)"};
    // Events name phones where an SMS is to be sent; what is under way for somebody who is erased is not sent any more.
    db::Statement<void(std::string)> forget_events{"customers.forget_events", R"(
        DELETE FROM outbox WHERE strpos(payload::text, $1) > 0)"};
    // Answers kept for repetitions: their own go. Managers' stay, so that nothing is done twice, but say nothing.
    db::Statement<void(UserId)> forget_answers{"customers.forget_answers", R"(
        DELETE FROM idempotency_keys WHERE scope = marque_shopper_key($1::bigint))"};
    db::Statement<void(UserId, std::string)> forget_told{"customers.forget_told", R"(
        UPDATE idempotency_keys k SET body = '{}'
        WHERE k.body <> '{}' AND (strpos(k.body, $2) > 0
              OR EXISTS (SELECT FROM orders o WHERE o.user_id = $1::bigint AND strpos(k.body, o.order_number) > 0)))"};
    // What is on its way to the account goes with it; what goes to its phone or address as a guest's, here.
    db::Statement<void(std::string, std::string)> forget_outgoing{"customers.forget_outgoing", R"(
        DELETE FROM outgoing_messages WHERE address = $1 OR address = $2)"};
    db::Statement<void(std::string)> forget_shown_mail{"customers.forget_shown_mail", R"(
        DELETE FROM development_mail WHERE address = $1)"};
    // What hangs on the account goes with it; reviews stay, as nobody's (migration 0036).
    db::Statement<void(UserId)> erase{"customers.erase", R"(
        DELETE FROM users WHERE id = $1::bigint)"};

    // The audit log must not keep what is erased: it is told of the erasure, not of the rows.
    db::Statement<std::string(std::string)> audit{"customers.audit",
                                                  R"(SELECT set_config('marque.audited', $1, true))"};
    // What managers did before stays told; what it showed of the customer does not (migration 0095).
    db::Statement<std::int64_t(UserId)> blank_audit{"customers.blank_audit", R"(
        SELECT marque_blank_audit($1::bigint))"};
    db::Statement<void(MarketCode, UserId, std::string, std::string)> note_erasure{"customers.note_erasure", R"(
        INSERT INTO customer_erasures (market, account_id, reason, created_by) VALUES ($1, $2::bigint, $3, $4))"};
};
inline constexpr CareSql care_sql;
RECORD(CareSql, list, one, block, unblock, lock, count_notes, add_note, notes, data, standing, forget_orders,
       forget_returns, forget_history, forget_codes, forget_messages, forget_shown, forget_failures, forget_windows,
       forget_events, forget_answers, forget_told, forget_outgoing, forget_shown_mail, erase, audit, blank_audit,
       note_erasure);

}  // namespace marque::customers
