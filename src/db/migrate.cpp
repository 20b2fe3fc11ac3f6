// Migrations: what is missing is applied in order, each in a transaction, one process at a time.
#include <fmt/format.h>

#include <thread>

#include "core/log.h"
#include "core/text.h"
#include "db/admin.h"
#include "db/rehearsal.h"

namespace marque::db {
namespace {

/// A row of marque_migrations.
struct Applied {
    int number;
    std::string name;
    std::string checksum;
};
RECORD(Applied, number, name, checksum);

constexpr Statement<bool()> journal_exists{"migrate.journal_exists",
                                           "SELECT to_regclass('public.marque_migrations') IS NOT NULL"};
constexpr Statement<void()> make_journal{
    "migrate.make_journal",
    "CREATE TABLE IF NOT EXISTS public.marque_migrations (number integer PRIMARY KEY, name text NOT NULL, "
    "checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"};
constexpr Statement<Applied()> read_journal{
    "migrate.read_journal", "SELECT number, name, checksum FROM public.marque_migrations ORDER BY number"};
constexpr Statement<void(int, std::string, std::string)> add_entry{
    "migrate.add_entry", "INSERT INTO public.marque_migrations (number, name, checksum) VALUES ($1, $2, $3)"};
constexpr Statement<void(int)> remove_entry{"migrate.remove_entry",
                                            "DELETE FROM public.marque_migrations WHERE number = $1"};
constexpr Statement<void()> lock{"migrate.lock", "SELECT pg_advisory_lock(7205759403792793601)"};
constexpr Statement<void()> unlock{"migrate.unlock", "SELECT pg_advisory_unlock(7205759403792793601)"};

/// Holds the advisory lock, so that of several servers started together one migrates and the others wait.
class MigrationLock {
public:
    explicit MigrationLock(AdminConnection& connection) : connection_(connection) { connection_.execute(lock); }
    ~MigrationLock() {
        try {
            connection_.execute(unlock);
        } catch (const std::exception&) {
            // A broken connection has given its locks back.
        }
    }
    MigrationLock(const MigrationLock&) = delete;
    MigrationLock& operator=(const MigrationLock&) = delete;

private:
    AdminConnection& connection_;
};

std::string file_of(const Migration& migration, std::string_view direction) {
    return fmt::format("{}/migrations/{}.{}.sql", migration.feature, migration.name, direction);
}

const Migration* find_migration(std::span<const Migration> migrations, int number) {
    const auto found = std::ranges::find(migrations, number, &Migration::number);
    return found == migrations.end() ? nullptr : &*found;
}

std::vector<Applied> applied_to(AdminConnection& connection) {
    if (!connection.rows(journal_exists).front()) return {};
    return connection.rows(read_journal);
}

/// Refuses a database that this binary does not know well enough to touch.
void refuse_strangers(const std::vector<Applied>& applied, std::span<const Migration> migrations) {
    for (const Applied& entry : applied) {
        const Migration* migration = find_migration(migrations, entry.number);
        if (migration == nullptr) {
            throw std::runtime_error(
                fmt::format("the database is newer than this program: it has migration {}, which this program does not "
                            "contain. Run the "
                            "version of Marque that made it, or a newer one",
                            entry.name));
        }
        if (migration->checksum != entry.checksum) {
            throw std::runtime_error(
                fmt::format("{} was changed after it had been applied to this database. Undo the change and put it in "
                            "a new migration "
                            "(make makemigration); a development database can be thrown away instead (make db-reset)",
                            file_of(*migration, "up")));
        }
    }
}

/// Runs one file and the change of the journal in one transaction; what fails names the file and its line.
template <class ChangeJournal>
void run_file_once(AdminConnection& connection, const std::string& file, std::string_view sql,
                   ChangeJournal change_journal) {
    static constexpr Statement<bool()> in_transaction{"migrate.in_transaction",
                                                      "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"};
    connection.run("BEGIN; SET LOCAL lock_timeout = '800ms'; SELECT pg_current_xact_id()");
    try {
        connection.run(std::string{sql});
        if (!connection.rows(in_transaction).front()) {
            connection.run("ROLLBACK");
            throw std::runtime_error(file +
                                     " ended its transaction: BEGIN, COMMIT and ROLLBACK do not belong in a migration");
        }
        change_journal();
        connection.run("COMMIT");
    } catch (const Error& error) {
        connection.run("ROLLBACK");
        const std::string_view message = std::string_view{error.what()}.substr(error.statement.size() + 2 + 6);
        throw Error(file, error.sqlstate, std::string{message}, error.constraint);
    }
}

/// Whoever asks for a table behind a migration that waits for its lock waits as long: so it waits below a second, gives
/// up, lets them pass and comes again.
template <class Action>
auto again_while_locked(const std::string& file, Action action) {
    constexpr int tries_max = 40;
    constexpr std::chrono::milliseconds longest_pause{2'000};
    std::chrono::milliseconds pause{100};
    for (int tries = 1; tries < tries_max; ++tries) {
        try {
            return action();
        } catch (const Error& error) {
            if (!error.is_lock_timeout()) throw;
            log::warning("migrate.waits", {{"migration", file}, {"what", error.what()}});
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, longest_pause);
    }
    return action();
}

template <class ChangeJournal>
void run_file(AdminConnection& connection, const std::string& file, std::string_view sql,
              ChangeJournal change_journal) {
    again_while_locked(file, [&] { run_file_once(connection, file, sql, change_journal); });
}

}  // namespace

std::vector<std::string> migrate_up(AdminConnection& connection, std::span<const Migration> migrations) {
    const MigrationLock guard{connection};
    connection.execute(make_journal);
    const std::vector<Applied> applied = applied_to(connection);
    refuse_strangers(applied, migrations);
    std::vector<std::string> names;
    for (const Migration& migration : migrations) {
        if (std::ranges::find(applied, migration.number, &Applied::number) != applied.end()) continue;
        run_file(connection, file_of(migration, "up"), migration.up, [&] {
            connection.execute(add_entry, migration.number, std::string{migration.name},
                               std::string{migration.checksum});
        });
        names.emplace_back(migration.name);
    }
    return names;
}

std::optional<std::string> migrate_down_one(AdminConnection& connection, std::span<const Migration> migrations,
                                            bool may_lose_data) {
    const MigrationLock guard{connection};
    const std::vector<Applied> applied = applied_to(connection);
    if (applied.empty()) return std::nullopt;
    const Applied& newest = applied.back();
    const Migration* migration = find_migration(migrations, newest.number);
    if (migration == nullptr) refuse_strangers(applied, migrations);
    const std::string file = file_of(*migration, "down");
    if (!may_lose_data) {
        const auto loss = again_while_locked(file, [&] { return loss_of_undoing(connection, *migration); });
        if (!loss.empty()) {
            throw std::runtime_error(fmt::format(
                "undoing {} would lose data: {}. A backup first, and then `marque migrate --down --lose-data`",
                newest.name, loss));
        }
    }
    run_file(connection, file, migration->down, [&] { connection.execute(remove_entry, newest.number); });
    return newest.name;
}

std::vector<MigrationState> migration_status(AdminConnection& connection, std::span<const Migration> migrations) {
    const std::vector<Applied> applied = applied_to(connection);
    std::vector<MigrationState> states;
    for (const Migration& migration : migrations) {
        const auto entry = std::ranges::find(applied, migration.number, &Applied::number);
        const bool is_applied = entry != applied.end();
        states.push_back({migration.number, std::string{migration.name}, is_applied,
                          is_applied && entry->checksum != migration.checksum});
    }
    for (const Applied& entry : applied) {
        if (find_migration(migrations, entry.number) != nullptr) continue;
        states.push_back({entry.number, entry.name + " (not in this program)", true, true});
    }
    std::ranges::sort(states, {}, &MigrationState::number);
    return states;
}

}  // namespace marque::db
