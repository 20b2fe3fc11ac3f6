// What `marque user`, `inspect`, `revenue`, `staff` and `jobs` take, and which function carries each out.
#include "app/customer_commands.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "app/customer_diagnostics.h"
#include "app/customer_moves.h"
#include "app/jobs_command.h"
#include "app/staff_command.h"

namespace marque::app {
namespace {

/// What the declared commands fill in; lives as long as the command that was chosen.
struct Declared {
    CLI::App& cli;
    ChosenCommand& chosen;
    std::shared_ptr<CustomerOptions> options = std::make_shared<CustomerOptions>();
};

/// A subcommand that puts itself into `chosen`.
CLI::App* add(CLI::App* group, const Declared& declared, ShopCommand run, const std::string& name,
              const std::string& meaning) {
    auto* command = group->add_subcommand(name, meaning);
    command->callback([&chosen = declared.chosen, options = declared.options, run] {
        chosen = [options, run](const Config& config) { return with_shop(config, run, *options); };
    });
    command->add_flag("--json", declared.options->json, "print JSON");
    return command;
}

CLI::App* add_group(CLI::App& cli, const std::string& name, const std::string& meaning) {
    auto* group = cli.add_subcommand(name, meaning);
    group->require_subcommand(1);
    return group;
}

void declare_user(const Declared& declared) {
    auto& options = *declared.options;
    auto* user = add_group(declared.cli, "user", "one customer: show, find, move to another market, block");
    auto* show = add(user, declared, show_user, "show", "a customer's accounts and the history of their market");
    show->add_option("who", options.who, "id or phone")->required();
    show->add_option("--market", options.market, "look in this market only");
    show->add_flag("--full", options.full, "show phones whole");
    auto* find = add(user, declared, find_users, "find",
                     "customers by phone in any spelling, name, email or id, in every market");
    find->add_option("text", options.who, "what to look for")->required();
    find->add_option("--limit", options.limit, "at most so many a market")->check(CLI::Range(1, 1000));
    find->add_flag("--full", options.full, "show phones whole");
    auto* move = add(user, declared, move_user, "move-market", "move a customer to another market by hand");
    move->add_option("phone", options.who, "the customer's phone")->required();
    move->add_option("--to", options.to, "the new market")->required();
    move->add_option("--reason", options.reason, "why; kept in the history")->required();
    move->add_option("--by", options.by, "who decided; by default the user of the terminal");
    move->add_flag("--dry-run", options.dry_run, "only say what would happen");
    for (const bool block : {true, false}) {
        const std::string name = block ? "block" : "unblock";
        add(user, declared, block ? block_user : unblock_user, name, name + " every account of a phone")
            ->add_option("phone", options.who, "the customer's phone")
            ->required();
    }
    auto* backfill = add(user, declared, backfill_markets, "backfill-market",
                         "after an import: give accounts the market of their phone");
    auto* dry = backfill->add_flag("--dry-run", options.dry_run, "only count");
    backfill->add_flag("--apply", options.apply, "change them")->excludes(dry);
}

void declare_inspect(const Declared& declared) {
    auto& options = *declared.options;
    auto* inspect = add_group(declared.cli, "inspect", "look at customers and orders over all markets");
    auto* users = add(inspect, declared, inspect_users, "users", "each market's customers with phone and market");
    users->add_option("--market", options.market, "this market only");
    users->add_option("--limit", options.limit, "at most so many a market")->check(CLI::Range(1, 100'000));
    users->add_flag("--full", options.full, "show phones whole");
    auto* user = add(inspect, declared, inspect_user, "user", "the accounts with an id, market by market");
    user->add_option("id", options.who, "the id")->required();
    user->add_option("--market", options.market, "look in this market only");
    user->add_flag("--full", options.full, "show phones whole");
    auto* orders = add(inspect, declared, inspect_orders, "orders",
                       "how many orders a customer has in each market, and the last five");
    orders->add_option("who", options.who, "id or phone")->required();
    orders->add_flag("--full", options.full, "show phones whole");
    auto* revenue = add_group(declared.cli, "revenue", "what was sold");
    auto* snapshot =
        add(revenue, declared, snapshot_revenue, "snapshot", "compute and keep a day's revenue of each market");
    snapshot->add_option("--date", options.date, "the day, 2026-11-21; by default each market's yesterday");
    snapshot->add_option("--market", options.market, "this market only");
    auto* rate = add(revenue, declared, set_report_rate, "rate",
                     "set what one unit of a market's currency is in another, for reports only; or list rates");
    rate->add_option("--market", options.market, "whose currency; without --currency: whose rates are listed");
    rate->add_option("--currency", options.to, "in this currency")
        ->needs(rate->add_option("--rate", options.rate, "the rate, like 0.01143"));
    rate->add_option("--date", options.date, "from this day on; by default the market's today");
}

void declare_staff(const Declared& declared) {
    auto& options = *declared.options;
    auto* staff = add_group(declared.cli, "staff", "who manages a market");
    auto* added = add(staff, declared, add_staff, "add", "give somebody a role in a market, such as its first admin");
    added->add_option("phone", options.who, "the person's phone")->required();
    added->add_option("--market", options.market, "the market to manage")->required();
    added->add_option("--role", options.role, "admin, manager, support, content, viewer, or one of the market's own")
        ->required();
}

void declare_jobs(const Declared& declared) {
    auto& options = *declared.options;
    auto* jobs = add_group(declared.cli, "jobs", "imports, exports and each day's routines, which servers carry out");
    auto* list = add(jobs, declared, list_jobs, "list", "each market's jobs, newest first, and what is scheduled");
    list->add_option("--limit", options.limit, "at most so many a market")->check(CLI::Range(1, 1000));
    auto* run = add(jobs, declared, begin_routine, "run", "begin a routine now, on whichever server runs");
    run->add_option("kind", options.who, "revenue_snapshot or prune")->required();
    auto* cancel = add(jobs, declared, cancel_job, "cancel", "end a job: what it has committed stays");
    cancel->add_option("id", options.who, "the job's id")->required();
    for (auto* command : {list, run, cancel}) command->add_option("--market", options.market, "this market only");
}

std::string terminal_user() {
    const char* name = std::getenv("USER");
    return name != nullptr && *name != '\0' ? name : "uid " + std::to_string(::getuid());
}

}  // namespace

void declare_customer_commands(CLI::App& cli, ChosenCommand& chosen) {
    const Declared declared{cli, chosen};
    declare_user(declared);
    declare_inspect(declared);
    declare_staff(declared);
    declare_jobs(declared);
    declared.options->by = "command line: " + terminal_user();
}

}  // namespace marque::app
