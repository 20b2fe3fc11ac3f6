// The command line of markets, prices and stock.
#include <CLI/CLI.hpp>

#include "app/market_commands.h"
#include "features/markets/edit.h"

namespace marque::app {
namespace {

/// Everything the options below are read into; one object for each declaration, alive as long as its command.
template <class T>
std::shared_ptr<T> options() {
    return std::make_shared<T>();
}

struct Plain {
    std::string market;
    std::string word;
    bool flag = false;
    std::vector<std::string> assignments;
};

struct AddOptions {
    AddMarket add;
    std::string name, prefix, currency, time_zone, languages, sign;
    std::vector<std::string> settings;
};

std::string field_help() {
    std::string names;
    for (const auto name : markets::field_names()) names += (names.empty() ? "" : ", ") + std::string{name};
    return names;
}

int run_add(const Config& config, const AddOptions& given) {
    AddMarket add = given.add;
    add.fields = {{"name", given.name},
                  {"currency", given.currency},
                  {"prefix", given.prefix},
                  {"timezone", given.time_zone},
                  {"languages", given.languages}};
    if (!given.sign.empty()) add.fields.emplace_back("sign", given.sign);
    for (const auto& text : given.settings) {
        const auto equals = text.find('=');
        if (equals == std::string::npos) throw Mistake{"--set: \"" + text + "\" must be FIELD=VALUE"};
        add.fields.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return add_market(config, add);
}

void declare_add(CLI::App& market, ChosenCommand& chosen) {
    auto* add = market.add_subcommand("add", "make a market, on a running system: row, role, policies, settings");
    const auto given = options<AddOptions>();
    add->add_option("code", given->add.code, "two to eight letters, like KZ")->required();
    add->add_option("--name", given->name, "its name in English")->required();
    add->add_option("--prefix", given->prefix, "phone prefixes: +77 or +77,+70")->required();
    add->add_option("--currency", given->currency, "ISO 4217 code")->required();
    add->add_option("--timezone", given->time_zone, "of its business days: Asia/Almaty")->required();
    add->add_option("--languages", given->languages, "the first is the default: ru,kk,en")->required();
    add->add_option("--like", given->add.like, "market to take tax, shipping, payment and SMS from")->required();
    add->add_option("--sign", given->sign, "the currency's sign; else the usual one");
    add->add_option("--set", given->settings, "FIELD=VALUE as of `market set`, repeatable");
    add->add_flag("--copy-regions", given->add.copy_regions, "take the regions of --like, too");
    add->callback([given, &chosen] { chosen = [given](const Config& config) { return run_add(config, *given); }; });
}

void declare_edits(CLI::App& market, ChosenCommand& chosen) {
    auto* set = market.add_subcommand("set", "change fields: " + field_help());
    const auto fields = options<Plain>();
    set->add_option("market", fields->market, "KZ")->required();
    set->add_option("fields", fields->assignments, "FIELD=VALUE …")->required();
    set->callback([fields, &chosen] {
        chosen = [fields](const Config& config) { return set_market(config, fields->market, fields->assignments); };
    });
    auto* state = market.add_subcommand("state", "open or close it: draft → live → closed");
    const auto move = options<Plain>();
    state->add_option("market", move->market, "KZ")->required();
    state->add_option("state", move->word, "live or closed")
        ->required()
        ->check(CLI::IsMember({"draft", "live", "closed"}));
    state->add_flag("--force", move->flag, "open it although the check fails");
    state->callback([move, &chosen] {
        chosen = [move](const Config& config) { return change_state(config, move->market, move->word, move->flag); };
    });
    auto* tax = market.add_subcommand("tax", "set a rate of tax from a day on");
    const auto rate = options<SetRate>();
    tax->add_option("market", rate->market, "KG")->required();
    tax->add_option("--region", rate->region, "its region; else the whole market");
    tax->add_option("--from", rate->from, "first day, like 2027-01-01")->required();
    tax->add_option("--percent", rate->percent, "like 6.875")->required();
    tax->callback([rate, &chosen] { chosen = [rate](const Config& config) { return set_tax(config, *rate); }; });
    auto* region = market.add_subcommand("region", "add or rename a region");
    const auto put = options<PutRegion>();
    region->add_option("market", put->market, "KZ")->required();
    region->add_option("region", put->code, "its code, like ALA")->required();
    region->add_option("--name", put->name, "its name in English")->required();
    region->add_option("--kind", put->kind, "city, region, state …");
    region->add_option("--percent", put->percent, "its rate of tax where it has one of its own");
    region->add_option("--named", put->names, "name by language: ru=Алматы")->delimiter(',');
    region->callback([put, &chosen] { chosen = [put](const Config& config) { return put_region(config, *put); }; });
}

void declare_seller(CLI::App& market, ChosenCommand& chosen) {
    auto* seller = market.add_subcommand("seller", "say who sells here, as invoices name them from now on");
    const auto given = options<SetSeller>();
    seller->add_option("market", given->market, "KG")->required();
    seller->add_option("--name", given->name, "the company")->required();
    seller->add_option("--address", given->address, "its address")->required();
    seller->add_option("--tax-id", given->tax_id, "its tax number");
    seller->callback(
        [given, &chosen] { chosen = [given](const Config& config) { return set_seller(config, *given); }; });
}

/// Commands that only look: NAME MARKET [--json].
void declare_look(CLI::App& market, ChosenCommand& chosen, const std::string& name, const std::string& meaning,
                  int (*look)(const Config&, const std::string&, bool)) {
    auto* command = market.add_subcommand(name, meaning);
    const auto given = options<Plain>();
    command->add_option("market", given->market, "KZ")->required();
    command->add_flag("--json", given->flag, "for programs");
    command->callback([given, look, &chosen] {
        chosen = [given, look](const Config& config) { return look(config, given->market, given->flag); };
    });
}

void declare_list(CLI::App& market, ChosenCommand& chosen) {
    auto* list = market.add_subcommand("list", "every market with its state");
    const auto given = options<Plain>();
    list->add_flag("--json", given->flag, "for programs");
    list->callback(
        [given, &chosen] { chosen = [given](const Config& config) { return list_markets(config, given->flag); }; });
}

struct PriceOptions {
    std::string market, sku, price, original;
};

void declare_prices(CLI::App& cli, ChosenCommand& chosen) {
    auto* price = cli.add_subcommand("price", "prices of a market");
    price->require_subcommand(1);
    auto* copy =
        price->add_subcommand("copy", "write a market's prices once from another's; nothing is converted later");
    const auto given = options<CopyPrices>();
    copy->add_option("--from", given->from, "market to copy from")->required();
    copy->add_option("--to", given->to, "market to write")->required();
    copy->add_option("--factor", given->factor, "what to multiply with, like 5.4")->required();
    copy->add_option("--round", given->round, "round to multiples of this amount, like 100");
    copy->add_flag("--overwrite", given->overwrite, "also where there is a price already");
    copy->add_flag("--dry-run", given->dry_run, "say how many, write none");
    copy->callback(
        [given, &chosen] { chosen = [given](const Config& config) { return copy_prices(config, *given); }; });
    auto* set = price->add_subcommand("set", "the price of one article");
    const auto one = options<PriceOptions>();
    set->add_option("market", one->market, "KZ")->required();
    set->add_option("sku", one->sku, "its SKU code")->required();
    set->add_option("price", one->price, "in the market's currency")->required();
    set->add_option("--original", one->original, "what it is reduced from");
    set->callback([one, &chosen] {
        chosen = [one](const Config& config) {
            return set_price(config, one->market, one->sku, one->price, one->original);
        };
    });
}

struct StockOptions {
    std::string market, sku;
    bool all = false;
    int pieces = 0;
};

void declare_stock(CLI::App& cli, ChosenCommand& chosen) {
    auto* stock = cli.add_subcommand("stock", "stock of a market");
    stock->require_subcommand(1);
    auto* set = stock->add_subcommand("set", "set what is on hand, as counted; the ledger keeps the difference");
    const auto given = options<StockOptions>();
    set->add_option("market", given->market, "KZ")->required();
    auto* sku = set->add_option("--sku", given->sku, "one article's SKU code");
    auto* all = set->add_flag("--all", given->all, "every article that has a price here");
    sku->excludes(all);
    set->add_option("--pieces", given->pieces, "how many")->required();
    set->callback([given, &chosen] {
        if (given->sku.empty() && !given->all) throw CLI::ValidationError{"stock set", "say --sku CODE or --all"};
        chosen = [given](const Config& config) { return set_stock(config, given->market, given->sku, given->pieces); };
    });
}

}  // namespace

void declare_market_commands(CLI::App& cli, ChosenCommand& chosen) {
    auto* market = cli.add_subcommand("market", "markets as data: add, check, change, open, close");
    market->require_subcommand(1);
    declare_add(*market, chosen);
    declare_list(*market, chosen);
    declare_look(*market, chosen, "check", "what it lacks before it can sell; exit code 2 while something is missing",
                 check_market);
    declare_look(*market, chosen, "regions", "its regions with today's rate of tax and changes to come", list_regions);
    declare_edits(*market, chosen);
    declare_seller(*market, chosen);
    declare_prices(cli, chosen);
    declare_stock(cli, chosen);
}

}  // namespace marque::app
