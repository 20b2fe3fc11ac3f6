// What `marque user`, `marque inspect` and `marque revenue` take, and which function carries each out.
#include "app/customer_commands.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "app/customer_diagnostics.h"
#include "app/customer_moves.h"
#include "core/check.h"

namespace marque::app {
namespace {

struct Entry {
    std::string_view name;
    ShopCommand command;
};

constexpr std::array entries{
    Entry{"user show", show_user},           Entry{"user find", find_users},
    Entry{"user move-market", move_user},    Entry{"user block", block_user},
    Entry{"user unblock", unblock_user},     Entry{"user backfill-market", backfill_markets},
    Entry{"inspect users", inspect_users},   Entry{"inspect user", inspect_user},
    Entry{"inspect orders", inspect_orders}, Entry{"revenue snapshot", snapshot_revenue},
};

/// A subcommand that notes its own name when it was chosen.
CLI::App* add(CLI::App* group, CustomerOptions& options, const std::string& name, const std::string& meaning) {
    auto* command = group->add_subcommand(name, meaning);
    command->callback([&options, full_name = group->get_name() + " " + name] { options.command = full_name; });
    command->add_flag("--json", options.json, "print JSON");
    return command;
}

CLI::App* add_group(CLI::App& cli, const std::string& name, const std::string& meaning) {
    auto* group = cli.add_subcommand(name, meaning);
    group->require_subcommand(1);
    return group;
}

void declare_user(CLI::App& cli, CustomerOptions& options) {
    auto* user = add_group(cli, "user", "one customer: show, find, move to another market, block");
    auto* show = add(user, options, "show", "a customer's accounts and the history of their market");
    show->add_option("who", options.who, "id or phone")->required();
    show->add_option("--market", options.market, "look in this market only");
    show->add_flag("--full", options.full, "show phones whole");
    auto* find = add(user, options, "find", "customers by phone in any spelling, name, email or id, in every market");
    find->add_option("text", options.who, "what to look for")->required();
    find->add_option("--limit", options.limit, "at most so many a market")->check(CLI::Range(1, 1000));
    find->add_flag("--full", options.full, "show phones whole");
    auto* move = add(user, options, "move-market", "move a customer to another market by hand");
    move->add_option("phone", options.who, "the customer's phone")->required();
    move->add_option("--to", options.to, "the new market")->required();
    move->add_option("--reason", options.reason, "why; kept in the history")->required();
    move->add_option("--by", options.by, "who decided; by default the user of the terminal");
    move->add_flag("--dry-run", options.dry_run, "only say what would happen");
    for (const auto* name : {"block", "unblock"}) {
        add(user, options, name, std::string{name} + " every account of a phone")
            ->add_option("phone", options.who, "the customer's phone")
            ->required();
    }
    auto* backfill = add(user, options, "backfill-market", "after an import: give accounts the market of their phone");
    auto* dry = backfill->add_flag("--dry-run", options.dry_run, "only count");
    backfill->add_flag("--apply", options.apply, "change them")->excludes(dry);
}

void declare_inspect(CLI::App& cli, CustomerOptions& options) {
    auto* inspect = add_group(cli, "inspect", "look at customers and orders over all markets");
    auto* users = add(inspect, options, "users", "each market's customers with phone and market");
    users->add_option("--market", options.market, "this market only");
    users->add_option("--limit", options.limit, "at most so many a market")->check(CLI::Range(1, 100'000));
    users->add_flag("--full", options.full, "show phones whole");
    auto* user = add(inspect, options, "user", "the accounts with an id, market by market");
    user->add_option("id", options.who, "the id")->required();
    user->add_option("--market", options.market, "look in this market only");
    user->add_flag("--full", options.full, "show phones whole");
    auto* orders = add(inspect, options, "orders", "how many orders a customer has in each market, and the last five");
    orders->add_option("who", options.who, "id or phone")->required();
    orders->add_flag("--full", options.full, "show phones whole");
    auto* revenue = add_group(cli, "revenue", "what was sold");
    auto* snapshot = add(revenue, options, "snapshot", "compute and keep a day's revenue of each market");
    snapshot->add_option("--date", options.date, "the day, 2026-11-21; by default each market's yesterday");
    snapshot->add_option("--market", options.market, "this market only");
}

std::string terminal_user() {
    const char* name = std::getenv("USER");
    return name != nullptr && *name != '\0' ? name : "uid " + std::to_string(::getuid());
}

}  // namespace

void declare_customer_commands(CLI::App& cli, CustomerOptions& options) {
    declare_user(cli, options);
    declare_inspect(cli, options);
    options.by = "command line: " + terminal_user();
}

int run_customer_command(const Config& config, const CustomerOptions& options) {
    const auto* const found = std::ranges::find(entries, options.command, &Entry::name);
    check(found != entries.end(), "a command that was declared and not listed");
    return with_shop(config, found->command, options);
}

}  // namespace marque::app
