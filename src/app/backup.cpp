// Dumping and restoring. Rows are counted in the very snapshot that pg_dump reads, so the numbers must be equal later.
#include "app/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "app/carry.h"
#include "app/databases.h"
#include "core/clock.h"
#include "core/digest.h"
#include "db/programs.h"
#include "json/read.h"
#include "json/write.h"

namespace marque::app {
namespace {

namespace fs = std::filesystem;

constexpr int format_version = 1;
constexpr const char* manifest_name = "manifest.json";
constexpr const char* files_name = "files";

struct DumpedDatabase {
    std::string name;  // "main", or the market it is configured for
    std::string file;
    std::string sha256;
    std::vector<std::string> roles;            // that its policies and grants name
    std::map<std::string, std::int64_t> rows;  // by table
};
RECORD(DumpedDatabase, name, file, sha256, roles, rows);

struct Manifest {
    std::int32_t marque_backup = format_version;
    Timestamp created_at;
    std::string migration;  // the newest one applied
    std::vector<DumpedDatabase> databases;
    std::int64_t files = 0;  // pictures kept beside the databases
};
RECORD(Manifest, marque_backup, created_at, migration, databases, files);

struct TableRows {
    std::string name;
    std::int64_t rows = 0;
};
RECORD(TableRows, name, rows);

struct Sql {
    db::Statement<std::string()> export_snapshot{"backup.export_snapshot", "SELECT pg_export_snapshot()"};
    db::Statement<TableRows()> rows_of_tables{"backup.rows_of_tables", R"(
        SELECT c.relname::text AS name,
               (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM public.%I', c.relname),
                                                    false, true, '')))[1]::text::bigint AS rows
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY c.relname)"};
    db::Statement<std::string()> roles{"backup.roles", R"(
        SELECT DISTINCT r.rolname::text FROM pg_policy p, unnest(p.polroles) AS named(role), pg_roles r
        WHERE r.oid = named.role ORDER BY 1)"};
    db::Statement<bool(std::string)> has_role{"backup.has_role",
                                              "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)"};
    db::Statement<std::string()> database{"backup.database", "SELECT current_database()::text"};
    db::Statement<bool()> sees_everything{"backup.sees_everything", R"(
        SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)"};
};
constexpr Sql sql;

std::string name_of(const DatabaseSource& source) { return source.market ? source.market->to_text() : "main"; }

/// The same database as somebody else, whose password libpq finds where its programs look for it.
std::string as_user(const std::string& url, const std::string& user) {
    if (user.empty()) return url;
    const auto start = url.find("://") + 3;
    const auto end = std::min(url.find_first_of("/?", start), url.size());
    const auto at = url.rfind('@', end);
    const auto host = at == std::string::npos || at < start ? start : at + 1;
    return url.substr(0, start) + user + "@" + url.substr(host);
}

/// Runs a program with this process's environment and `environment`; what it has to complain of goes to the terminal.
void run_program(std::vector<std::string> arguments, std::vector<std::string> environment) {
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string_view variable{*each};
        if (!variable.starts_with("PG") || variable.starts_with("PGPASS")) environment.emplace_back(variable);
    }
    std::vector<char*> arguments_c;
    for (auto& argument : arguments) arguments_c.push_back(argument.data());
    arguments_c.push_back(nullptr);
    std::vector<char*> environment_c;
    for (auto& variable : environment) environment_c.push_back(variable.data());
    environment_c.push_back(nullptr);
    pid_t child = 0;
    const int error =
        ::posix_spawn(&child, arguments.front().c_str(), nullptr, nullptr, arguments_c.data(), environment_c.data());
    if (error != 0) throw std::system_error(error, std::generic_category(), arguments.front());
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw std::runtime_error(arguments.front() + " failed; what it says stands above");
    }
}

std::map<std::string, std::int64_t> count_rows(db::AdminConnection& connection) {
    std::map<std::string, std::int64_t> rows;
    for (auto& table : connection.rows(sql.rows_of_tables)) rows.emplace(std::move(table.name), table.rows);
    return rows;
}

/// Policies bind the tables' owner as well: it would dump nothing.
void require_sight(db::AdminConnection& connection) {
    if (connection.rows(sql.sees_everything).front()) return;
    throw std::runtime_error(
        "row-level security hides every market from the databases' own user, as it should. Let another one make "
        "backups: "
        "CREATE ROLE shop_backup LOGIN BYPASSRLS IN ROLE pg_read_all_data; then name it with --user (its password: "
        "PGPASSWORD or ~/.pgpass)");
}

DumpedDatabase dump(const DatabaseSource& source, const std::string& user, const fs::path& folder) {
    DumpedDatabase dumped{.name = name_of(source), .file = name_of(source) + ".dump"};
    const std::string url = as_user(source.url, user);
    db::AdminConnection connection{url};
    require_sight(connection);
    connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const std::string snapshot = connection.rows(sql.export_snapshot).front();
    const fs::path file = folder / dumped.file;
    run_program({db::program_path("pg_dump"), "--format=custom", "--snapshot=" + snapshot, "--file=" + file.string()},
                db::program_environment(url));
    dumped.rows = count_rows(connection);
    dumped.roles = connection.rows(sql.roles);
    connection.run("COMMIT");
    dumped.sha256 = sha256_hex_of_file(file.string());
    std::int64_t rows = 0;
    for (const auto& [table, count] : dumped.rows) rows += count;
    fmt::print("{}: {} tables, {} rows, {} bytes\n", dumped.name, dumped.rows.size(), rows, fs::file_size(file));
    return dumped;
}

/// Fills an empty database. The roles stand outside of databases, so a new server lacks them.
void fill(const std::string& url, const DumpedDatabase& dumped, const fs::path& folder) {
    db::AdminConnection connection{url};
    for (const auto& role : dumped.roles) {
        const bool is_plain = std::ranges::all_of(
            role, [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
        if (!is_plain) throw std::runtime_error("the manifest names a role that is none of Marque's: " + role);
        if (!connection.rows(sql.has_role, role).front()) connection.run("CREATE ROLE " + role + " NOLOGIN");
        connection.run("GRANT " + role + " TO CURRENT_USER");
    }
    run_program({db::program_path("pg_restore"), "--no-owner", "--exit-on-error", "--single-transaction",
                 "--dbname=" + connection.rows(sql.database).front(), (folder / dumped.file).string()},
                db::program_environment(url));
}

/// What the database holds otherwise than the manifest says, one sentence each.
std::vector<std::string> differences(const std::string& url, const DumpedDatabase& dumped) {
    db::AdminConnection connection{url};
    require_sight(connection);
    const auto rows = count_rows(connection);
    std::vector<std::string> found;
    for (const auto& [table, count] : dumped.rows) {
        const auto there = rows.find(table);
        const std::int64_t restored = there == rows.end() ? -1 : there->second;
        if (restored != count) found.push_back(fmt::format("{}: {} rows instead of {}", table, restored, count));
    }
    return found;
}

void require_equal(const std::string& url, const DumpedDatabase& dumped) {
    const auto found = differences(url, dumped);
    if (found.empty()) return;
    throw std::runtime_error(
        fmt::format("{} was not restored as it was backed up:\n  {}", dumped.name, fmt::join(found, "\n  ")));
}

/// A database on the same server that goes with this object.
class ScratchDatabase {
public:
    ScratchDatabase(const std::string& url, std::string_view name)
        : owner_(url), name_(fmt::format("marque_check_{}_{}", name, ::getpid())) {
        owner_.run("CREATE DATABASE " + name_ + " TEMPLATE template0");
        // The URL's path is the database: normalised URLs have one.
        const auto question = url.find('?');
        const std::string base = url.substr(0, question);
        url_ =
            base.substr(0, base.rfind('/') + 1) + name_ + (question == std::string::npos ? "" : url.substr(question));
    }
    ~ScratchDatabase() {
        try {
            owner_.run("DROP DATABASE IF EXISTS " + name_);
        } catch (const std::exception& error) {
            fmt::print(stderr, "marque: the database {} is left over: {}\n", name_, error.what());
        }
    }
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    db::AdminConnection owner_;
    std::string name_;
    std::string url_;
};

void try_restoring(const DatabaseSource& source, const std::string& user, const DumpedDatabase& dumped,
                   const fs::path& folder) {
    const ScratchDatabase scratch{source.url, dumped.name};
    fill(scratch.url(), dumped, folder);
    require_equal(as_user(scratch.url(), user), dumped);
    fmt::print("{}: restored into an empty database, every table has its rows\n", dumped.name);
}

/// Copies what is not there yet; how many files lie there then.
std::int64_t copy_files(const fs::path& from, const fs::path& to) {
    std::int64_t count = 0;
    if (!fs::is_directory(from)) return count;
    for (const auto& entry : fs::recursive_directory_iterator{from}) {
        const fs::path relative = fs::relative(entry.path(), from);
        // Uploads under way belong to nobody yet.
        if (!entry.is_regular_file() || *relative.begin() == "incoming") continue;
        const fs::path target = to / relative;
        fs::create_directories(target.parent_path());
        fs::copy_file(entry.path(), target, fs::copy_options::skip_existing);
        ++count;
    }
    return count;
}

Manifest read_manifest(const fs::path& folder) {
    std::ifstream file{folder / manifest_name};
    if (!file) throw std::runtime_error(folder.string() + " is no backup: it has no " + manifest_name);
    std::stringstream text;
    text << file.rdbuf();
    auto manifest = json::read_text<Manifest>(text.str());
    if (!manifest) throw std::runtime_error((folder / manifest_name).string() + " cannot be read");
    if (manifest->marque_backup != format_version) {
        throw std::runtime_error(fmt::format("{} was written by another Marque: format {}, this one reads {}",
                                             folder.string(), manifest->marque_backup, format_version));
    }
    return std::move(*manifest);
}

std::string newest_migration(const std::string& url) {
    db::AdminConnection connection{url};
    std::string newest;
    for (const auto& state : db::migration_status(connection, db::embedded_migrations())) {
        if (state.applied) newest = state.name;
    }
    return newest;
}

void require_restorable(const Databases& databases, const Manifest& manifest, const fs::path& folder) {
    std::vector<std::string> wanted;
    std::vector<std::string> there;
    for (const auto& dumped : manifest.databases) wanted.push_back(dumped.name);
    for (const auto& source : databases.sources()) there.push_back(name_of(source));
    if (!std::ranges::is_permutation(wanted, there)) {
        throw std::runtime_error(
            fmt::format("the backup is of the databases {}, configured are {}: restore into the "
                        "same layout",
                        fmt::join(wanted, ", "), fmt::join(there, ", ")));
    }
    for (const auto& dumped : manifest.databases) {
        if (sha256_hex_of_file((folder / dumped.file).string()) != dumped.sha256) {
            throw std::runtime_error((folder / dumped.file).string() + " is missing or damaged");
        }
    }
    for (const auto& source : databases.sources()) {
        db::AdminConnection connection{source.url};
        if (is_empty(connection)) continue;
        throw std::runtime_error(db::masked_url(source.url) +
                                 " is not empty: nothing was restored. Name an empty database");
    }
}

const DumpedDatabase& dump_of(const Manifest& manifest, const DatabaseSource& source) {
    return *std::ranges::find(manifest.databases, name_of(source), &DumpedDatabase::name);
}

}  // namespace

int backup(const Config& config, const std::string& folder, const std::string& user, bool check) {
    if (fs::exists(folder)) throw std::runtime_error(folder + " is there already: name a new folder");
    const Databases databases{config};
    const fs::path partial = folder + ".partial";
    fs::remove_all(partial);
    fs::create_directories(partial);
    fs::permissions(partial, fs::perms::owner_all);  // customers' data
    Manifest manifest{.created_at = Timestamp::now(), .migration = newest_migration(databases.sources().front().url)};
    for (const auto& source : databases.sources()) manifest.databases.push_back(dump(source, user, partial));
    // After the databases: whatever they name is written before they name it.
    if (config.file_storage_provider == "local") {
        manifest.files = copy_files(config.file_storage_dir, partial / files_name);
        fmt::print("files: {}\n", manifest.files);
    } else {
        fmt::print("files: kept by {}, not copied\n", config.file_storage_provider);
    }
    std::string text;
    json::write(text, manifest);
    std::ofstream{partial / manifest_name} << text << "\n";
    if (check) {
        for (const auto& source : databases.sources()) try_restoring(source, user, dump_of(manifest, source), partial);
    }
    fs::rename(partial, folder);
    fmt::print("{} is complete\n", folder);
    return 0;
}

int restore(const Config& config, const std::string& folder, const std::string& user) {
    const Manifest manifest = read_manifest(folder);
    Databases databases{config};
    require_restorable(databases, manifest, folder);
    for (const auto& source : databases.sources()) {
        const auto& dumped = dump_of(manifest, source);
        fill(source.url, dumped, folder);
        require_equal(as_user(source.url, user), dumped);
        fmt::print("{}: every table has its rows\n", dumped.name);
    }
    if (config.file_storage_provider == "local") {
        fmt::print("files: {}\n", copy_files(fs::path{folder} / files_name, config.file_storage_dir));
    }
    // Roles, their grants and policies, as this server wants them; and migrations newer than the backup.
    databases.migrate();
    fmt::print("restored; `marque verify` looks whether everything agrees\n");
    return 0;
}

}  // namespace marque::app
