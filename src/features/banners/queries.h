#pragma once
// All SQL of banners.

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
#include "features/banners/board.h"

namespace marque::banners {

/// The texts of one language; what is missing is shown in another.
struct BannerTexts {
    std::optional<std::string> title;
    std::optional<std::string> subtitle;
    std::optional<std::string> button_text;
};
RECORD(BannerTexts, title, subtitle, button_text);

/// A banner as its managers see it.
struct ManagedRow {
    BannerId id;
    std::string market;
    BannerType banner_type = BannerType::hero;
    std::string title;
    std::string subtitle;
    std::string button_text;
    db::JsonText translations;
    std::string image_url;
    std::string link_url;
    bool is_active = false;
    bool is_shown = false;
    std::int32_t sort_order = 0;
    std::optional<Timestamp> start_date;
    std::optional<Timestamp> end_date;
    std::optional<std::string> start_local;
    std::optional<std::string> end_local;
    std::int64_t view_count = 0;
    std::int64_t click_count = 0;
    std::int32_t version = 1;
    Timestamp created_at;
    Timestamp updated_at;
    std::optional<std::string> changed_by;
    std::int64_t total_count = 0;
};
RECORD(ManagedRow, id, market, banner_type, title, subtitle, button_text, translations, image_url, link_url, is_active,
       is_shown, sort_order, start_date, end_date, start_local, end_local, view_count, click_count, version, created_at,
       updated_at, changed_by, total_count);

/// Two moments of the market's clocks as points in time. A time that the clocks skip does not exist.
struct MomentsRow {
    std::optional<Timestamp> start_at;
    std::optional<Timestamp> end_at;
    bool start_exists = true;
    bool end_exists = true;
};
RECORD(MomentsRow, start_at, end_at, start_exists, end_exists);

struct Sql {
    db::Statement<BoardRow()> board{"banners.board", R"(
        SELECT id, market, banner_type, title, subtitle, button_text, translations::text AS translations, image_url,
               link_url, sort_order, start_date, end_date
        FROM banners WHERE is_active AND (end_date IS NULL OR end_date > now() - interval '1 hour')
        ORDER BY sort_order, id LIMIT 1000)"};

    // Each banner of the batch once; those that are gone meanwhile are nobody's to count.
    db::Statement<void(MarketCode, Uuid, std::int64_t, std::vector<std::string>, std::vector<BannerId>,
                       std::vector<std::int64_t>, std::vector<std::int64_t>)>
        add_counts{"banners.add_counts", R"(
        WITH batch AS (
            INSERT INTO banner_count_senders (market, sender, last_batch) VALUES ($1, $2::uuid, $3::bigint)
            ON CONFLICT (market, sender) DO UPDATE SET last_batch = excluded.last_batch, updated_at = now()
            WHERE banner_count_senders.last_batch < excluded.last_batch
            RETURNING last_batch
        )
        INSERT INTO banner_counts (market, banner_market, banner_id, view_count, click_count)
        SELECT $1, b.market, b.id, given.views, given.clicks
        FROM batch, unnest($4::text[], $5::bigint[], $6::bigint[], $7::bigint[]) AS given(owner, id, views, clicks)
        JOIN banners b ON b.market = given.owner AND b.id = given.id
        ORDER BY b.market, b.id
        ON CONFLICT (market, banner_market, banner_id) DO UPDATE
        SET view_count = banner_counts.view_count + excluded.view_count,
            click_count = banner_counts.click_count + excluded.click_count)"};

    // A server that runs has sent something later, or sends it anew.
    db::Statement<void()> forget_senders{"banners.forget_senders", R"(
        DELETE FROM banner_count_senders WHERE updated_at < now() - interval '1 day')"};

    db::Statement<ManagedRow(MarketCode, std::optional<BannerId>, std::optional<BannerType>, std::int32_t,
                             std::int32_t)>
        managed{"banners.managed", R"(
        SELECT b.id, b.market, b.banner_type, b.title, b.subtitle, b.button_text, b.translations, b.image_url,
               b.link_url, b.is_active,
               b.is_active AND coalesce(b.start_date <= now(), true) AND coalesce(now() < b.end_date, true) AS is_shown,
               b.sort_order, b.start_date, b.end_date,
               to_char(b.start_date AT TIME ZONE m.time_zone, 'YYYY-MM-DD"T"HH24:MI:SS') AS start_local,
               to_char(b.end_date AT TIME ZONE m.time_zone, 'YYYY-MM-DD"T"HH24:MI:SS') AS end_local,
               coalesce(c.view_count, 0) AS view_count, coalesce(c.click_count, 0) AS click_count, b.version,
               b.created_at, b.updated_at, b.changed_by, count(*) OVER () AS total_count
        FROM banners b JOIN markets m ON m.code = $1
        LEFT JOIN banner_counts c ON c.market = $1 AND c.banner_market = b.market AND c.banner_id = b.id
        WHERE ($2::bigint IS NULL OR b.id = $2::bigint) AND ($3::text IS NULL OR b.banner_type = $3::text)
        ORDER BY b.banner_type, b.sort_order, b.id LIMIT $4::integer OFFSET $5::integer)"};

    db::Statement<MomentsRow(MarketCode, std::optional<std::string>, bool, std::optional<std::string>, bool)> moments{
        "banners.moments", R"(
        WITH given AS (
            SELECT m.time_zone,
                   CASE WHEN $3::boolean THEN $2::text::timestamp AT TIME ZONE m.time_zone
                        ELSE $2::text::timestamptz END AS start_at,
                   CASE WHEN $5::boolean THEN $4::text::timestamp AT TIME ZONE m.time_zone
                        ELSE $4::text::timestamptz END AS end_at
            FROM markets m WHERE m.code = $1
        )
        SELECT start_at, end_at,
               coalesce(NOT $3::boolean OR start_at AT TIME ZONE time_zone = $2::text::timestamp, true) AS start_exists,
               coalesce(NOT $5::boolean OR end_at AT TIME ZONE time_zone = $4::text::timestamp, true) AS end_exists
        FROM given)"};

    // One banner is made after the other, so that twins of a request find each other's answer.
    db::Statement<std::int64_t(MarketCode)> lock_market{"banners.lock_market", R"(
        SELECT count(*) AS locks FROM (
            SELECT pg_advisory_xact_lock(hashtextextended('marque banners ' || $1::text, 0)) AS taken) AS lock)"};

    // A statement after the lock's: that one's view of the rows is older than the lock.
    db::Statement<std::int64_t(MarketCode)> count{"banners.count", R"(
        SELECT count(*) AS banners FROM banners WHERE market = $1::text)"};

    db::Statement<BannerId(MarketCode, BannerType, std::string, std::string, std::string, db::JsonText, std::string,
                           std::string, bool, std::int32_t, std::optional<Timestamp>, std::optional<Timestamp>,
                           std::string)>
        insert{"banners.insert", R"(
        INSERT INTO banners (market, slug, banner_type, title, subtitle, button_text, translations, image_url, link_url,
                             is_active, sort_order, start_date, end_date, changed_by)
        VALUES ($1, gen_random_uuid()::text, $2, $3, $4, $5, $6::jsonb, $7, $8, $9::boolean, $10::integer,
                $11::timestamptz, $12::timestamptz, $13)
        RETURNING id)"};

    db::Statement<BannerId(BannerId, std::int32_t, BannerType, std::string, std::string, std::string, db::JsonText,
                           std::string, std::string, bool, std::int32_t, std::optional<Timestamp>,
                           std::optional<Timestamp>, std::string)>
        update{"banners.update", R"(
        UPDATE banners SET banner_type = $3, title = $4, subtitle = $5, button_text = $6, translations = $7::jsonb,
               image_url = $8, link_url = $9, is_active = $10::boolean, sort_order = $11::integer,
               start_date = $12::timestamptz, end_date = $13::timestamptz, changed_by = $14, version = version + 1,
               updated_at = now()
        WHERE id = $1::bigint AND version = $2::integer RETURNING id)"};

    db::Statement<void(BannerId, std::optional<std::int32_t>)> remove{"banners.remove", R"(
        DELETE FROM banners WHERE id = $1::bigint AND ($2::integer IS NULL OR version = $2::integer))"};
};
inline constexpr Sql sql;
RECORD(Sql, board, add_counts, forget_senders, managed, moments, lock_market, count, insert, update, remove);

}  // namespace marque::banners
