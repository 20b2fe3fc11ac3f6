#pragma once
// All SQL of pictures. Claims, leases and removals are one statement each: no transaction waits for files.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/media/media.h"

namespace marque::media {

struct MediaRow {
    MediaId id;
    Purpose purpose = Purpose::review;
    MediaState state = MediaState::receiving;
    std::string hash;
    std::vector<std::int32_t> widths;
    std::int32_t width = 0;
    std::int32_t height = 0;
    std::string color;
    Timestamp created_at;
};
RECORD(MediaRow, id, purpose, state, hash, widths, width, height, color, created_at);

struct WorkRow {
    std::string hash;
    MediaState state = MediaState::processing;
    std::int32_t rounds = 0;
    std::vector<std::int32_t> widths;
};
RECORD(WorkRow, hash, state, rounds, widths);

struct Sql {
    // Refused uploads count, too: they cost the same work. Nothing comes back where the day's share is used up.
    db::Statement<std::int32_t(MarketCode, UserId, std::int64_t, std::int32_t, std::int64_t)> spend{"media.spend", R"(
        INSERT INTO media_quotas AS q (market, user_id, day, uploads, bytes)
        VALUES ($1, $2::bigint, (now() AT TIME ZONE 'UTC')::date, 1, $3::bigint)
        ON CONFLICT (market, user_id, day) DO UPDATE SET uploads = q.uploads + 1, bytes = q.bytes + excluded.bytes
        WHERE q.uploads < $4::integer AND q.bytes + excluded.bytes <= $5::bigint
        RETURNING uploads)"};

    // Before any file is written. Nothing comes back while the files of the same picture are being removed.
    db::Statement<MediaState(MarketCode, std::string, std::int32_t, std::int32_t, std::vector<std::int32_t>,
                             std::string)>
        claim{"media.claim", R"(
        INSERT INTO media_files AS f (market, hash, width, height, widths, color)
        VALUES ($1, $2, $3::integer, $4::integer, $5::integer[], $6)
        ON CONFLICT (market, hash) DO UPDATE SET touched_at = now() WHERE f.state <> 'removing'
        RETURNING state)"};

    // After the files are there. The same picture by the same sender for the same purpose is the same upload.
    db::Statement<MediaRow(MarketCode, std::string, std::optional<UserId>, UserId, Purpose, std::int64_t)> add{
        "media.add", R"(
        WITH file AS (
            UPDATE media_files SET state = CASE WHEN state IN ('receiving', 'failed') THEN 'processing' ELSE state END,
                                   failures = 0, touched_at = now()
            WHERE hash = $2 AND state <> 'removing'
            RETURNING hash, state, widths, width, height, color
        ), upload AS (
            INSERT INTO media AS m (market, hash, user_id, added_by, purpose, sent_bytes)
            SELECT $1, hash, $3::bigint, $4::bigint, $5, $6::bigint FROM file
            ON CONFLICT (market, coalesce(user_id, 0), purpose, hash) DO UPDATE SET touched_at = now()
            RETURNING id, purpose, hash, created_at
        )
        SELECT u.id, u.purpose, f.state, f.hash, f.widths, f.width, f.height, f.color, u.created_at
        FROM upload u JOIN file f ON f.hash = u.hash)"};

    // $2: whose it must be; $3: what managers look at is the shop's own.
    db::Statement<MediaRow(MediaId, std::optional<UserId>, bool)> one{"media.one", R"(
        SELECT m.id, m.purpose, f.state, f.hash, f.widths, f.width, f.height, f.color, m.created_at
        FROM media m JOIN media_files f ON f.market = m.market AND f.hash = m.hash
        WHERE m.id = $1::bigint AND (m.user_id = $2::bigint OR $3::boolean))"};

    // Whoever asks is about to show them: a day is left for that. Locked in their order, so that nobody who wants the
    // same ones waits for each other.
    db::Statement<MediaRow(std::vector<MediaId>, Purpose, std::optional<UserId>)> usable{"media.usable", R"(
        WITH chosen AS (
            SELECT market, id FROM media
            WHERE id = ANY ($1::bigint[]) AND purpose = $2 AND ($3::bigint IS NULL OR user_id = $3::bigint)
            ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE media m SET touched_at = now()
        FROM chosen c, media_files f
        WHERE m.market = c.market AND m.id = c.id AND f.market = m.market AND f.hash = m.hash
          AND f.state IN ('processing', 'ready', 'failed')
        RETURNING m.id, m.purpose, f.state, f.hash, f.widths, f.width, f.height, f.color, m.created_at)"};

    db::Statement<MediaRow(std::string, Purpose, std::optional<UserId>)> usable_by_hash{"media.usable_by_hash", R"(
        UPDATE media m SET touched_at = now() FROM media_files f
        WHERE m.hash = $1 AND m.purpose = $2 AND ($3::bigint IS NULL OR m.user_id = $3::bigint)
          AND f.market = m.market AND f.hash = m.hash AND f.state IN ('processing', 'ready', 'failed')
        RETURNING m.id, m.purpose, f.state, f.hash, f.widths, f.width, f.height, f.color, m.created_at)"};
};
inline constexpr Sql sql;
RECORD(Sql, spend, claim, add, one, usable, usable_by_hash);

/// Of the background work.
struct WorkSql {
    db::Statement<bool()> any_due{"media.any_due", R"(
        SELECT true FROM media_files WHERE state IN ('processing', 'removing') AND available_at <= now() LIMIT 1)"};

    // A lease, not a lock: whoever dies loses it by itself.
    db::Statement<WorkRow()> take{"media.take", R"(
        UPDATE media_files SET rounds = rounds + 1, available_at = now() + interval '90 seconds'
        WHERE ctid = (SELECT ctid FROM media_files
                      WHERE state IN ('processing', 'removing') AND available_at <= now()
                      ORDER BY available_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING hash, state, rounds, widths)"};

    db::Statement<void(std::string, std::int32_t)> renew{"media.renew", R"(
        UPDATE media_files SET available_at = now() + interval '90 seconds'
        WHERE hash = $1 AND rounds = $2::integer AND state = 'processing')"};

    db::Statement<void(std::string, std::int32_t)> finish{"media.finish", R"(
        UPDATE media_files SET state = 'ready' WHERE hash = $1 AND rounds = $2::integer AND state = 'processing')"};

    // Three rounds may fail; then the picture stays without AVIF.
    db::Statement<MediaState(std::string, std::int32_t)> fail{"media.fail", R"(
        UPDATE media_files SET failures = failures + 1,
                               state = CASE WHEN failures >= 2 THEN 'failed' ELSE state END,
                               available_at = now() + interval '30 seconds'
        WHERE hash = $1 AND rounds = $2::integer AND state = 'processing'
        RETURNING state)"};

    db::Statement<void(std::string)> forget{"media.forget", R"(
        DELETE FROM media_files WHERE hash = $1 AND state = 'removing')"};

    db::Statement<void()> drop_unused{"media.drop_unused", R"(
        DELETE FROM media WHERE ctid IN (
            SELECT ctid FROM media
            WHERE touched_at < now() - interval '1 day'
              AND hash NOT IN (SELECT hash FROM media_shown() WHERE hash IS NOT NULL)
            ORDER BY touched_at LIMIT 100 FOR UPDATE SKIP LOCKED)
          AND touched_at < now() - interval '1 day')"};

    // An upload under way has touched its files within the hour.
    db::Statement<void()> condemn{"media.condemn", R"(
        UPDATE media_files SET state = 'removing', available_at = now()
        WHERE ctid IN (SELECT f.ctid FROM media_files f
                       WHERE f.state <> 'removing' AND f.touched_at < now() - interval '1 hour'
                         AND NOT EXISTS (SELECT FROM media m WHERE m.market = f.market AND m.hash = f.hash)
                       LIMIT 100 FOR UPDATE SKIP LOCKED)
          AND touched_at < now() - interval '1 hour')"};

    db::Statement<void()> forget_days{"media.forget_days", R"(
        DELETE FROM media_quotas WHERE day < (now() AT TIME ZONE 'UTC')::date - 1)"};
};
inline constexpr WorkSql work_sql;
RECORD(WorkSql, any_due, take, renew, finish, fail, forget, drop_unused, condemn, forget_days);

}  // namespace marque::media
