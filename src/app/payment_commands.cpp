// `marque payments reconcile`: asks the providers about every payment that may still change. And what the tests ask of
// signatures.
#include "app/payment_commands.h"

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <iostream>

#include "app/databases.h"
#include "app/start_checks.h"
#include "features/payments/desk.h"
#include "features/payments/payments.h"
#include "features/payments/signature.h"

namespace marque::app {
namespace {

struct Findings {
    std::map<MarketCode, payments::Reconciliation> by_market;
    std::exception_ptr failure;
};

Task<void> reconcile_all(db::Cluster& cluster, payments::Desk& desk, const std::vector<MarketCode>& wanted,
                         Findings& findings) {
    for (const auto market : wanted) {
        findings.by_market[market] = co_await payments::reconcile(cluster.market(market), desk);
    }
}

std::vector<MarketCode> chosen_markets(const MarketSet& markets, const std::string& only) {
    std::vector<MarketCode> chosen;
    for (const auto& market : markets.markets) {
        if (only.empty() || market.code == MarketCode::parse(only).value_or(MarketCode{}))
            chosen.push_back(market.code);
    }
    if (chosen.empty()) throw std::runtime_error("there is no market \"" + only + "\"");
    return chosen;
}

/// 0 where every provider answered, 2 where something stays unknown.
int reconcile(const Config& config, const std::string& only) {
    Databases databases{config};
    const MarketSet markets = databases.load_markets();
    const payments::Settings settings = require_payments(config, markets);
    boost::asio::io_context context;
    db::Cluster cluster{context, databases.layout(), db::PoolLimits{}, 1};
    Findings findings;
    {
        payments::Desk desk{context, settings, config};
        const auto wanted = chosen_markets(markets, only);
        boost::asio::co_spawn(context, reconcile_all(cluster, desk, wanted, findings), [&](std::exception_ptr thrown) {
            findings.failure = std::move(thrown);
            cluster.close();
            context.stop();
        });
        context.run();
    }
    if (findings.failure) std::rethrow_exception(findings.failure);
    int unknown = 0;
    for (const auto& [market, found] : findings.by_market) {
        fmt::print("{}: {} asked, {} changed, {} unknown\n", market.upper(), found.asked, found.changed, found.unknown);
        unknown += found.unknown;
    }
    return unknown == 0 ? 0 : 2;
}

}  // namespace

int check_signatures() {
    std::string line;
    while (std::getline(std::cin, line)) {
        // now, secret, header and body, by tabs; the last two as hexadecimal text, since they may be any bytes.
        std::vector<std::string> parts;
        for (std::size_t start = 0; start <= line.size();) {
            const auto tab = std::min(line.find('\t', start), line.size());
            parts.push_back(line.substr(start, tab - start));
            start = tab + 1;
        }
        const auto now = parse_integer(parts.empty() ? "" : parts.front());
        const auto header = parts.size() == 4 ? db::bytes_of_hex("\\x" + parts[2]) : std::nullopt;
        const auto body = parts.size() == 4 ? db::bytes_of_hex("\\x" + parts[3]) : std::nullopt;
        if (!now || !header || !body) return 1;
        const std::span<const std::string> secrets{&parts[1], 1};
        fmt::print("{}\n", payments::verdict_word(payments::verify(*header, *body, secrets, *now)));
    }
    return 0;
}

void declare_payment_commands(CLI::App& cli, ChosenCommand& chosen) {
    auto* command = cli.add_subcommand("payments", "what became of payments at their providers");
    command->require_subcommand(1);
    auto* pass =
        command->add_subcommand("reconcile", "ask about every payment that may still change, and say what did");
    auto market = std::make_shared<std::string>();
    pass->add_option("--market", *market, "one market only");
    pass->callback(
        [&chosen, market] { chosen = [market](const Config& config) { return reconcile(config, *market); }; });
}

}  // namespace marque::app
