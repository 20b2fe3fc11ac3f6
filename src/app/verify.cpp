// The checks of `marque verify` and `marque doctor`. A doctor goes on after a trouble: each check stands by itself.
#include "app/verify.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/customer_commands.h"
#include "app/databases.h"
#include "app/start_checks.h"
#include "app/with_shop.h"
#include "db/programs.h"
#include "features/messages/messages.h"
#include "features/orders/conservation.h"

namespace marque::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t free_bytes_min = 1024UL * 1024 * 1024;
constexpr std::int64_t clock_difference_s_max = 2;

struct ServerRow {
    std::string version;
    std::int32_t connections_max = 0;
    std::int64_t unix_s = 0;
};
RECORD(ServerRow, version, connections_max, unix_s);

struct Sql {
    db::Statement<ServerRow()> server{"doctor.server", R"(
        SELECT current_setting('server_version') AS version,
               current_setting('max_connections')::integer AS connections_max,
               extract(epoch FROM clock_timestamp())::bigint AS unix_s)"};
};
constexpr Sql sql;

/// What a run of checks found, printed as it goes.
class Findings {
public:
    void good(const std::string& what) { fmt::print("  ok       {}\n", what); }
    void bad(const std::string& what, const std::string& cure) {
        fmt::print("  TROUBLE  {}\n", what);
        if (!cure.empty()) fmt::print("           {}\n", cure);
        ++troubles_;
    }
    /// Runs a check that throws where something is wrong.
    template <class Check>
    void look(const std::string& what, const std::string& cure, Check check) {
        try {
            check();
            good(what);
        } catch (const std::exception& error) {
            bad(fmt::format("{}: {}", what, error.what()), cure);
        }
    }
    [[nodiscard]] int troubles() const { return troubles_; }

private:
    int troubles_ = 0;
};

/// With the rules' names, so that a runbook can be found.
Task<int> look_at_rules(customers::Shop shop, const db::Layout&, const CustomerOptions&) {
    int broken = 0;
    for (const auto& market : shop.markets.markets) {
        const auto rules = co_await orders::broken_rules(shop.in(market.code));
        for (const auto rule : orders::conservation_rules) {
            const auto found = std::ranges::find(rules, rule, &orders::BrokenRule::rule);
            if (found == rules.end()) {
                fmt::print("  ok       {}: {}\n", market.code.upper(), rule);
                continue;
            }
            ++broken;
            fmt::print("  TROUBLE  {}: {} is broken {} times, for example {}\n", market.code.upper(), rule,
                       found->broken, found->example);
        }
    }
    co_return broken == 0 ? 0 : 1;
}

void look_at_storage(const Config& config, Findings& findings) {
    if (config.file_storage_provider != "local") return;
    const fs::path folder = config.file_storage_dir;
    findings.look("pictures can be kept in " + folder.string(),
                  "give the folder to the user Marque runs as, or name another with FILE_STORAGE_DIR", [&] {
                      fs::create_directories(folder);
                      const fs::path trial = folder / fmt::format(".doctor-{}", ::getpid());
                      std::ofstream file{trial};
                      file << "1" << std::flush;
                      if (!file) throw std::runtime_error("nothing can be written there");
                      fs::remove(trial);
                  });
    findings.look("there is room on its disk", "remove what is not needed, or move the folder to a larger disk", [&] {
        const auto room = fs::space(folder).available;
        if (room < free_bytes_min) throw std::runtime_error(fmt::format("{} MB are left", room / 1024 / 1024));
    });
}

void look_at_port(const Config& config, Findings& findings) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(config.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool answers = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    // Not a trouble: it may be this very shop.
    findings.good(answers
                      ? fmt::format("somebody serves on port {}: this shop, or another program; PORT=… names another",
                                    config.port)
                      : fmt::format("port {} is free", config.port));
}

void look_at_programs(const Config& config, Findings& findings) {
    findings.look("backups can be made (pg_dump)", "apt-get install postgresql-client",
                  [] { static_cast<void>(db::program_path("pg_dump")); });
    if (config.file_storage_provider == "local" && !fs::exists("/usr/bin/vipsthumbnail")) {
        findings.bad("pictures cannot be drawn in other sizes: vipsthumbnail is missing",
                     "apt-get install libvips-tools");
    }
}

void look_at_server(const DatabaseSource& source, const Config& config, Findings& findings) {
    const std::string name = db::masked_url(source.url);
    findings.look(name + " answers", "", [&] {
        db::AdminConnection connection{source.url};
        const auto row = connection.rows(sql.server).front();
        findings.good(fmt::format("{} is PostgreSQL {}", name, row.version));
        const std::int64_t difference_s = std::abs(Timestamp::now().unix_s() - row.unix_s);
        if (difference_s > clock_difference_s_max) {
            findings.bad(fmt::format("its clock and this machine's are {} s apart", difference_s),
                         "let both follow the same time server (systemd-timesyncd or chrony)");
        }
        if (config.db_connections + 5 > row.connections_max) {
            findings.bad(
                fmt::format("DB_CONNECTIONS is {}, and it takes {} in all", config.db_connections, row.connections_max),
                "raise max_connections of PostgreSQL, or lower DB_CONNECTIONS");
        }
        int missing = 0;
        int changed = 0;
        for (const auto& state : db::migration_status(connection, db::embedded_migrations())) {
            missing += state.applied ? 0 : 1;
            changed += state.checksum_differs ? 1 : 0;
        }
        if (missing > 0) findings.bad(fmt::format("{} migrations are missing in it", missing), "run `marque migrate`");
        if (changed > 0) {
            findings.bad(fmt::format("{} migrations are others than those that were applied", changed),
                         "this Marque and the database do not belong together: use the version that migrated it");
        }
    });
}

/// Talks to the mail server as a mail would, up to the log-in; without one there is nothing to look at.
void look_at_mail(const Config& config) {
    require_mail(config);
    if (config.smtp_url.empty()) {
        if (config.development()) return;
        throw std::runtime_error("SMTP_URL is empty: no mail leaves, customers are told by SMS and in the app only");
    }
    const auto answer = work::ask_mail_server(messages::mail_server(config));
    if (answer.outcome == work::MailOutcome::sent) return;
    throw std::runtime_error(fmt::format("the mail server takes none: {} ({})", answer.what, answer.code));
}

void look_at_shop(const Config& config, Databases& databases, Findings& findings) {
    findings.look("PostgreSQL keeps what it acknowledged", "", [&] { databases.check_durability(); });
    findings.look("every market is walled off from the others", "", [&] { databases.check_isolation(); });
    std::optional<MarketSet> markets;
    findings.look("there are markets", "", [&] { markets = databases.load_markets(); });
    if (!markets) return;
    findings.look("codes can be sent by SMS", "docs/phones.md and `marque config` name the settings",
                  [&] { static_cast<void>(require_sms(config, *markets)); });
    findings.look("mail can be sent", "SMTP_URL, SMTP_USER, SMTP_PASSWORD, SMTP_CA_FILE, MAIL_FROM (`marque config`)",
                  [&] { look_at_mail(config); });
    findings.look("payments are set up", "docs/payments.md names the settings",
                  [&] { static_cast<void>(require_payments(config, *markets)); });
}

/// The rules of stock, orders and payments, over their own way to the databases.
void look_at_conservation(const Config& config, Findings& findings) {
    findings.look("stock, orders and payments agree", "docs/operations.md says what each rule means", [&] {
        if (with_shop(config, look_at_rules, {}) != 0) throw std::runtime_error("they do not");
    });
}

}  // namespace

int verify(const Config& config) {
    Findings findings;
    {
        Databases databases{config};
        for (const auto& source : databases.sources()) look_at_server(source, config, findings);
        findings.look("every market is walled off from the others", "", [&] { databases.check_isolation(); });
    }
    look_at_conservation(config, findings);
    fmt::print("{}\n", findings.troubles() == 0 ? "everything agrees" : "something does not agree");
    return findings.troubles() == 0 ? 0 : 1;
}

int doctor(const Environment& environment) {
    Findings findings;
    fmt::print("settings\n");
    const auto config = parse_config(environment);
    if (!config) {
        for (const auto& mistake : config.error()) {
            findings.bad(mistake, "correct it in the environment or in .env of this folder; `marque config` lists all");
        }
        return 1;
    }
    findings.look("they may be served", "", [&] { require_closed(*config); });
    fmt::print("this machine\n");
    look_at_storage(*config, findings);
    look_at_port(*config, findings);
    look_at_programs(*config, findings);
    fmt::print("databases\n");
    findings.look("they are named and reachable", "", [&] {
        Databases databases{*config};
        for (const auto& source : databases.sources()) look_at_server(source, *config, findings);
        fmt::print("the shop\n");
        look_at_shop(*config, databases, findings);
    });
    if (findings.troubles() == 0) look_at_conservation(*config, findings);
    fmt::print("{}\n", findings.troubles() == 0 ? "nothing keeps the shop from running"
                                                : fmt::format("{} troubles", findings.troubles()));
    return findings.troubles() == 0 ? 0 : 1;
}

}  // namespace marque::app
