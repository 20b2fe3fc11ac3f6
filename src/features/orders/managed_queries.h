#pragma once
// SQL of managers' lists of orders: a statement for each order of the list, all with the same filters.

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/day.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "features/orders/lifecycle.h"

namespace marque::orders {

struct ManagedRow {
    OrderId id;
    std::string order_number;
    MarketCode market;
    std::optional<UserId> user_id;
    Status status = Status::pending;
    std::string customer_name;
    std::string customer_phone;
    std::optional<std::string> delivery_city;
    std::string payment_method;
    std::string payment_status;
    std::string currency;
    std::int64_t total_minor = 0;
    std::optional<std::int64_t> items_count;
    Timestamp order_date;
    std::optional<Timestamp> shipped_date;
    std::optional<Timestamp> delivered_date;
};
RECORD(ManagedRow, id, order_number, market, user_id, status, customer_name, customer_phone, delivery_city,
       payment_method, payment_status, currency, total_minor, items_count, order_date, shipped_date, delivered_date);

using OptionalText = std::optional<std::string>;

// $1 status, $2 payment status, $3 payment method, $4 city, $5 and $6 days of the time zone $7, $8 and $9 the total,
// $10 an order's number, $11 the phone's last digits backwards, $12 and $13 beginnings of a name's words; $14 and $15
// the value and id of the last order of the page before.
struct ManagedSql {
    db::Statement<ManagedRow(OptionalText, OptionalText, OptionalText, OptionalText, std::optional<Day>,
                             std::optional<Day>, std::string, std::optional<std::int64_t>, std::optional<std::int64_t>,
                             OptionalText, OptionalText, OptionalText, OptionalText, std::optional<std::int64_t>,
                             std::optional<OrderId>, std::int32_t, std::int32_t)>
        newest{"order_lists.newest", R"(
        SELECT o.id, o.order_number, o.market, o.user_id, o.status, o.customer_name, o.customer_phone,
               o.delivery_city, o.payment_method, o.payment_status, o.currency, o.total_minor,
               coalesce(o.pieces, (SELECT sum(i.quantity) FROM order_items i
                                   WHERE i.market = o.market AND i.order_id = o.id)) AS items_count,
               o.order_date, o.shipped_date, o.delivered_date
        FROM orders o
        WHERE ($1::text IS NULL OR o.status = $1) AND ($2::text IS NULL OR o.payment_status = $2)
          AND ($3::text IS NULL OR o.payment_method = $3) AND ($4::text IS NULL OR o.delivery_city = $4)
          AND ($5::text IS NULL OR o.order_date >= $5::date::timestamp AT TIME ZONE $7)
          AND ($6::text IS NULL OR o.order_date < ($6::date + 1)::timestamp AT TIME ZONE $7)
          AND ($8::bigint IS NULL OR o.total_minor >= $8::bigint)
          AND ($9::bigint IS NULL OR o.total_minor <= $9::bigint)
          AND ($10::text IS NULL OR o.order_number = $10)
          AND ($11::text IS NULL OR o.phone_backwards >= $11 AND o.phone_backwards < $11 || chr(1114111))
          AND ($12::text IS NULL OR $13::text IS NOT NULL
               OR o.first_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
          AND ($13::text IS NULL
               OR o.first_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
          AND ($15::bigint IS NULL OR (o.order_date, o.id) <
               (timestamptz 'epoch' + $14::bigint * interval '1 microsecond', $15::bigint))
        ORDER BY o.market, o.order_date DESC, o.id DESC LIMIT $16::integer OFFSET $17::integer)"};

    db::Statement<ManagedRow(OptionalText, OptionalText, OptionalText, OptionalText, std::optional<Day>,
                             std::optional<Day>, std::string, std::optional<std::int64_t>, std::optional<std::int64_t>,
                             OptionalText, OptionalText, OptionalText, OptionalText, std::optional<std::int64_t>,
                             std::optional<OrderId>, std::int32_t, std::int32_t)>
        oldest{"order_lists.oldest", R"(
        SELECT o.id, o.order_number, o.market, o.user_id, o.status, o.customer_name, o.customer_phone,
               o.delivery_city, o.payment_method, o.payment_status, o.currency, o.total_minor,
               coalesce(o.pieces, (SELECT sum(i.quantity) FROM order_items i
                                   WHERE i.market = o.market AND i.order_id = o.id)) AS items_count,
               o.order_date, o.shipped_date, o.delivered_date
        FROM orders o
        WHERE ($1::text IS NULL OR o.status = $1) AND ($2::text IS NULL OR o.payment_status = $2)
          AND ($3::text IS NULL OR o.payment_method = $3) AND ($4::text IS NULL OR o.delivery_city = $4)
          AND ($5::text IS NULL OR o.order_date >= $5::date::timestamp AT TIME ZONE $7)
          AND ($6::text IS NULL OR o.order_date < ($6::date + 1)::timestamp AT TIME ZONE $7)
          AND ($8::bigint IS NULL OR o.total_minor >= $8::bigint)
          AND ($9::bigint IS NULL OR o.total_minor <= $9::bigint)
          AND ($10::text IS NULL OR o.order_number = $10)
          AND ($11::text IS NULL OR o.phone_backwards >= $11 AND o.phone_backwards < $11 || chr(1114111))
          AND ($12::text IS NULL OR $13::text IS NOT NULL
               OR o.first_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
          AND ($13::text IS NULL
               OR o.first_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
          AND ($15::bigint IS NULL OR (o.order_date, o.id) >
               (timestamptz 'epoch' + $14::bigint * interval '1 microsecond', $15::bigint))
        ORDER BY o.market DESC, o.order_date, o.id LIMIT $16::integer OFFSET $17::integer)"};

    db::Statement<ManagedRow(OptionalText, OptionalText, OptionalText, OptionalText, std::optional<Day>,
                             std::optional<Day>, std::string, std::optional<std::int64_t>, std::optional<std::int64_t>,
                             OptionalText, OptionalText, OptionalText, OptionalText, std::optional<std::int64_t>,
                             std::optional<OrderId>, std::int32_t, std::int32_t)>
        dearest{"order_lists.dearest", R"(
        SELECT o.id, o.order_number, o.market, o.user_id, o.status, o.customer_name, o.customer_phone,
               o.delivery_city, o.payment_method, o.payment_status, o.currency, o.total_minor,
               coalesce(o.pieces, (SELECT sum(i.quantity) FROM order_items i
                                   WHERE i.market = o.market AND i.order_id = o.id)) AS items_count,
               o.order_date, o.shipped_date, o.delivered_date
        FROM orders o
        WHERE ($1::text IS NULL OR o.status = $1) AND ($2::text IS NULL OR o.payment_status = $2)
          AND ($3::text IS NULL OR o.payment_method = $3) AND ($4::text IS NULL OR o.delivery_city = $4)
          AND ($5::text IS NULL OR o.order_date >= $5::date::timestamp AT TIME ZONE $7)
          AND ($6::text IS NULL OR o.order_date < ($6::date + 1)::timestamp AT TIME ZONE $7)
          AND ($8::bigint IS NULL OR o.total_minor >= $8::bigint)
          AND ($9::bigint IS NULL OR o.total_minor <= $9::bigint)
          AND ($10::text IS NULL OR o.order_number = $10)
          AND ($11::text IS NULL OR o.phone_backwards >= $11 AND o.phone_backwards < $11 || chr(1114111))
          AND ($12::text IS NULL OR $13::text IS NOT NULL
               OR o.first_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
          AND ($13::text IS NULL
               OR o.first_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
          AND ($15::bigint IS NULL OR (o.total_minor, o.id) < ($14::bigint, $15::bigint))
        ORDER BY o.market, o.total_minor DESC, o.id DESC LIMIT $16::integer OFFSET $17::integer)"};

    db::Statement<ManagedRow(OptionalText, OptionalText, OptionalText, OptionalText, std::optional<Day>,
                             std::optional<Day>, std::string, std::optional<std::int64_t>, std::optional<std::int64_t>,
                             OptionalText, OptionalText, OptionalText, OptionalText, std::optional<std::int64_t>,
                             std::optional<OrderId>, std::int32_t, std::int32_t)>
        cheapest{"order_lists.cheapest", R"(
        SELECT o.id, o.order_number, o.market, o.user_id, o.status, o.customer_name, o.customer_phone,
               o.delivery_city, o.payment_method, o.payment_status, o.currency, o.total_minor,
               coalesce(o.pieces, (SELECT sum(i.quantity) FROM order_items i
                                   WHERE i.market = o.market AND i.order_id = o.id)) AS items_count,
               o.order_date, o.shipped_date, o.delivered_date
        FROM orders o
        WHERE ($1::text IS NULL OR o.status = $1) AND ($2::text IS NULL OR o.payment_status = $2)
          AND ($3::text IS NULL OR o.payment_method = $3) AND ($4::text IS NULL OR o.delivery_city = $4)
          AND ($5::text IS NULL OR o.order_date >= $5::date::timestamp AT TIME ZONE $7)
          AND ($6::text IS NULL OR o.order_date < ($6::date + 1)::timestamp AT TIME ZONE $7)
          AND ($8::bigint IS NULL OR o.total_minor >= $8::bigint)
          AND ($9::bigint IS NULL OR o.total_minor <= $9::bigint)
          AND ($10::text IS NULL OR o.order_number = $10)
          AND ($11::text IS NULL OR o.phone_backwards >= $11 AND o.phone_backwards < $11 || chr(1114111))
          AND ($12::text IS NULL OR $13::text IS NOT NULL
               OR o.first_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
          AND ($13::text IS NULL
               OR o.first_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
          AND ($15::bigint IS NULL OR (o.total_minor, o.id) > ($14::bigint, $15::bigint))
        ORDER BY o.market DESC, o.total_minor, o.id LIMIT $16::integer OFFSET $17::integer)"};

    // Of how many: as far as counting is quick.
    db::Statement<std::int64_t(OptionalText, OptionalText, OptionalText, OptionalText, std::optional<Day>,
                               std::optional<Day>, std::string, std::optional<std::int64_t>,
                               std::optional<std::int64_t>, OptionalText, OptionalText, OptionalText, OptionalText,
                               std::int32_t)>
        counted{"order_lists.counted", R"(
        SELECT count(*) AS count
        FROM (SELECT FROM orders o
        WHERE ($1::text IS NULL OR o.status = $1) AND ($2::text IS NULL OR o.payment_status = $2)
          AND ($3::text IS NULL OR o.payment_method = $3) AND ($4::text IS NULL OR o.delivery_city = $4)
          AND ($5::text IS NULL OR o.order_date >= $5::date::timestamp AT TIME ZONE $7)
          AND ($6::text IS NULL OR o.order_date < ($6::date + 1)::timestamp AT TIME ZONE $7)
          AND ($8::bigint IS NULL OR o.total_minor >= $8::bigint)
          AND ($9::bigint IS NULL OR o.total_minor <= $9::bigint)
          AND ($10::text IS NULL OR o.order_number = $10)
          AND ($11::text IS NULL OR o.phone_backwards >= $11 AND o.phone_backwards < $11 || chr(1114111))
          AND ($12::text IS NULL OR $13::text IS NOT NULL
               OR o.first_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
          AND ($13::text IS NULL
               OR o.first_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
        LIMIT $14::integer) AS seen)"};

    // For a file, in the order of a list's newest ones.
    db::Statement<ManagedRow(OptionalText, OptionalText, OptionalText, OptionalText, std::optional<Day>,
                             std::optional<Day>, std::string, std::optional<std::int64_t>, std::optional<std::int64_t>,
                             OptionalText, OptionalText, OptionalText, OptionalText)>
        all{"order_lists.all", R"(
        SELECT o.id, o.order_number, o.market, o.user_id, o.status, o.customer_name, o.customer_phone,
               o.delivery_city, o.payment_method, o.payment_status, o.currency, o.total_minor,
               coalesce(o.pieces, (SELECT sum(i.quantity) FROM order_items i
                                   WHERE i.market = o.market AND i.order_id = o.id)) AS items_count,
               o.order_date, o.shipped_date, o.delivered_date
        FROM orders o
        WHERE ($1::text IS NULL OR o.status = $1) AND ($2::text IS NULL OR o.payment_status = $2)
          AND ($3::text IS NULL OR o.payment_method = $3) AND ($4::text IS NULL OR o.delivery_city = $4)
          AND ($5::text IS NULL OR o.order_date >= $5::date::timestamp AT TIME ZONE $7)
          AND ($6::text IS NULL OR o.order_date < ($6::date + 1)::timestamp AT TIME ZONE $7)
          AND ($8::bigint IS NULL OR o.total_minor >= $8::bigint)
          AND ($9::bigint IS NULL OR o.total_minor <= $9::bigint)
          AND ($10::text IS NULL OR o.order_number = $10)
          AND ($11::text IS NULL OR o.phone_backwards >= $11 AND o.phone_backwards < $11 || chr(1114111))
          AND ($12::text IS NULL OR $13::text IS NOT NULL
               OR o.first_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word >= lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($12 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
          AND ($13::text IS NULL
               OR o.first_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.last_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111)
               OR o.last_word = lower($12 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word >= lower($13 COLLATE "und-x-icu") COLLATE "C"
                  AND o.first_word < lower($13 COLLATE "und-x-icu") COLLATE "C" || chr(1114111))
        ORDER BY o.market, o.order_date DESC, o.id DESC)"};

    // The plan goes by the values at hand: one plan for all filters would read the whole table for most of them.
    db::Statement<std::string()> plan_each{"order_lists.plan_each", R"(
        SELECT set_config('plan_cache_mode', 'force_custom_plan', true)
               || set_config('max_parallel_workers_per_gather', '0', true))"};

    // Of many orders the first ones are read in their order along an index, whatever the planner thinks: it takes
    // row-level security's own condition for one that few rows meet (ADR 32).
    db::Statement<std::string()> walk{"order_lists.walk", R"(
        SELECT set_config('enable_sort', 'off', true) || set_config('enable_incremental_sort', 'off', true))"};
};
inline constexpr ManagedSql managed_sql;
RECORD(ManagedSql, newest, oldest, dearest, cheapest, counted, all, plan_each, walk);

}  // namespace marque::orders
