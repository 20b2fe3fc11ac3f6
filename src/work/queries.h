#pragma once
// All SQL of the outbox and of idempotency keys.

#include <vector>

#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"
#include "work/idempotency.h"

namespace marque::work {

struct EventRow {
    std::int64_t id = 0;
    MarketCode market;
    std::string topic;
    db::JsonText payload;
};
RECORD(EventRow, id, market, topic, payload);

struct Sql {
    db::Statement<void(MarketCode, std::string, db::JsonText)> emit{"outbox.emit", R"(
        INSERT INTO outbox (market, topic, payload) VALUES ($1, $2, $3::jsonb))"};

    // A lease, not a lock: the row comes back by itself if this server dies on it. Rows are met again by their place,
    // since a plan made while the table was empty would look for each id in the whole table.
    db::Statement<EventRow(std::int32_t)> take{"outbox.take", R"(
        WITH due AS MATERIALIZED (
            SELECT ctid AS place FROM outbox WHERE done_at IS NULL AND available_at <= now()
            ORDER BY id LIMIT $1::integer FOR UPDATE SKIP LOCKED
        )
        UPDATE outbox SET attempts = attempts + 1,
               available_at = now() + least(interval '1 hour',
                                            interval '1 second' * (2 ^ least(attempts, 12)) + interval '10 seconds')
        FROM due WHERE outbox.ctid = due.place
        RETURNING id, market, topic, payload)"};

    // What was sent by SMS is nobody's to read afterwards: it may have been a code.
    db::Statement<void(std::vector<std::int64_t>)> done{"outbox.done", R"(
        UPDATE outbox SET done_at = now(), last_error = NULL,
               payload = CASE WHEN topic = 'sms.send' THEN '{}' ELSE payload END
        WHERE id = ANY ($1::bigint[]))"};

    db::Statement<void(std::int64_t, std::string)> failed{"outbox.failed", R"(
        UPDATE outbox SET last_error = $2 WHERE id = $1::bigint)"};

    db::Statement<bool()> any_due{"outbox.any_due", R"(
        SELECT true FROM outbox WHERE done_at IS NULL AND available_at <= now() LIMIT 1)"};
};
inline constexpr Sql sql;
RECORD(Sql, emit, take, done, failed, any_due);

struct IdempotencySql {
    db::Statement<StoredAnswer(Uuid, std::string, std::string)> find{"idempotency.find", R"(
        SELECT body_hash, status, body FROM idempotency_keys
        WHERE scope = $1::uuid AND route = $2 AND key = $3)"};

    db::Statement<void(MarketCode, Uuid, std::string, std::string, std::string, std::int32_t, std::string)> store{
        "idempotency.store", R"(
        INSERT INTO idempotency_keys (market, scope, route, key, body_hash, status, body)
        VALUES ($1, $2::uuid, $3, $4, $5, $6::integer, $7))"};
};
inline constexpr IdempotencySql idempotency_sql;
RECORD(IdempotencySql, find, store);

}  // namespace marque::work
