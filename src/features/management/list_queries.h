#pragma once
// SQL of the lists that managers keep.

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/record.h"
#include "db/codec.h"
#include "db/statement.h"

namespace marque::management {

using SavedListId = Id<struct SavedListTag>;

struct SavedListRow {
    SavedListId id;
    std::string name;
    db::JsonText query;
    Timestamp updated_at;
};
RECORD(SavedListRow, id, name, query, updated_at);

struct ListSql {
    db::Statement<SavedListRow(std::string)> saved{"lists.saved", R"(
        SELECT id, name, query, updated_at FROM saved_lists WHERE manager = $1 ORDER BY name, id)"};

    // No row: there are $5 under other names already.
    db::Statement<SavedListRow(MarketCode, std::string, std::string, db::JsonText, std::int64_t)> save{"lists.save", R"(
        INSERT INTO saved_lists (market, manager, name, query)
        SELECT $1, $2, $3, $4::jsonb
        WHERE (SELECT count(*) FROM saved_lists WHERE manager = $2 AND name <> $3) < $5::bigint
        ON CONFLICT (market, manager, name) DO UPDATE SET query = excluded.query, updated_at = now()
        RETURNING id, name, query, updated_at)"};

    db::Statement<void(std::string, SavedListId)> forget{"lists.forget", R"(
        DELETE FROM saved_lists WHERE manager = $1 AND id = $2::bigint)"};
};
inline constexpr ListSql list_sql;
RECORD(ListSql, saved, save, forget);

}  // namespace marque::management
