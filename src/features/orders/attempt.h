#pragma once
// One order on its way through the transaction: what it asks for, what was read for it, what it will write. place.cpp
// carries it, alone or together with others in the same transaction.

#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "features/orders/buyer.h"
#include "features/orders/charge.h"
#include "features/orders/queries.h"
#include "work/idempotency.h"

namespace marque::orders {

/// Why a transaction gave no answer; all but `none` mean another one.
enum class Trouble { none, out_of_stock, key_taken, again, in_flight, old_rules, apart };

/// Pieces of each SKU that orders of one transaction change, ascending, so that orders never wait in a circle.
struct Pieces {
    std::int32_t taken = 0;
    std::int32_t held = 0;
};
using PiecesOfSkus = std::map<SkuId, Pieces>;

struct Attempt {
    http::Context& context;
    const CreateOrder& wanted;
    Phone customer_phone;
    shoppers::Shopper buyer;
    work::Idempotency once;
    WantedItems items;  // none: all that is in the cart
    std::vector<std::string> codes;
    std::string coupon_buyer;  // whose uses of promotions are counted
    std::shared_ptr<const Rulebook> rules;
    /// Promotions among its candidates that have a limit, which two orders of one transaction could not both keep to.
    std::vector<promotions::PromotionId> limited;
    bool read_too_early = false;  // the negative control "cart_outside_transaction"

    // What was asked of the database, and what it said.
    std::optional<db::Pending<DestinationRow>> asked_destination;
    std::optional<db::Pending<FactsRow>> asked_facts;
    std::optional<db::Pending<promotions::UsesRow>> asked_uses;
    std::optional<db::Pending<OrderableRow>> asked_lines;
    std::vector<OrderableRow> lines;
    FactsRow facts;
    std::optional<DestinationRow> destination;
    std::vector<promotions::UsesRow> uses;

    // What was decided.
    std::string region;
    Quote quote;
    OrderView view;
    std::string body;  // `view` as it will be answered; empty where nothing is written

    // How it ended: one of these.
    std::optional<http::Response> response;
    std::exception_ptr failure;
    Trouble trouble = Trouble::none;

    [[nodiscard]] bool has_ended() const { return response || failure || trouble != Trouble::none; }
};

/// Queues reading and locking what decides.
void queue_reads(Attempt& attempt, db::Transaction& transaction);

/// After the flush: what it costs and what will be answered, `view` and `body`; or how else it ended. `given` is
/// what orders before it in the same transaction take, and this one's pieces are added to it. Throws its refusals.
void decide(Attempt& attempt, PiecesOfSkus& given);

/// Queues everything the order writes, in the order of design 7, but for the stock itself.
void queue_writes(const Attempt& attempt, db::Transaction& transaction);

/// Queues the change of the stock, last, so that its row locks are held shortest.
void queue_stock(const std::vector<Attempt*>& attempts, const PiecesOfSkus& pieces, db::Transaction& transaction);

/// "There is not enough", naming the lines that ask for more than is available.
[[nodiscard]] Refused out_of_stock_refusal(const std::vector<OrderableRow>& lines);

}  // namespace marque::orders
