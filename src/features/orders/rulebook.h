#pragma once
// Rulebooks: each market's rules of shipping, tax and promotions in memory, and how the memory is kept fresh.

#include <functional>
#include <map>
#include <memory>

#include "db/admin.h"
#include "features/orders/quote.h"
#include "http/context.h"

namespace marque::orders {

/// What a rulebook is made of, as one statement reads it (and as `marque quote-check` takes it).
struct RulebookRows {
    MarketCode market;
    std::string currency;
    std::vector<std::string> languages;
    bool tax_inclusive = false;
    std::string tax_label;
    std::int64_t shipping_minor = 0;
    std::int64_t shipping_free_from_minor = 0;
    std::int64_t default_weight_g = 0;
    Rounding rounding = Rounding::order_half_up;
    shipping::Rows shipping;
    tax::Rows tax;
    std::vector<promotions::Promotion> promotions;
};
RECORD(RulebookRows, market, currency, languages, tax_inclusive, tax_label, shipping_minor, shipping_free_from_minor,
       default_weight_g, rounding, shipping, tax, promotions);

/// `float_money` is the negative control of that name.
[[nodiscard]] Rulebook compile(RulebookRows rows, std::int64_t version, bool float_money);
/// From JSON; fails a check where the text is none of RulebookRows.
[[nodiscard]] RulebookRows read_rows(std::string_view text);

/// A thread's rulebooks; replaced by messages posted to that thread, and by requests that found theirs too old.
struct Rulebooks {
    std::map<MarketCode, std::shared_ptr<const Rulebook>> by_market;
    [[nodiscard]] std::shared_ptr<const Rulebook> get(MarketCode market) const;
    /// Keeps the newer one.
    void put(std::shared_ptr<const Rulebook> book);
};

/// Reads the rules anew into this thread's memory.
Task<void> reload_rules(http::Context& context);
/// The rules as they are now, read anew where this thread's are older.
Task<std::shared_ptr<const Rulebook>> fresh_rules(http::Context& context);

/// Reads each market's rules when their version is another than the one seen last. Asked again and again by the thread
/// that watches the databases.
class RuleWatcher {
public:
    using Publish = std::function<void(MarketCode, std::shared_ptr<const Rulebook>)>;
    RuleWatcher(Publish publish, bool float_money, bool deaf)
        : publish_(std::move(publish)), float_money_(float_money), deaf_(deaf) {}
    /// Takes on the market's role. Throws what goes wrong; the old rules then stay in memory.
    void look(db::AdminConnection& connection, const MarketInfo& market);

private:
    Publish publish_;
    bool float_money_;
    bool deaf_;
    std::map<MarketCode, std::int64_t> seen_;
};

}  // namespace marque::orders
