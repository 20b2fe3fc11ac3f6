#pragma once
// The commands about markets and what they sell: add, list, check, set, state, regions, tax; prices and stock.

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/databases.h"
#include "features/markets/readiness.h"

namespace CLI {
class App;
}

namespace marque::app {

/// A command that was chosen on the command line, to be run with the settings; returns the process's exit code.
using ChosenCommand = std::function<int(const Config&)>;

/// Declares `market`, `price` and `stock` with all below them; the one chosen is put into `chosen`.
void declare_market_commands(CLI::App& cli, ChosenCommand& chosen);

/// A mistake of the person at the terminal; its text is what they read.
struct Mistake : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Databases with their markets read, and the way to one of them.
class MarketDatabases {
public:
    explicit MarketDatabases(const Config& config) : databases_(config), set_(databases_.load_markets()) {}

    [[nodiscard]] const MarketSet& set() const { return set_; }
    [[nodiscard]] Databases& databases() { return databases_; }
    /// Throws Mistake where there is no such market.
    [[nodiscard]] const MarketInfo& get(const std::string& code) const;
    /// The owner's connection to the database the market's rows lie in.
    [[nodiscard]] db::AdminConnection connect(MarketCode market) const;

private:
    Databases databases_;
    MarketSet set_;
};

[[nodiscard]] MarketCode require_code(const std::string& text);

/// Refuses a time zone or a pattern that PostgreSQL does not know; throws Mistake.
void check_fields(db::AdminConnection& connection, const MarketInfo& market);
/// Refuses a phone prefix that another market has; throws Mistake.
void check_prefixes(const MarketSet& set, const MarketInfo& market);
/// Writes the market's row over the one that is there.
void store(db::AdminConnection& connection, const MarketInfo& market);

struct AddMarket {
    std::string code;
    std::string like;
    bool copy_regions = false;
    std::vector<std::pair<std::string, std::string>> fields;  // name and value, as for `market set`
};
int add_market(const Config& config, const AddMarket& wanted);

[[nodiscard]] markets::Readiness readiness_of(db::AdminConnection& connection, const MarketInfo& market,
                                              const Config& config);
/// Exit code 0 when the market can sell, 2 when something is missing.
int check_market(const Config& config, const std::string& code, bool as_json);
int list_markets(const Config& config, bool as_json);
int set_market(const Config& config, const std::string& code, const std::vector<std::string>& assignments);
int change_state(const Config& config, const std::string& code, const std::string& state, bool force);

struct SetRate {
    std::string market;
    std::string region;  // empty: the whole market
    std::string from;
    std::string percent;
};
int set_tax(const Config& config, const SetRate& wanted);
int list_regions(const Config& config, const std::string& code, bool as_json);
struct PutRegion {
    std::string market;
    std::string code;
    std::string name;
    std::string kind = "region";
    std::string percent;
    std::vector<std::string> names;  // "ru=Алматы"
};
int put_region(const Config& config, const PutRegion& wanted);

struct SetSeller {
    std::string market;
    std::string name;
    std::string address;
    std::string tax_id;
};
/// Who sells in a market, as its invoices say from now on.
int set_seller(const Config& config, const SetSeller& wanted);

struct CopyPrices {
    std::string from;
    std::string to;
    std::string factor;
    std::string round = "0.01";
    bool overwrite = false;
    bool dry_run = false;
};
int copy_prices(const Config& config, const CopyPrices& wanted);
int set_price(const Config& config, const std::string& market, const std::string& sku, const std::string& price,
              const std::string& original);
int set_stock(const Config& config, const std::string& market, const std::string& sku, int pieces);

}  // namespace marque::app
