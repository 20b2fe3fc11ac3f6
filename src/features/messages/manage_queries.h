#pragma once
// SQL of managers: words, settings, and what became of messages.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/statement.h"
#include "features/messages/messages.h"

namespace marque::messages {

enum class State { waiting, sent, refused, expired, dropped };
ENUMERATION(State, waiting, sent, refused, expired, dropped)

using OutgoingId = Id<struct OutgoingTag>;

struct TemplateRow {
    Kind kind = Kind::order_created;
    Channel channel = Channel::app;
    std::string language;
    std::optional<std::string> subject;
    std::optional<std::string> body;
    std::int32_t version = 0;
    std::optional<Timestamp> updated_at;
    std::optional<std::string> changed_by;
};
RECORD(TemplateRow, kind, channel, language, subject, body, version, updated_at, changed_by);

struct SettingsRow {
    std::string quiet_from;
    std::string quiet_until;
    std::vector<std::string> sms_kinds;
    std::int32_t version = 0;
    bool is_quiet = false;
};
RECORD(SettingsRow, quiet_from, quiet_until, sms_kinds, version, is_quiet);

struct MessageLine {
    OutgoingId id;
    Kind kind = Kind::order_created;
    Channel channel = Channel::mail;
    Topic topic = Topic::orders;
    State state = State::waiting;
    std::optional<UserId> user_id;
    std::string language;
    std::string address;
    std::int32_t tries = 0;
    std::optional<std::string> error;
    Timestamp created_at;
    std::optional<Timestamp> next_try_at;
    std::optional<Timestamp> finished_at;
};
RECORD(MessageLine, id, kind, channel, topic, state, user_id, language, address, tries, error, created_at, next_try_at,
       finished_at);

struct ManageSql {
    db::Statement<TemplateRow(std::optional<Kind>, std::optional<Channel>, std::optional<std::string>)> templates{
        "message_templates.list", R"(
        SELECT kind, channel, language, subject, body, version, updated_at, changed_by FROM message_templates
        WHERE ($1::text IS NULL OR kind = $1::text) AND ($2::text IS NULL OR channel = $2::text)
          AND ($3::text IS NULL OR language = $3::text))"};

    // Version 0 is the server's own words, which nobody changed yet. Nothing comes back where it has another by now.
    db::Statement<std::int32_t(MarketCode, Kind, Channel, std::string, std::optional<std::string>,
                               std::optional<std::string>, std::int32_t, std::string)>
        put{"message_templates.put", R"(
        WITH changed AS (
            UPDATE message_templates SET subject = $5, body = $6, version = version + 1, changed_by = $8,
                   updated_at = now()
            WHERE kind = $2 AND channel = $3 AND language = $4 AND version = $7::integer
            RETURNING version
        ), added AS (
            INSERT INTO message_templates (market, kind, channel, language, subject, body, changed_by)
            SELECT $1, $2, $3, $4, $5, $6, $8 WHERE $7::integer = 0
            ON CONFLICT (market, kind, channel, language) DO NOTHING
            RETURNING version
        )
        SELECT version FROM changed UNION ALL SELECT version FROM added)"};

    db::Statement<SettingsRow(MarketCode)> settings{"message_settings.get", R"(
        SELECT to_char(quiet_from, 'HH24:MI') AS quiet_from, to_char(quiet_until, 'HH24:MI') AS quiet_until, sms_kinds,
               version, marque_is_quiet(quiet_from, quiet_until, time_zone, now()) AS is_quiet
        FROM (SELECT coalesce(s.quiet_from, '21:00') AS quiet_from, coalesce(s.quiet_until, '09:00') AS quiet_until,
                     coalesce(s.sms_kinds, '{order_shipped,order_delivered}') AS sms_kinds,
                     coalesce(s.version, 0) AS version, m.time_zone
              FROM markets m LEFT JOIN message_settings s ON s.market = m.code WHERE m.code = $1) AS now_set)"};

    db::Statement<std::int32_t(MarketCode, std::string, std::string, std::vector<Kind>, std::int32_t, std::string)>
        put_settings{"message_settings.put", R"(
        WITH changed AS (
            UPDATE message_settings
            SET quiet_from = $2::text::time, quiet_until = $3::text::time, sms_kinds = $4::text[],
                version = version + 1, changed_by = $6
            WHERE market = $1 AND version = $5::integer RETURNING version
        ), added AS (
            INSERT INTO message_settings (market, quiet_from, quiet_until, sms_kinds, changed_by)
            SELECT $1, $2::text::time, $3::text::time, $4::text[], $6 WHERE $5::integer = 0
            ON CONFLICT (market) DO NOTHING RETURNING version
        )
        SELECT version FROM changed UNION ALL SELECT version FROM added)"};

    db::Statement<MessageLine(std::optional<Kind>, std::optional<Channel>, std::optional<State>, std::optional<UserId>,
                              std::optional<Timestamp>, std::optional<OutgoingId>, std::int32_t)>
        log{"messages.log", R"(
        SELECT id, kind, channel, topic, state, user_id, language, address, tries, error, created_at,
               CASE WHEN state = 'waiting' THEN available_at END AS next_try_at, finished_at
        FROM outgoing_messages
        WHERE ($1::text IS NULL OR kind = $1::text) AND ($2::text IS NULL OR channel = $2::text)
          AND ($3::text IS NULL OR state = $3::text) AND ($4::bigint IS NULL OR user_id = $4::bigint)
          AND ($5::timestamptz IS NULL OR created_at >= $5::timestamptz) AND ($6::bigint IS NULL OR id < $6::bigint)
        ORDER BY id DESC LIMIT $7::integer)"};

    db::Statement<std::int64_t()> tests_of_hour{"messages.tests_of_hour", R"(
        SELECT count(*) FROM outgoing_messages
        WHERE source LIKE 'test:%' AND created_at > now() - interval '1 hour')"};
};
inline constexpr ManageSql manage_sql;
RECORD(ManageSql, templates, put, settings, put_settings, log, tests_of_hour);

}  // namespace marque::messages
