// Changing customers from the terminal, and keeping a day's revenue.
#include "app/customer_moves.h"

#include <fmt/format.h>

#include <stdexcept>

#include "app/customer_diagnostics.h"
#include "features/analytics/analytics.h"
#include "json/write.h"

namespace marque::app {
namespace {

struct Snapshots {
    std::vector<analytics::Revenue> items;
};
RECORD(Snapshots, items);

struct Blocked {
    std::int64_t changed = 0;
    bool is_active = false;
};
RECORD(Blocked, changed, is_active);

void print_move(const customers::MoveReport& report) {
    fmt::print("{}: {} → {}\n", enum_word(report.state), report.from.to_text(), report.to.to_text());
    for (const auto& part : report.parts) {
        fmt::print("  {:<16} {:>6}  {}: {}\n", part.what, part.count, enum_word(part.outcome), part.detail);
    }
    for (const auto& line : report.cart) {
        fmt::print("    {} × {} {}: {}{}\n", line.quantity, line.sku_code, line.product_name, enum_word(line.outcome),
                   line.price ? " at " + line.price->to_text() + " " + line.price->currency().to_text() : "");
    }
}

Task<int> set_active(customers::Shop shop, const CustomerOptions& options, bool active) {
    const auto person = co_await customers::find_person(shop, typed_phone(options.who));
    if (person.accounts.empty()) throw Refused{customers::not_found};
    const std::int64_t changed = co_await customers::set_active(shop, person.accounts.front().phone, active);
    const Blocked blocked{changed, active};
    if (options.json) {
        fmt::print("{}\n", json::written(blocked));
    } else {
        fmt::print("{}: {} of {} accounts changed\n", active ? "unblocked" : "blocked", blocked.changed,
                   person.accounts.size());
    }
    co_return 0;
}

std::string yesterday(const std::string& time_zone) {
    const Timestamp then{Timestamp::now().point() - std::chrono::days{1}};
    return analytics::Day::today(then, time_zone).to_text();
}

}  // namespace

Task<int> move_user(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    const auto markets = asked_markets(shop, options.to);
    const auto person = co_await customers::find_person(shop, typed_phone(options.who));
    if (person.accounts.empty()) throw Refused{customers::not_found};
    const auto* living = person.in(*person.lives_in);
    // Closed here and not yet opened there: any account will do, since the move only needs finishing.
    const auto& from = living != nullptr ? *living : person.accounts.front();
    const customers::MoveRequest request{
        .to = markets.front(), .reason = options.reason, .changed_by = options.by, .dry_run = options.dry_run};
    const auto report = co_await customers::move(shop, person, from, request);
    if (options.json) {
        fmt::print("{}\n", json::written(report));
    } else {
        print_move(report);
    }
    co_return report.state == customers::MoveState::blocked ? 1 : 0;
}

Task<int> block_user(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    co_return co_await set_active(shop, options, false);
}

Task<int> unblock_user(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    co_return co_await set_active(shop, options, true);
}

Task<int> backfill_markets(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options) {
    if (!options.apply && !options.dry_run) throw std::runtime_error("say --dry-run or --apply");
    const auto report = co_await customers::backfill(shop, layout, options.apply);
    if (options.json) {
        fmt::print("{}\n", json::written(report));
        co_return 0;
    }
    for (const auto& line : report.lines) {
        fmt::print("found as '{}', belong to {}: {} accounts, {} changed, {} left over\n", line.found_as,
                   line.belongs_to.to_text(), line.accounts, line.changed, line.left_over);
    }
    for (const auto& [market, accounts] : report.markets) fmt::print("{}: {} accounts\n", market.upper(), accounts);
    fmt::print("{} changed{}\n", report.changed, report.applied ? "" : " (dry run: --apply changes them)");
    co_return 0;
}

Task<int> set_report_rate(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    if (options.to.empty()) {
        for (const auto code : asked_markets(shop, options.market)) {
            const auto rates = co_await analytics::report_rates(shop.in(code));
            for (const auto& rate : rates) {
                fmt::print("{} from {}: 1 {} is {} {} ({})\n", code.upper(), rate.from.to_text(),
                           shop.markets.find(code)->currency.to_text(), rate.rate.to_text(), rate.currency,
                           rate.set_by);
            }
        }
        co_return 0;
    }
    const auto codes = asked_markets(shop, options.market);
    if (options.market.empty() || codes.size() != 1) throw std::runtime_error("say --market: whose currency it is");
    const auto& market = *shop.markets.find(codes.front());
    const auto currency = Currency::parse(options.to);
    if (!currency) throw std::runtime_error("--currency " + currency.error());
    if (*currency == market.currency) throw std::runtime_error("--currency: a market's own currency needs no rate");
    const auto rate = analytics::Rate::parse(options.rate);
    if (!rate) throw std::runtime_error("--rate " + rate.error());
    const auto today = analytics::Day::today(Timestamp::now(), market.time_zone);
    const auto day = options.date.empty() ? Parsed<analytics::Day>{today} : analytics::Day::parse(options.date);
    if (!day) throw std::runtime_error("--date " + day.error());
    co_await analytics::set_report_rate(shop.in(market.code), *currency, *day, *rate, options.by);
    fmt::print("{} from {}: 1 {} is {} {}\n", market.code.upper(), day->to_text(), market.currency.to_text(),
               rate->to_text(), currency->to_text());
    co_return 0;
}

Task<int> snapshot_revenue(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    Snapshots snapshots;
    for (const auto code : asked_markets(shop, options.market)) {
        const auto& market = *shop.markets.find(code);
        const auto day = analytics::Day::parse(options.date.empty() ? yesterday(market.time_zone) : options.date);
        if (!day) throw std::runtime_error("--date " + day.error());
        auto revenue = co_await analytics::store_snapshot(shop.in(code), shop.config, market, *day);
        snapshots.items.push_back(std::move(revenue));
    }
    if (options.json) {
        fmt::print("{}\n", json::written(snapshots));
        co_return 0;
    }
    for (const auto& one : snapshots.items) {
        fmt::print("{} {}: {} orders, gross {}, cancelled {}, refunded {}, net {} {}\n", one.market.upper(),
                   one.from.to_text(), one.total_orders, one.gross.to_text(), one.cancelled.to_text(),
                   one.refunded.to_text(), one.net.to_text(), one.currency);
    }
    co_return 0;
}

}  // namespace marque::app
