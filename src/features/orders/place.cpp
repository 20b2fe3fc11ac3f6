// The order transaction in two round trips: read and lock what decides; write everything, stock last, with COMMIT.
// Under load one transaction carries many orders (decision record 5).
#include "features/orders/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "core/log.h"
#include "features/identity/identity.h"
#include "features/orders/attempt.h"
#include "work/combiner.h"

namespace marque::orders {
namespace {

using http::Context;
using http::Response;

constexpr std::string_view route_name = "POST /api/v1/orders/create";
constexpr std::size_t lines_max = 50;
/// A clash of order numbers or a deadlock is tried again this often, unseen by the customer.
constexpr int attempts_max = 3;

/// Of one thread and market. Few transactions at once, so that a queue forms as soon as combining pays; orders beyond
/// the line are told to come again.
constexpr work::CombinerLine::Limits line_limits{.runs = 4, .together = 32, .waiting = 1'000};

/// Where the order goes: a copy of a kept address, or what the request says.
void check_destination(const CreateOrder& wanted) {
    std::vector<FieldError> mistakes;
    if (!wanted.address_id && !wanted.delivery_address && !wanted.pickup_point) {
        mistakes.push_back({"delivery_address", "is required, or address_id"});
    }
    const auto refuse_beside = [&](std::string_view name, bool is_there) {
        if (wanted.address_id && is_there) mistakes.push_back({std::string{name}, "has no place beside address_id"});
    };
    refuse_beside("delivery_address", wanted.delivery_address.has_value());
    refuse_beside("delivery_city", wanted.delivery_city.has_value());
    refuse_beside("delivery_state", wanted.delivery_state.has_value());
    if (mistakes.empty()) return;
    throw Refused{http::invalid_input, mistakes.front().field + ": " + mistakes.front().message, mistakes};
}

void check_request(const Context& context, const CreateOrder& wanted) {
    const bool uses_cart = wanted.use_cart.value_or(!wanted.items.has_value());
    const bool names_items = wanted.items && !wanted.items->empty();
    if (!uses_cart && !names_items) throw Refused{nothing_ordered, {}, {{"items", "must name at least one article"}}};
    if (names_items && wanted.items->size() > lines_max) {
        throw Refused{http::invalid_input, {}, {{"items", fmt::format("must have at most {} lines", lines_max)}}};
    }
    check_destination(wanted);
    const auto& offered = context.market->payment_methods;
    if (std::ranges::find(offered, wanted.payment_method.to_text()) == offered.end()) {
        const std::string expected = fmt::format("must be one of: {}", fmt::join(offered, ", "));
        throw Refused{payment_method_unknown, {}, {{"payment_method", expected}}};
    }
}

Trouble trouble_of(const db::Error& error) {
    if (error.violates("stock_not_oversold")) return Trouble::out_of_stock;
    if (error.violates("idempotency_keys_once")) return Trouble::key_taken;
    if (error.violates("orders_number_unique") || error.is_retryable()) return Trouble::again;
    // A limit was reached meanwhile: the next round sees it and does without, or refuses the coupon.
    if (error.violates(promotions::uses_constraint)) return Trouble::again;
    if (error.violates(promotions::buyers_constraint)) return Trouble::again;
    if (error.is_lock_timeout()) return Trouble::in_flight;
    return Trouble::none;
}

bool are_twins(const Attempt& a, const Attempt& b) { return a.buyer.key == b.buyer.key; }

/// Who shares a cart or an Idempotency-Key with another must wait for its end, so both go by themselves.
std::vector<Attempt*> without_twins(std::vector<Attempt*> attempts) {
    std::ranges::sort(attempts, {}, [](const Attempt* each) { return each->buyer.key; });
    if (attempts.front()->context.thread.config.breaks("twins_together")) return attempts;
    for (std::size_t i = 1; i < attempts.size(); ++i) {
        if (are_twins(*attempts[i - 1], *attempts[i])) attempts[i]->trouble = Trouble::apart;
    }
    std::erase_if(attempts, [](const Attempt* each) { return each->has_ended(); });
    return attempts;
}

/// Lets each decide, refusals of one being nobody else's; those left have something to write.
void decide_each(std::vector<Attempt*>& attempts, PiecesOfSkus& pieces) {
    for (Attempt* attempt : attempts) {
        try {
            decide(*attempt, pieces);
        } catch (const Refused&) {
            attempt->failure = std::current_exception();
        }
    }
    std::erase_if(attempts, [](const Attempt* each) { return each->has_ended(); });
}

void tell_created(Attempt& attempt, std::size_t together) {
    attempt.response.emplace();
    attempt.response->status = 201;
    attempt.response->body = std::move(attempt.body);
    log::info("order.created", {{"request_id", attempt.context.request_id},
                                {"order", attempt.view.order_number},
                                {"market", attempt.view.market.to_text()},
                                {"by", word_of(attempt.buyer.user)},
                                {"together", std::to_string(together)}});
}

/// From BEGIN to COMMIT. `attempts` are no twins and stand in the order of their carts, in which they are locked.
Task<void> carry_in_one_transaction(std::vector<Attempt*> attempts) {
    Context& first = attempts.front()->context;
    db::Transaction transaction = co_await first.db.begin();
    for (Attempt* attempt : attempts) {
        transaction.count_in(&attempt->context.statements);
        queue_reads(*attempt, transaction);
    }
    co_await transaction.flush();
    PiecesOfSkus pieces;
    decide_each(attempts, pieces);
    if (attempts.empty()) co_return;
    for (const Attempt* attempt : attempts) {
        transaction.count_in(&attempt->context.statements);
        queue_writes(*attempt, transaction);
        attempt->context.statements += static_cast<int>(attempt->lines.size());  // its part of what follows
    }
    transaction.count_in(nullptr);
    queue_stock(attempts, pieces, transaction);
    co_await transaction.commit();
    if (first.thread.config.breaks("die_after_order")) ::raise(SIGKILL);
    for (Attempt* attempt : attempts) tell_created(*attempt, attempts.size());
}

/// Carries all of them; how each ended stands in it. What fails for one fails for all, so they are then carried apart.
Task<void> carry(std::vector<Attempt*> all) {
    const auto attempts = without_twins(std::move(all));
    Trouble trouble = Trouble::none;
    std::exception_ptr failure;
    try {
        co_await carry_in_one_transaction(attempts);
    } catch (const db::Error& error) {
        trouble = attempts.size() > 1 ? Trouble::apart : trouble_of(error);
        if (trouble == Trouble::none) failure = std::current_exception();
    } catch (...) {
        failure = std::current_exception();
    }
    if (trouble == Trouble::none && !failure) co_return;
    for (Attempt* attempt : attempts) {
        attempt->response.reset();
        attempt->failure = failure;
        attempt->trouble = trouble;
    }
}

/// One try, alone or together with others.
Task<void> try_once(Attempt& attempt, bool alone) {
    thread_local std::map<MarketCode, work::Combiner<Attempt>> lines;
    attempt.trouble = Trouble::none;
    if (alone) {
        std::vector<Attempt*> only{&attempt};
        co_return co_await carry(std::move(only));
    }
    auto& line = lines.try_emplace(attempt.context.market->code, line_limits).first->second;
    const bool had_room = co_await line.carry(attempt, carry);
    if (!had_room) throw Refused{http::unavailable};
}

/// After the stock check failed: what is left now, for the customer's eyes.
Task<Refused> explain_out_of_stock(Attempt& attempt) {
    std::vector<SkuId> skus;
    for (const auto& line : attempt.lines) skus.push_back(line.sku_id);
    const auto left = co_await attempt.context.db.rows(sql.available, skus);
    for (auto& line : attempt.lines) {
        const auto found = std::ranges::find(left, line.sku_id, &AvailableRow::sku_id);
        if (found != left.end()) line.available = found->available;
    }
    co_return out_of_stock_refusal(attempt.lines);
}

}  // namespace

Task<Response> place_order(Context& context, const CreateOrder& wanted) {
    check_request(context, wanted);
    const auto buyer = buyer_of(context, wanted);
    Attempt attempt{.context = context,
                    .wanted = wanted,
                    .customer_phone = identity::phone_of(context, wanted.customer_phone, "customer_phone"),
                    .buyer = buyer,
                    .once = idempotency_of(context, buyer, route_name)};
    const bool from_cart = wanted.use_cart.value_or(!wanted.items.has_value());
    if (!from_cart) attempt.items = merged(*wanted.items);
    attempt.codes = codes_of(wanted.coupon_codes);
    attempt.coupon_buyer = promotions::buyer_key(attempt.buyer.user, attempt.customer_phone.to_text());
    if (from_cart && context.thread.config.breaks("cart_outside_transaction")) {
        attempt.lines = co_await context.db.rows(sql.cart_lines, attempt.buyer.key, context.language);
        attempt.read_too_early = true;
    }
    const int statements_before = context.statements;
    bool alone = false;
    for (int tries = 0; tries < attempts_max; ++tries) {
        context.statements = statements_before;  // the bound of the route is for one attempt
        attempt.rules = context.service<Rulebooks>().get(context.market->code);
        attempt.limited = promotions::limited_ids(attempt.rules->promotions, attempt.codes);
        alone = alone || !attempt.limited.empty();
        co_await try_once(attempt, alone);
        if (attempt.failure) std::rethrow_exception(attempt.failure);
        if (attempt.response) co_return std::move(*attempt.response);
        if (attempt.trouble == Trouble::apart) {
            alone = true;
            --tries;  // alone it cannot come apart again
        }
        if (attempt.trouble == Trouble::old_rules) co_await reload_rules(context);
        if (attempt.trouble == Trouble::in_flight) throw Refused{order_in_flight};
        if (attempt.trouble == Trouble::out_of_stock) {
            const Refused refused = co_await explain_out_of_stock(attempt);
            throw refused;
        }
        // A taken key means the twin request has just committed: the next round finds and replays its answer.
    }
    throw Refused{http::unavailable};
}

}  // namespace marque::orders
