#pragma once
// All SQL of SMS. Every step is one statement, so that no transaction is ever open while a provider is asked.

#include <optional>
#include <string>

#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::sms {

struct DueRow {
    std::int64_t id = 0;
    std::string phone;
    std::string message;
    std::int32_t rounds = 0;
    std::int32_t useful_s = 0;
};
RECORD(DueRow, id, phone, message, rounds, useful_s);

struct AskableRow {
    std::int64_t id = 0;
    std::int64_t message_id = 0;
    std::optional<std::string> provider_message_id;
};
RECORD(AskableRow, id, message_id, provider_message_id);

struct Sql {
    // An event that is seen twice is one message. Times are the database's own, whatever a server's clock says.
    db::Statement<void(MarketCode, std::int64_t, std::string, std::string, std::int32_t)> accept{"sms.accept", R"(
        INSERT INTO sms_messages (market, id, phone, message, useful_until)
        SELECT $1, $2::bigint, $3, $4, o.created_at + make_interval(secs => $5::integer)
        FROM outbox o WHERE o.id = $2::bigint
        ON CONFLICT (market, id) DO NOTHING)"};

    db::Statement<bool()> any_due{"sms.any_due", R"(
        SELECT true FROM sms_messages WHERE state = 'waiting' AND available_at <= now() LIMIT 1)"};

    db::Statement<void()> expire{"sms.expire", R"(
        UPDATE sms_messages SET state = 'expired', message = '', finished_at = now()
        WHERE state = 'waiting' AND available_at <= now() AND useful_until <= now())"};

    // A lease, not a lock: begin() renews it before each provider; whoever dies loses it by itself.
    db::Statement<DueRow(std::int32_t)> take{"sms.take", R"(
        WITH due AS MATERIALIZED (
            SELECT ctid AS place FROM sms_messages
            WHERE state = 'waiting' AND available_at <= now() AND useful_until > now()
            ORDER BY available_at LIMIT $1::integer FOR UPDATE SKIP LOCKED
        )
        UPDATE sms_messages SET rounds = rounds + 1, available_at = now() + interval '12 seconds'
        FROM due WHERE sms_messages.ctid = due.place
        RETURNING id, phone, message, rounds, ceil(extract(epoch FROM useful_until - now()))::integer AS useful_s)"};

    // Nothing comes back where the message is finished or another server has taken it over (rounds differ).
    db::Statement<std::int64_t(MarketCode, std::int64_t, std::int32_t, std::string)> begin{"sms.begin", R"(
        WITH mine AS (
            UPDATE sms_messages SET available_at = now() + interval '12 seconds'
            WHERE id = $2::bigint AND rounds = $3::integer AND state = 'waiting' AND useful_until > now()
            RETURNING id
        ), abandoned AS (
            UPDATE sms_deliveries d SET status = 'failed', error = 'nobody was left to hear the answer',
                                        updated_at = now()
            FROM mine WHERE d.message_id = mine.id AND d.status = 'sending'
        )
        INSERT INTO sms_deliveries (market, message_id, provider) SELECT $1, id, $4 FROM mine RETURNING id)"};

    // A report may have come first and knows more. A message that is not waiting any more is forgotten.
    db::Statement<void(std::int64_t, std::int64_t, std::string, std::optional<std::string>, std::optional<std::string>,
                       std::string)>
        conclude{"sms.conclude", R"(
        WITH delivery AS (
            UPDATE sms_deliveries SET status = CASE WHEN status IN ('sending', 'failed') THEN $3 ELSE status END,
                   provider_message_id = coalesce($4, provider_message_id), error = $5, updated_at = now()
            WHERE id = $2::bigint
        )
        UPDATE sms_messages SET state = $6, message = '', finished_at = now()
        WHERE id = $1::bigint AND state = 'waiting' AND $6 <> 'waiting')"};

    db::Statement<void(std::int64_t, std::int32_t, std::int32_t)> retry{"sms.retry", R"(
        UPDATE sms_messages SET available_at = least(useful_until, now() + make_interval(secs => $3::integer))
        WHERE id = $1::bigint AND rounds = $2::integer AND state = 'waiting')"};

    // What a provider says later: a status only ever moves on. A message whose sending nobody could record is sent.
    db::Statement<std::int64_t(std::int64_t, std::string, std::string, std::optional<std::string>,
                               std::optional<std::string>)>
        report{"sms.report", R"(
        WITH ranks AS (
            SELECT ARRAY['sending', 'failed', 'refused', 'accepted', 'sent', 'undelivered', 'delivered'] AS words
        ), reported AS (
            UPDATE sms_deliveries SET status = $3, error = $4, updated_at = now(),
                   provider_message_id = coalesce(provider_message_id, $5)
            FROM ranks
            WHERE id = $1::bigint AND provider = $2 AND (provider_message_id = $5) IS NOT FALSE
              AND array_position(words, status) < array_position(words, $3)
            RETURNING message_id
        ), finished AS (
            UPDATE sms_messages m SET state = 'sent', message = '', finished_at = now()
            FROM reported WHERE m.id = reported.message_id AND m.state = 'waiting'
        )
        SELECT message_id FROM reported)"};

    db::Statement<std::int64_t(std::int64_t, std::string)> delivery_of_message{"sms.delivery_of_message", R"(
        SELECT id FROM sms_deliveries WHERE message_id = $1::bigint AND provider = $2 ORDER BY id DESC LIMIT 1)"};

    db::Statement<std::int64_t(std::string, std::string)> delivery_of_provider{"sms.delivery_of_provider", R"(
        SELECT id FROM sms_deliveries
        WHERE provider_message_id = $1 AND provider = $2 AND created_at > now() - interval '7 days'
        ORDER BY id DESC LIMIT 1)"};

    // Providers that are asked rather than report: what is young enough to change still.
    db::Statement<AskableRow()> askable{"sms.askable", R"(
        SELECT id, message_id, provider_message_id FROM sms_deliveries
        WHERE provider = 'gateway' AND status IN ('accepted', 'sent') AND created_at > now() - interval '30 minutes'
        ORDER BY updated_at LIMIT 20)"};
};
inline constexpr Sql sql;
RECORD(Sql, accept, any_due, expire, take, begin, conclude, retry, report, delivery_of_message, delivery_of_provider,
       askable);

}  // namespace marque::sms
