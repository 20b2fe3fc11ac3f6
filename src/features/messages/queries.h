#pragma once
// All SQL of messages on their way: whom they reach, the messages themselves, and who wants which.

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
#include "features/messages/messages.h"

namespace marque::messages {

struct ReaderRow {
    std::string shop;
    std::vector<std::string> sms_kinds;
    std::string phone;  // empty: no such customer
    std::string email;  // the confirmed one
    std::string name;
    std::vector<std::string> choices;  // "orders:mail:off"
};
RECORD(ReaderRow, shop, sms_kinds, phone, email, name, choices);

struct WordsRow {
    Channel channel = Channel::app;
    std::string subject;
    std::string body;
};
RECORD(WordsRow, channel, subject, body);

struct DueRow {
    std::int64_t id = 0;
    Kind kind = Kind::order_created;
    Channel channel = Channel::mail;
    std::string language;
    std::string address;
    std::string subject;
    std::string body;
    std::string unsubscribe;
    Uuid message_key;
    std::int32_t tries = 0;
    Timestamp created_at;
    std::string shop;
};
RECORD(DueRow, id, kind, channel, language, address, subject, body, unsubscribe, message_key, tries, created_at, shop);

struct ShownMail {
    std::string address;
    std::string subject;
    std::string message;
    std::string html;
    Timestamp created_at;
};
RECORD(ShownMail, address, subject, message, html, created_at);

struct Sql {
    db::Statement<ReaderRow(MarketCode, std::optional<UserId>)> reader{"messages.reader", R"(
        SELECT coalesce(nullif(m.seller_name, ''), 'Marque') AS shop,
               coalesce(s.sms_kinds, '{order_shipped,order_delivered}') AS sms_kinds, coalesce(u.phone, '') AS phone,
               coalesce(CASE WHEN u.confirmed_email = u.email THEN u.email END, '') AS email,
               coalesce(u.full_name, '') AS name,
               ARRAY(SELECT concat_ws(':', p.topic, p.channel, CASE WHEN p.is_on THEN 'on' ELSE 'off' END)
                     FROM message_preferences p WHERE p.user_id = u.id) AS choices
        FROM markets m LEFT JOIN message_settings s ON s.market = m.code
        LEFT JOIN users u ON u.market = m.code AND u.id = $2::bigint AND u.moved_to IS NULL
        WHERE m.code = $1)"};

    db::Statement<WordsRow(Kind, std::string)> words{"messages.words", R"(
        SELECT channel, subject, body FROM message_templates
        WHERE kind = $1 AND language = $2 AND body IS NOT NULL)"};

    // The same cause is the same message. A guest's address that wants no more (its digest is $12) gets none.
    db::Statement<void(MarketCode, std::string, Kind, Channel, Topic, std::optional<UserId>, std::string, std::string,
                       std::string, std::string, std::string, std::string)>
        queue{"messages.queue", R"(
        INSERT INTO outgoing_messages (market, source, kind, channel, topic, user_id, language, address, subject, body,
                                       unsubscribe)
        SELECT $1, $2, $3, $4, $5, $6::bigint, $7, $8, $9, $10, $11
        WHERE NOT EXISTS (SELECT FROM message_refusals WHERE address_digest = $12 AND topic = $5)
        ON CONFLICT ON CONSTRAINT outgoing_messages_once DO NOTHING)"};

    db::Statement<bool()> any_due{"messages.any_due", R"(
        SELECT true FROM outgoing_messages WHERE state = 'waiting' AND available_at <= now() LIMIT 1)"};

    db::Statement<void()> expire{"messages.expire", R"(
        UPDATE outgoing_messages SET state = 'expired', subject = '', body = '', unsubscribe = '', finished_at = now()
        WHERE state = 'waiting' AND available_at <= now() AND useful_until <= now())"};

    // A lease of $2 seconds, not a lock: whoever dies loses it by itself. What is for telephones waits while it is
    // quiet, by the settings and the clock of this very moment; $4 is the negative control that forgets it.
    db::Statement<DueRow(std::int32_t, std::int32_t, MarketCode, bool)> take{"messages.take", R"(
        WITH shop AS MATERIALIZED (
            SELECT coalesce(nullif(m.seller_name, ''), 'Marque') AS name,
                   marque_is_quiet(coalesce(s.quiet_from, '21:00'), coalesce(s.quiet_until, '09:00'), m.time_zone,
                                   now()) AND NOT $4::boolean AS is_quiet
            FROM markets m LEFT JOIN message_settings s ON s.market = m.code WHERE m.code = $3
        ), due AS MATERIALIZED (
            SELECT ctid AS place FROM outgoing_messages
            WHERE state = 'waiting' AND available_at <= now() AND useful_until > now()
              AND (channel <> 'sms' OR NOT (SELECT is_quiet FROM shop))
            ORDER BY available_at LIMIT $1::integer FOR UPDATE SKIP LOCKED
        )
        UPDATE outgoing_messages o
        SET tries = o.tries + 1, available_at = now() + make_interval(secs => $2::integer)
        FROM due, shop WHERE o.ctid = due.place
        RETURNING o.id, o.kind, o.channel, o.language, o.address, o.subject, o.body, o.unsubscribe, o.message_key,
                  o.tries, o.created_at, shop.name AS shop)"};

    // The negative control "mail_twice": looks at what is due and leaves it there for everybody.
    db::Statement<DueRow(std::int32_t)> naive_take{"messages.naive_take", R"(
        SELECT id, kind, channel, language, address, subject, body, unsubscribe, message_key, tries, created_at,
               'Marque' AS shop
        FROM outgoing_messages WHERE state = 'waiting' AND available_at <= now() LIMIT $1::integer)"};

    db::Statement<void(std::int64_t, std::string, std::optional<std::string>)> finish{"messages.finish", R"(
        UPDATE outgoing_messages SET state = $2, error = $3, subject = '', body = '', unsubscribe = '',
               finished_at = now()
        WHERE id = $1::bigint AND state = 'waiting')"};

    // Nothing comes back where another server has taken it over.
    db::Statement<std::int64_t(std::int64_t, std::int32_t)> hand_over{"messages.hand_over", R"(
        UPDATE outgoing_messages SET state = 'sent', subject = '', body = '', unsubscribe = '', finished_at = now()
        WHERE id = $1::bigint AND tries = $2::integer AND state = 'waiting' RETURNING id)"};

    db::Statement<void(std::int64_t, std::int32_t, std::int32_t, std::string)> retry{"messages.retry", R"(
        UPDATE outgoing_messages
        SET available_at = least(useful_until, now() + make_interval(secs => $3::integer)), error = $4
        WHERE id = $1::bigint AND tries = $2::integer AND state = 'waiting')"};

    db::Statement<void(MarketCode, std::string, std::string, std::string, std::string)> show{"messages.show", R"(
        INSERT INTO development_mail (market, address, subject, message, html) VALUES ($1, $2, $3, $4, $5))"};
};
inline constexpr Sql sql;
RECORD(Sql, reader, words, queue, any_due, expire, take, naive_take, finish, hand_over, retry, show);

struct OwnSql {
    db::Statement<EmailStanding(UserId)> email_standing{"messages.email_standing", R"(
        SELECT coalesce(u.email, '') AS email, coalesce(u.confirmed_email, '') AS confirmed,
               CASE WHEN u.language = ANY (m.languages) THEN u.language ELSE m.languages[1] END AS language,
               (SELECT count(*) FROM outgoing_messages o
                WHERE o.user_id = u.id AND o.kind = 'confirm_email' AND o.created_at > now() - interval '1 day')
                   AS asked_today,
               (SELECT count(*) FROM outgoing_messages o
                WHERE o.address = u.email AND o.kind = 'confirm_email' AND o.created_at > now() - interval '1 day')
                   AS address_asked_today
        FROM users u JOIN markets m ON m.code = u.market WHERE u.id = $1::bigint AND u.moved_to IS NULL)"};

    // Only while it is still the account's address.
    db::Statement<void(UserId, std::string)> confirm{"messages.confirm_email", R"(
        UPDATE users SET confirmed_email = email, email_confirmed_at = now(), updated_at = now()
        WHERE id = $1::bigint AND email = $2 AND confirmed_email IS DISTINCT FROM email)"};

    db::Statement<Preference(UserId)> preferences{"messages.preferences", R"(
        SELECT topic, channel, is_on FROM message_preferences WHERE user_id = $1::bigint)"};

    db::Statement<void(MarketCode, UserId, Topic, Channel, bool)> choose{"messages.choose", R"(
        INSERT INTO message_preferences (market, user_id, topic, channel, is_on)
        SELECT $1, id, $3, $4, $5::boolean FROM users WHERE id = $2::bigint
        ON CONFLICT (market, user_id, topic, channel)
        DO UPDATE SET is_on = excluded.is_on, updated_at = now())"};

    // What waits for the morning, or for a server that does not answer, is not wanted any more either.
    db::Statement<void(UserId, Topic, Channel)> drop{"messages.drop", R"(
        UPDATE outgoing_messages SET state = 'dropped', subject = '', body = '', unsubscribe = '', finished_at = now()
        WHERE user_id = $1::bigint AND topic = $2 AND channel = $3 AND state = 'waiting')"};

    db::Statement<void(MarketCode, std::string, Topic)> refuse{"messages.refuse", R"(
        INSERT INTO message_refusals (market, address_digest, topic) VALUES ($1, $2, $3)
        ON CONFLICT (market, address_digest, topic) DO NOTHING)"};

    db::Statement<void(MarketCode, UserId, std::string)> carry_confirmed{"messages.carry_confirmed", R"(
        UPDATE users SET confirmed_email = $3, email_confirmed_at = now()
        WHERE market = $1 AND id = $2::bigint AND email = $3 AND confirmed_email IS DISTINCT FROM email)"};

    db::Statement<std::string(UserId)> confirmed{"messages.confirmed", R"(
        SELECT coalesce(CASE WHEN confirmed_email = email THEN email END, '') AS email
        FROM users WHERE id = $1::bigint)"};

    db::Statement<ShownMail()> recent_mail{"messages.recent_mail", R"(
        SELECT address, subject, message, html, created_at FROM development_mail ORDER BY id DESC LIMIT 50)"};
};
inline constexpr OwnSql own_sql;
RECORD(OwnSql, email_standing, confirm, preferences, choose, drop, refuse, carry_confirmed, confirmed, recent_mail);

}  // namespace marque::messages
