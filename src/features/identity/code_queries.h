#pragma once
// All SQL of one-time codes and their limits. Times are compared in the database, whose clock all servers share.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/market.h"
#include "core/phone.h"
#include "core/record.h"
#include "core/text.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::identity {

struct WindowRow {
    std::string kind;
    std::int32_t uses = 0;
    std::int32_t uses_max = 0;
    std::int32_t left_s = 0;
};
RECORD(WindowRow, kind, uses, uses_max, left_s);

struct BudgetRow {
    std::string verdict;  // sent, withheld, exhausted
    std::int32_t budget_left_s = 0;
    std::int32_t locked_s = 0;
    bool has_account = false;
};
RECORD(BudgetRow, verdict, budget_left_s, locked_s, has_account);

struct FailuresRow {
    std::int32_t failures = 0;  // in the last 24 hours
    std::int32_t lockouts = 0;
    std::int32_t locked_s = 0;
};
RECORD(FailuresRow, failures, lockouts, locked_s);

struct CodeRow {
    Uuid id;
    std::string code_hmac;
    std::int32_t attempts = 0;
};
RECORD(CodeRow, id, code_hmac, attempts);

struct CompletionRow {
    std::int32_t sent = 0;
    std::int32_t completed = 0;
};
RECORD(CompletionRow, sent, completed);

struct CodeSql {
    // Counts one use of each window, in the given order, which is the same for everybody: no two requests wait for each
    // other. What is over its limit is undone by the caller's rollback. Last comes the market's own row, which makes
    // what follows in the transaction one at a time.
    db::Statement<WindowRow(MarketCode, Phone, std::vector<std::string>, std::vector<std::string>,
                            std::vector<std::int32_t>, std::vector<std::int32_t>)>
        count_send{"identity.count_send", R"(
        INSERT INTO code_windows AS w (market, kind, subject, uses, uses_max, seen, ends_at)
        SELECT $1, a.kind, a.subject, 1, a.uses_max,
               CASE WHEN a.kind IN ('address', 'network') THEN ARRAY[hashtextextended($2, 0)] ELSE '{}' END,
               now() + make_interval(secs => a.window_s)
        FROM unnest($3::text[], $4::text[], $5::integer[], $6::integer[])
             WITH ORDINALITY AS a(kind, subject, uses_max, window_s, place)
        ORDER BY a.place
        ON CONFLICT (market, kind, subject) DO UPDATE SET
            uses = CASE WHEN w.ends_at <= now() THEN 1
                        WHEN excluded.seen <> '{}' AND excluded.seen <@ w.seen THEN w.uses ELSE w.uses + 1 END,
            seen = CASE WHEN w.ends_at <= now() THEN excluded.seen
                        WHEN excluded.seen <@ w.seen THEN w.seen ELSE w.seen || excluded.seen END,
            uses_max = excluded.uses_max,
            ends_at = CASE WHEN w.ends_at <= now() THEN excluded.ends_at ELSE w.ends_at END
        RETURNING kind, uses, uses_max, ceil(extract(epoch FROM ends_at - now()))::integer AS left_s)"};

    // Takes one message out of the market's budget of the hour and of the day. What is reserved is for phones that have
    // an account; the look-up is made for everybody.
    db::Statement<BudgetRow(MarketCode, Phone, std::int32_t, std::int32_t, std::int32_t, std::int32_t)> spend_budget{
        "identity.spend_budget", R"(
        WITH known AS MATERIALIZED (SELECT EXISTS (SELECT FROM users WHERE phone = $2) AS has_account),
        spent AS MATERIALIZED (
            SELECT coalesce(sum(uses) FILTER (WHERE kind = 'sms_hour'), 0) AS hour,
                   coalesce(sum(uses) FILTER (WHERE kind = 'sms_day'), 0) AS day,
                   coalesce(ceil(extract(epoch FROM max(ends_at) FILTER (WHERE kind = 'sms_hour') - now())), 3600)
                       AS hour_left_s,
                   coalesce(ceil(extract(epoch FROM max(ends_at) FILTER (WHERE kind = 'sms_day') - now())), 86400)
                       AS day_left_s
            FROM code_windows WHERE kind IN ('sms_hour', 'sms_day') AND subject = '' AND ends_at > now()
        ),
        decided AS MATERIALIZED (
            SELECT CASE WHEN hour >= $3::integer OR day >= $4::integer THEN 'exhausted'
                        WHEN NOT has_account AND (hour >= $5::integer OR day >= $6::integer) THEN 'withheld'
                        ELSE 'sent' END AS verdict,
                   CASE WHEN day >= $4::integer THEN day_left_s ELSE hour_left_s END AS left_s
            FROM known, spent
        ),
        counted AS (
            INSERT INTO code_windows AS w (market, kind, subject, uses, uses_max, ends_at)
            SELECT $1, a.kind, '', 1, a.uses_max, now() + a.length
            FROM (VALUES ('sms_day', $4::integer, interval '1 day'), ('sms_hour', $3::integer, interval '1 hour'))
                 AS a(kind, uses_max, length)
            WHERE (SELECT verdict FROM decided) = 'sent'
            ON CONFLICT (market, kind, subject) DO UPDATE SET
                uses = CASE WHEN w.ends_at <= now() THEN 1 ELSE w.uses + 1 END,
                uses_max = excluded.uses_max,
                ends_at = CASE WHEN w.ends_at <= now() THEN excluded.ends_at ELSE w.ends_at END
        )
        SELECT verdict, left_s::integer AS budget_left_s,
               coalesce((SELECT greatest(0, ceil(extract(epoch FROM locked_until - now())))
                         FROM phone_failures WHERE phone = $2), 0)::integer AS locked_s,
               has_account
        FROM decided, known)"};

    db::Statement<void(MarketCode, Uuid, Phone, std::string, std::int32_t)> insert_code{"identity.insert_code", R"(
        INSERT INTO verification_codes (market, id, phone, code_hmac, expires_at)
        VALUES ($1, $2::uuid, $3, $4, now() + make_interval(secs => $5::integer)))"};

    // The row that guesses at this phone will wait for. Its failures stay what they are.
    db::Statement<void(MarketCode, Phone)> watch_phone{"identity.watch_phone", R"(
        INSERT INTO phone_failures (market, phone) VALUES ($1, $2)
        ON CONFLICT (market, phone) DO UPDATE SET touched_at = now())"};

    // One guess at a time for each phone: everything that decides is read under this lock and written before it ends.
    db::Statement<FailuresRow(Phone)> lock_phone{"identity.lock_phone", R"(
        SELECT (SELECT count(*) FROM unnest(failed_at) AS moment WHERE moment > now() - interval '1 day')::integer
                   AS failures,
               lockouts,
               coalesce(greatest(0, ceil(extract(epoch FROM locked_until - now()))), 0)::integer AS locked_s
        FROM phone_failures WHERE phone = $1 FOR UPDATE)"};

    // The code that was meant: the challenge's own, or the newest.
    db::Statement<CodeRow(Phone, std::optional<Uuid>)> lock_code{"identity.lock_code", R"(
        SELECT id, code_hmac, attempts FROM verification_codes
        WHERE phone = $1 AND NOT is_used AND expires_at > now() AND ($2::uuid IS NULL OR id = $2::uuid)
        ORDER BY created_at DESC LIMIT 1 FOR UPDATE)"};

    // Wrong codes of the whole market in this window.
    db::Statement<WindowRow()> market_failures{"identity.market_failures", R"(
        SELECT kind, uses, uses_max, ceil(extract(epoch FROM ends_at - now()))::integer AS left_s
        FROM code_windows WHERE kind = 'failures' AND subject = '' AND ends_at > now())"};

    db::Statement<void(Uuid)> count_attempt{"identity.count_attempt", R"(
        UPDATE verification_codes SET attempts = attempts + 1 WHERE id = $1::uuid)"};

    // A failure that reaches the limit locks the phone for the seconds given, 0 otherwise.
    db::Statement<void(MarketCode, Phone, std::int32_t)> count_failure{"identity.count_failure", R"(
        INSERT INTO phone_failures AS f (market, phone, failed_at) VALUES ($1, $2, ARRAY[now()])
        ON CONFLICT (market, phone) DO UPDATE SET
            failed_at = (SELECT coalesce(array_agg(moment ORDER BY moment), '{}') || now()
                         FROM unnest(f.failed_at) AS moment WHERE moment > now() - interval '1 day'),
            lockouts = f.lockouts + (CASE WHEN $3::integer > 0 THEN 1 ELSE 0 END),
            locked_until = CASE WHEN $3::integer > 0 THEN now() + make_interval(secs => $3::integer)
                                ELSE f.locked_until END,
            touched_at = now())"};

    db::Statement<void(MarketCode, std::int32_t)> count_market_failure{"identity.count_market_failure", R"(
        INSERT INTO code_windows AS w (market, kind, subject, uses, uses_max, ends_at)
        VALUES ($1, 'failures', '', 1, $2::integer, now() + interval '1 hour')
        ON CONFLICT (market, kind, subject) DO UPDATE SET
            uses = CASE WHEN w.ends_at <= now() THEN 1 ELSE w.uses + 1 END,
            uses_max = excluded.uses_max,
            ends_at = CASE WHEN w.ends_at <= now() THEN excluded.ends_at ELSE w.ends_at END)"};

    db::Statement<void(Uuid)> consume_code{"identity.consume_code", R"(
        UPDATE verification_codes SET is_used = true, attempts = attempts + 1 WHERE id = $1::uuid AND NOT is_used)"};

    db::Statement<void(Phone)> end_lockouts{"identity.end_lockouts", R"(
        UPDATE phone_failures SET lockouts = 0, locked_until = NULL WHERE phone = $1 AND lockouts > 0)"};

    // How many of the newest 200 codes whose time is over were used.
    db::Statement<CompletionRow()> completion{"identity.completion", R"(
        SELECT count(*)::integer AS sent, (count(*) FILTER (WHERE is_used))::integer AS completed
        FROM (SELECT is_used FROM verification_codes WHERE expires_at < now() OR is_used
              ORDER BY created_at DESC LIMIT 200) AS newest)"};

    // Bounded, so that no round of pruning is long. Rows of the whole market are few and stay. Rows are met again by
    // their place: a plan made while the table was empty would look for each key in the whole table.
    db::Statement<void(std::int32_t)> prune_windows{"identity.prune_windows", R"(
        DELETE FROM code_windows WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM code_windows WHERE ends_at < now() - interval '1 minute' AND subject <> ''
            ORDER BY ends_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)))"};

    // A week is long enough to see how many of the last codes were used, and no longer than anybody needs the phones.
    db::Statement<void(std::int32_t)> prune_codes{"identity.prune_codes", R"(
        DELETE FROM verification_codes WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM verification_codes WHERE created_at < now() - interval '7 days'
            ORDER BY created_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)))"};

    // Sending touches the row, too, so no code is outstanding then, and no failure or lock counts any more.
    db::Statement<void(std::int32_t)> prune_phones{"identity.prune_phones", R"(
        DELETE FROM phone_failures WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM phone_failures
            WHERE touched_at < now() - interval '7 days' AND coalesce(locked_until, '-infinity') < now()
            ORDER BY touched_at LIMIT $1::integer FOR UPDATE SKIP LOCKED)))"};
};
inline constexpr CodeSql code_sql;
RECORD(CodeSql, count_send, spend_budget, insert_code, watch_phone, lock_phone, lock_code, market_failures,
       count_attempt, count_failure, count_market_failure, consume_code, end_lockouts, completion, prune_windows,
       prune_codes, prune_phones);

}  // namespace marque::identity
