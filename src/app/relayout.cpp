// Each market's rows are read and written in the market's own role, so that no row can end up with another. Each
// database is filled by one transaction.
#include "app/relayout.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "app/carry.h"
#include "app/databases.h"
#include "app/market_queries.h"
#include "db/binary_rows.h"

namespace marque::app {
namespace {

struct SequenceRow {
    std::string name;
    std::int64_t last = 0;
};
RECORD(SequenceRow, name, last);

struct SharedRow {
    std::string thing;
    std::string name;
};
RECORD(SharedRow, thing, name);

struct Sql {
    db::Statement<std::int64_t()> visitors{"relayout.visitors", R"(
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
          AND usename = current_user)"};
    // What one database writes and another has still to hear of.
    db::Statement<std::int64_t()> untold{"relayout.untold", R"(
        SELECT count(*) FROM outbox
        WHERE done_at IS NULL AND (topic LIKE 'catalog.shared%' OR topic = 'wishlist.back_in_stock'))"};
    db::Statement<SequenceRow()> sequences{"relayout.sequences", R"(
        SELECT sequencename::text AS name, coalesce(last_value, 0) AS last FROM pg_sequences
        WHERE schemaname = 'public' ORDER BY 1)"};
    // `ours`: rows of market ALL as the new database has them; `theirs`: as the market's has them; `own`: the market's.
    db::Statement<SharedRow()> lacking{"relayout.lacking", R"(
        SELECT thing, name FROM theirs EXCEPT SELECT thing, name FROM ours ORDER BY 1, 2)"};
    db::Statement<void()> rename_shared{"relayout.rename_shared", R"(
        INSERT INTO renamed SELECT t.thing, t.id, o.id FROM theirs t JOIN ours o USING (thing, name)
        WHERE t.id <> o.id)"};
    // Beyond all that are taken.
    db::Statement<void()> rename_own{"relayout.rename_own", R"(
        INSERT INTO renamed
        SELECT thing, w.id, (SELECT max(id) FROM (SELECT id FROM theirs UNION ALL SELECT id FROM ours
                                                  UNION ALL SELECT id FROM own) AS taken)
                            + row_number() OVER (ORDER BY thing, w.id)
        FROM own w JOIN ours o USING (thing, id))"};
    db::Statement<std::int64_t()> renamed{"relayout.renamed", "SELECT count(*) FROM renamed"};
    db::Statement<void(std::string, std::int64_t)> move_sequence{"relayout.move_sequence", R"(
        SELECT setval(('public.' || quote_ident($1))::regclass, $2::bigint))"};
};
constexpr Sql sql;

/// What rows of market ALL are called by other rows, and what names them in every database.
struct Thing {
    std::string_view thing;
    std::string_view table;
    std::string_view name;                  // the column
    std::vector<std::string_view> columns;  // that hold its id, in any table
};
const std::vector<Thing>& things() {
    static const std::vector<Thing> all{
        {"category", "categories", "slug", {"category_id", "subcategory_id", "parent_id"}},
        {"product", "products", "slug", {"product_id", "related_id"}},
        {"SKU", "skus", "sku_code", {"sku_id", "exchange_sku_id", "notify_sku_id"}},
        {"banner", "banners", "slug", {"banner_id"}},
    };
    return all;
}

/// One SELECT for all things: `columns` of those rows of a market.
std::string select_things(std::string_view market, bool named) {
    std::string text;
    for (const auto& [thing, table, name, columns] : things()) {
        if (!text.empty()) text += " UNION ALL ";
        text += fmt::format("SELECT '{}'::text AS thing, id{} FROM public.{} WHERE market = '{}'", thing,
                            named ? fmt::format(", {}::text AS name", name) : "", table, market);
    }
    return text;
}

Config config_of(const Config& config, const std::vector<std::string>& from) {
    Config before = config;
    before.database_url.clear();
    before.market_database_urls.clear();
    for (const auto& text : from) {
        const auto equals = text.find('=');
        if (const auto code = MarketCode::parse(text.substr(0, equals)); code && equals < text.find("://")) {
            before.market_database_urls[*code] = text.substr(equals + 1);
        } else if (before.database_url.empty()) {
            before.database_url = text;
        } else {
            throw std::runtime_error("--from names two databases for all markets: write kg=URL, us=URL, or one URL");
        }
    }
    return before;
}

/// A database of the layout that is left, read as it was at one moment.
class Source {
public:
    explicit Source(const std::string& url) : url_(url), connection_(url) {
        if (connection_.rows(sql.visitors).front() > 0) {
            throw std::runtime_error(db::masked_url(url) +
                                     " is in use: stop the servers first, so that no order is left behind");
        }
        connection_.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }
    [[nodiscard]] const std::string& url() const { return url_; }
    /// In the role of a market, "shared", or "" the owner's.
    [[nodiscard]] db::AdminConnection& as(std::string_view role) {
        connection_.become("");
        connection_.become(role);
        return connection_;
    }

private:
    std::string url_;
    db::AdminConnection connection_;
};

class Relayout {
public:
    Relayout(const Config& config, const std::vector<std::string>& from)
        : before_(config_of(config, from)),
          old_(before_),
          new_(config),
          markets_(old_.load_markets()),
          forget_renames_(config.breaks("forget_renames")) {}

    int run() {
        check();
        for (const auto& place : new_.sources()) {
            const auto codes = markets_of(new_, place.url);
            if (!codes.empty()) fill(place.url, codes);
        }
        fmt::print("done; `marque verify` looks whether everything agrees, before the servers are started\n");
        return 0;
    }

private:
    std::vector<MarketCode> markets_of(const Databases& databases, const std::string& url) const {
        std::vector<MarketCode> codes;
        for (const auto& market : markets_.markets) {
            const auto* source = databases.find_source(market.code);
            if (source != nullptr && source->url == url) codes.push_back(market.code);
        }
        return codes;
    }

    void check() {
        for (const auto& market : markets_.markets) {
            if (new_.find_source(market.code) != nullptr) continue;
            throw std::runtime_error(
                fmt::format("no database is configured for market {0}: set DATABASE_URL or "
                            "DATABASE_URL_MARQUE_{0}",
                            market.code.upper()));
        }
        for (const auto& place : new_.sources()) {
            db::AdminConnection connection{place.url};
            if (is_empty(connection)) continue;
            throw std::runtime_error(db::masked_url(place.url) +
                                     " is not empty: nothing was written. Name an empty database");
        }
        for (const auto& place : old_.sources()) sources_.emplace(place.url, place.url);
    }

    Source& source_of(MarketCode code) { return sources_.at(old_.find_source(code)->url); }

    /// Whose rows of market ALL are taken: those of the only database there is to choose, else the default market's.
    Source& shared_source(const std::vector<MarketCode>& codes) {
        const auto of_default = std::ranges::find(codes, markets_.default_market);
        return source_of(of_default == codes.end() ? codes.front() : *of_default);
    }

    void fill(const std::string& url, const std::vector<MarketCode>& codes) {
        db::AdminConnection to{url};
        db::migrate_up(to, db::embedded_migrations());
        for (const auto& code : codes) db::provision_market(to, code);
        const auto tables = carried_tables(to);
        to.run("BEGIN");
        // What was computed, noted and counted when the rows were written stands in the rows themselves.
        for (const auto& table : tables)
            to.run(fmt::format("ALTER TABLE public.\"{}\" DISABLE TRIGGER USER", table.name));
        auto& first = shared_source(codes);
        std::int64_t shared = 0;
        for (const auto& table : tables) shared += carry_table(first.as("shared"), to, table, {.role = "shared"});
        std::map<std::string, std::int64_t> numbers;
        std::vector<std::string> report;
        for (const auto& code : codes) {
            auto& source = source_of(code);
            carry_table(source.as(""), to, markets_table(to),
                        {.role = "", .filter = fmt::format("code = '{}'", code.upper())});
            const auto moved = source.url() == first.url() ? 0 : rename_things(source, code, to);
            const auto rows = carry_market(source, code, to, tables, moved > 0);
            report.push_back(fmt::format("{}: {} rows", code.upper(), rows));
            if (moved > 0) report.back() += fmt::format(", {} ids are others now", moved);
            for (const auto& [name, last] : source.as("").rows(sql.sequences)) {
                numbers[name] = std::max(numbers[name], last);
            }
        }
        for (const auto& market : markets_.markets) to.execute(market_sql.enter_directory, market.code);
        move_sequences(to, std::move(numbers), tables, codes);
        to.run("SET CONSTRAINTS ALL IMMEDIATE");
        for (const auto& table : tables)
            to.run(fmt::format("ALTER TABLE public.\"{}\" ENABLE TRIGGER USER", table.name));
        to.run("COMMIT");
        to.run("ANALYZE");
        fmt::print("{}: {} rows of all markets; {}\n", db::masked_url(url), shared, fmt::join(report, "; "));
    }

    std::int64_t carry_market(Source& source, MarketCode code, db::AdminConnection& to,
                              const std::vector<CarriedTable>& tables, bool renamed) {
        std::int64_t rows = 0;
        const std::string role = code.to_text();
        Carry carry{.role = role, .filter = fmt::format("market = '{}'", code.upper()), .changes = {}};
        for (const auto& table : tables) {
            carry.changes = renamed && !forget_renames_ ? changes_of(table) : std::vector<std::string>{};
            rows += carry_table(source.as(role), to, table, carry);
        }
        return rows;
    }

    /// Writes into `renamed` which ids this market's rows must have over there, and returns how many: those of rows of
    /// market ALL, which another database has numbered for itself, and those of the market's own that are taken.
    std::int64_t rename_things(Source& source, MarketCode code, db::AdminConnection& to) {
        const std::string role = code.to_text();
        if (source.as(role).rows(sql.untold).front() > 0) {
            throw std::runtime_error(
                db::masked_url(source.url()) +
                " has events to tell the other databases: let the servers run until they are told");
        }
        to.become("");
        to.run(
            "DROP TABLE IF EXISTS renamed;"
            "CREATE TEMP TABLE renamed (thing text, was bigint, now bigint, PRIMARY KEY (thing, was)) ON COMMIT DROP;"
            "CREATE TEMP TABLE theirs (thing text, id bigint, name text) ON COMMIT DROP;"
            "CREATE TEMP TABLE ours (LIKE theirs) ON COMMIT DROP;"
            "CREATE TEMP TABLE own (thing text, id bigint) ON COMMIT DROP;"
            "GRANT INSERT ON ours TO marque_shared");
        source.as("shared").copy(select_things("ALL", true), to, "theirs");
        source.as(role).copy(select_things(code.upper(), false), to, "own");
        to.become("shared");
        to.run("INSERT INTO ours " + select_things("ALL", true));
        to.become("");
        if (const auto lacking = to.rows(sql.lacking); !lacking.empty()) {
            throw std::runtime_error(fmt::format("{} things of all markets are in {} only, such as {} {}",
                                                 lacking.size(), db::masked_url(source.url()), lacking.front().thing,
                                                 lacking.front().name));
        }
        to.execute(sql.rename_shared);
        to.execute(sql.rename_own);
        to.run("DROP TABLE theirs, ours, own");
        return to.rows(sql.renamed).front();
    }

    static std::vector<std::string> changes_of(const CarriedTable& table) {
        std::vector<std::string> changes;
        for (const auto& [thing, of, name, columns] : things()) {
            for (const auto& column : table.columns) {
                const bool own_id = column == "id" && table.name == of;
                if (!own_id && std::ranges::find(columns, column) == columns.end()) continue;
                changes.push_back(fmt::format(
                    "UPDATE carried SET {0} = now FROM renamed WHERE thing = '{1}' AND {0} = was", column, thing));
            }
        }
        return changes;
    }

    /// Behind what the databases that are left had given out, and behind every new id.
    static void move_sequences(db::AdminConnection& to, std::map<std::string, std::int64_t> numbers,
                               const std::vector<CarriedTable>& tables, const std::vector<MarketCode>& codes) {
        std::vector<std::string> roles{"shared"};
        for (const auto& code : codes) roles.push_back(code.to_text());
        for (const auto& role : roles) {
            to.become(role);
            for (const auto& table : tables) {
                if (!table.has_sequence) continue;
                auto& last = numbers[table.name + "_id_seq"];
                last = std::max(last, number_of(to, "max(id)", table.name));
            }
        }
        to.become("");
        for (const auto& [name, last] : numbers) {
            if (last > 0) to.query(sql.move_sequence, db::encode_parameters(name, last));
        }
    }

    Config before_;
    Databases old_;
    Databases new_;
    MarketSet markets_;
    bool forget_renames_;
    std::map<std::string, Source> sources_;
};

}  // namespace

int relayout(const Config& config, const std::vector<std::string>& from) { return Relayout{config, from}.run(); }

}  // namespace marque::app
