// The order transaction in two round trips: read and lock what decides; write everything, stock last, with COMMIT.
#include "features/orders/place.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/log.h"
#include "core/random.h"
#include "features/inventory/inventory.h"
#include "features/orders/buyer.h"
#include "features/orders/charge.h"
#include "features/orders/columns.h"
#include "features/orders/queries.h"
#include "work/idempotency.h"
#include "work/outbox.h"

namespace marque::orders {
namespace {

using http::Context;
using http::Response;

constexpr std::string_view route_name = "POST /api/v1/orders/create";
constexpr std::size_t lines_max = 50;
/// A clash of order numbers or a deadlock is tried again this often, unseen by the customer.
constexpr int attempts_max = 3;

/// No 0, O, 1, I or L: order numbers are read out on the phone (ruling 29).
constexpr std::string_view number_letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// One attempt's inputs and what it learned.
struct Attempt {
    Context& context;
    const CreateOrder& wanted;
    shoppers::Shopper buyer;
    work::Idempotency once;
    WantedItems items;
    std::vector<std::string> codes;
    std::string coupon_buyer;  // whose uses of promotions are counted
    std::vector<OrderableRow> lines;
    FactsRow facts;
    std::optional<DestinationRow> destination;
    std::shared_ptr<const Rulebook> rules;
    std::vector<promotions::UsesRow> uses;
    std::string region;
    Quote quote;
    bool read_too_early = false;  // the negative control "cart_outside_transaction"
};

template <class T>
std::optional<std::string> text_of(const std::optional<T>& field) {
    return field ? std::optional{field->to_text()} : std::nullopt;
}

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

Refused out_of_stock_refusal(const std::vector<OrderableRow>& lines) {
    const auto errors = shortages_of(lines);
    return errors.empty() ? Refused{out_of_stock} : Refused{out_of_stock, errors.front().message, errors};
}

std::optional<Response> replay(const Attempt& attempt) {
    const auto stored = attempt.once.found();
    if (!stored) return std::nullopt;
    return http::replayed(stored->status, stored->body);
}

OrderView view_of(const Attempt& attempt, const std::string& number) {
    const auto& wanted = attempt.wanted;
    const DestinationRow& destination = *attempt.destination;
    const Quote& quote = attempt.quote;
    const Currency currency = attempt.rules->currency;
    const Language& language = attempt.context.language;
    OrderView view{.id = attempt.facts.order_id,
                   .order_number = number,
                   .market = attempt.context.market->code,
                   .customer_name = wanted.customer_name.to_text(),
                   .customer_phone = wanted.customer_phone.to_text(),
                   .customer_email = text_of(wanted.customer_email),
                   .delivery_address = destination.address,
                   .delivery_city = destination.city,
                   .delivery_state = destination.state,
                   .delivery_notes = text_of(wanted.delivery_notes),
                   .payment_method = wanted.payment_method.to_text(),
                   .payment_status = "pending",
                   .subtotal = Money{quote.subtotal_minor, currency},
                   .discount = Money{quote.discount_minor, currency},
                   .shipping_cost = Money{quote.shipping_minor, currency},
                   .tax = Money{quote.tax_minor, currency},
                   .tax_included = Money{quote.tax_included_minor, currency},
                   .total_amount = Money{quote.total_minor, currency},
                   .currency = currency.to_text(),
                   .is_active = true,
                   .can_cancel = true,
                   .order_date = attempt.facts.now,
                   .allowed_actions = customer_actions(Status::pending),
                   .shipping_option = quote.option->code,
                   .shipping_name = shipping::name_in(quote.option->names, language, quote.option->code),
                   .pickup_point = quote.point == nullptr ? std::nullopt : std::optional{quote.point->code},
                   .discounts = discounts_of(quote, currency, language),
                   .tax_lines = {tax_line_of(*attempt.rules, quote, attempt.region)},
                   .rounding = attempt.rules->arithmetic.rounding};
    for (std::size_t i = 0; i < attempt.lines.size(); ++i) {
        const auto& line = attempt.lines[i];
        const Money price{line.price_minor, currency};
        view.items.push_back({line.sku_id, line.sku_code, line.product_slug, line.product_name, line.product_brand,
                              line.size, line.color, line.image_url, price, line.quantity, price * line.quantity,
                              Money{quote.lines[i].discount_minor, currency}});
        view.items_count += line.quantity;
    }
    if (attempt.buyer.is_guest()) {
        view.allowed_actions.clear();  // the link shows, and does nothing
        const auto& key = attempt.context.service<identity::TokenKey>();
        view.access_token = order_access(key, view.market, view.id);
        view.order_link = order_link(view.market, view.id, *view.access_token);
    }
    return view;
}

/// Orders that are paid by card hold their pieces, and the ledger hears of them when they are claimed.
bool holds_stock(const Attempt& attempt) {
    return inventory::is_held_until_paid(attempt.wanted.payment_method.to_text()) &&
           !attempt.context.thread.config.breaks("naive_stock");
}

void queue_stock(const Attempt& attempt, const Columns& columns, OrderId order, db::Transaction& transaction) {
    const auto& config = attempt.context.thread.config;
    if (holds_stock(attempt)) {
        inventory::queue_hold(transaction, attempt.context.market->code, order, columns.skus, columns.quantities,
                              config.card_hold_s);
        return;
    }
    const bool naive = config.breaks("naive_stock");
    for (const auto& line : attempt.lines) {
        if (naive) {
            transaction.execute(naive_sql.set_stock, line.sku_id, line.available - line.quantity);
        } else {
            transaction.execute(sql.take_stock, line.sku_id, line.quantity);
        }
    }
}

/// Everything the order writes, in the order of design 7: stock last, so its row locks are held shortest.
void queue_writes(const Attempt& attempt, const OrderView& view, const std::string& body,
                  db::Transaction& transaction) {
    const MarketCode market = attempt.context.market->code;
    const auto& user = attempt.buyer.user;
    const Quote& quote = attempt.quote;
    const Columns columns{attempt.lines, quote};
    attempt.once.store(transaction, 201, body);
    transaction.execute(
        sql.insert_order, market, view.id, view.order_number, user, view.customer_name, view.customer_phone,
        view.customer_email, view.delivery_address, view.delivery_city, view.delivery_state, view.delivery_notes,
        view.payment_method, view.currency, quote.subtotal_minor, quote.discount_minor, quote.shipping_minor,
        quote.tax_minor, quote.tax_included_minor, quote.total_minor, view.order_date, quote.option->code,
        *view.shipping_name, quote.option->kind, view.pickup_point, quote.weight_g, attempt.rules->tax_label,
        view.tax_lines.front().region, quote.milli_percent, quote.taxable_minor, view.rounding);
    transaction.execute(sql.insert_items, market, view.id, columns.skus, columns.codes, columns.slugs, columns.names,
                        columns.brands, columns.sizes, columns.colors, columns.images, columns.prices,
                        columns.quantities, columns.discounts, columns.taxables, columns.tax_classes);
    const bool holds = holds_stock(attempt);
    transaction.execute(sql.insert_consequences, market, view.id, word_of(attempt.buyer), Uuid::random(),
                        view.payment_method, view.total_amount.minor(), view.currency,
                        holds ? std::vector<SkuId>{} : columns.skus,
                        holds ? std::vector<std::int32_t>{} : columns.quantities);
    if (attempt.items.skus.empty()) transaction.execute(sql.empty_cart, attempt.buyer.key, columns.skus);
    work::emit(transaction, market, work::OrderCreated{view.id, view.order_number, user});
    const bool naive = attempt.context.thread.config.breaks("naive_coupons");
    promotions::queue_given(transaction, market, view.id, attempt.coupon_buyer,
                            kept_of(quote, attempt.context.language), naive ? &attempt.uses : nullptr);
    queue_stock(attempt, columns, view.id, transaction);
}

/// The order keeps a copy: an address that is changed or forgotten later changes nothing of it.
Task<void> find_destination(Attempt& attempt, db::Transaction& transaction) {
    const auto& wanted = attempt.wanted;
    if (!wanted.address_id && !wanted.delivery_address) {
        const auto* point = attempt.rules->shipping.find_point(wanted.pickup_point->to_text());
        if (point == nullptr) throw Refused{pickup_point_unknown};
        attempt.destination = {point->address, point->city, point->region};
        co_return;
    }
    if (!wanted.address_id) {
        attempt.destination = {wanted.delivery_address->to_text(), text_of(wanted.delivery_city),
                               text_of(wanted.delivery_state)};
        co_return;
    }
    const auto kept = transaction.query(sql.destination, *attempt.buyer.user, *wanted.address_id);
    co_await transaction.flush();
    attempt.destination = kept.find();
}

/// Reads and locks what decides; a response when the key's answer is stored already.
Task<std::optional<Response>> read_decisive(Attempt& attempt, db::Transaction& transaction) {
    const auto& context = attempt.context;
    const auto& user = attempt.buyer.user;
    const Uuid& cart = attempt.buyer.key;
    const bool from_cart = attempt.items.skus.empty();
    const auto limited = promotions::limited_ids(attempt.rules->promotions, attempt.codes);
    if (from_cart) transaction.query(sql.lock_cart, cart);
    attempt.once.look_up(transaction);
    co_await find_destination(attempt, transaction);
    const auto facts = transaction.query(sql.facts, user);
    std::optional<db::Pending<promotions::UsesRow>> uses;
    if (!limited.empty()) uses = promotions::queue_uses(transaction, limited, attempt.coupon_buyer);
    const auto lines =
        from_cart ? transaction.query(sql.cart_lines, cart, context.language)
                  : transaction.query(sql.item_lines, attempt.items.skus, attempt.items.quantities, context.language);
    co_await transaction.flush();
    auto replayed = replay(attempt);
    if (replayed) co_return replayed;
    if (!attempt.destination) throw Refused{profile::address_not_found, {}, {{"address_id", "is no kept address"}}};
    attempt.facts = *facts.find();
    if (!attempt.read_too_early) attempt.lines = lines.rows();
    if (uses) attempt.uses = uses->rows();
    co_return std::nullopt;
}

/// What the order costs; refuses what its buyer did not agree to.
void price(Attempt& attempt) {
    const auto& wanted = attempt.wanted;
    const auto choices = choices_of(*attempt.rules, attempt.destination->state, wanted.shipping_option,
                                    wanted.pickup_point, attempt.codes, attempt.facts.now);
    attempt.region = choices.region;
    attempt.quote = quote_rows(*attempt.rules, attempt.lines, choices, attempt.uses);
    const auto refused = refused_coupons(attempt.quote);
    if (!refused.empty()) throw Refused{coupon_refused, refused.front().message, refused};
    if (attempt.quote.total_minor == 0) throw Refused{nothing_to_pay};
    if (!wanted.expected_total) return;
    const Money total{attempt.quote.total_minor, attempt.rules->currency};
    const auto expected = wanted.expected_total->in(total.currency());
    if (!expected) throw Refused{http::invalid_input, {}, {{"expected_total", expected.error()}}};
    if (*expected == total) return;
    const std::string now = fmt::format("is {} {} now", total.to_text(), total.currency().to_text());
    throw Refused{total_changed, "the total " + now, {{"expected_total", now}}};
}

enum class Trouble { none, out_of_stock, key_taken, again, in_flight, old_rules };

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

struct AttemptResult {
    std::optional<Response> response;
    Trouble trouble = Trouble::none;
};

/// One run of the transaction, from BEGIN to COMMIT.
Task<AttemptResult> run_once(Attempt& attempt) {
    AttemptResult result;
    try {
        db::Transaction transaction = co_await attempt.context.db.begin();
        result.response = co_await read_decisive(attempt, transaction);
        if (result.response) co_return result;
        if (!attempt.facts.user_is_here && !attempt.context.thread.config.breaks("trust_market_hint")) {
            throw Refused{http::market_changed};
        }
        const bool deaf = attempt.context.thread.config.breaks("deaf_to_rules");
        if (attempt.facts.rules_version > attempt.rules->version && !deaf) {
            result.trouble = Trouble::old_rules;
            co_return result;
        }
        check_lines(attempt.items.skus, attempt.lines);
        const bool enough = std::ranges::all_of(attempt.lines, [](const auto& l) { return l.available >= l.quantity; });
        if (!enough) throw out_of_stock_refusal(attempt.lines);
        price(attempt);
        const std::string date = local_date_digits(attempt.facts.now, attempt.context.market->time_zone);
        const OrderView view = view_of(attempt, "MQ-" + date + "-" + random_letters(number_letters, 5));
        Response response;
        response.status = 201;
        json::write(response.body, view);
        queue_writes(attempt, view, response.body, transaction);
        co_await transaction.commit();
        log::info("order.created", {{"request_id", attempt.context.request_id},
                                    {"order", view.order_number},
                                    {"market", view.market.to_text()},
                                    {"by", word_of(attempt.buyer)}});
        result.response = std::move(response);
    } catch (const db::Error& error) {
        result.trouble = trouble_of(error);
        if (result.trouble == Trouble::none) throw;
    }
    co_return result;
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
    Attempt attempt{
        .context = context, .wanted = wanted, .buyer = buyer, .once = idempotency_of(context, buyer, route_name)};
    const bool from_cart = wanted.use_cart.value_or(!wanted.items.has_value());
    if (!from_cart) attempt.items = merged(*wanted.items);
    attempt.codes = codes_of(wanted.coupon_codes);
    attempt.coupon_buyer = promotions::buyer_key(attempt.buyer.user, wanted.customer_phone.to_text());
    if (from_cart && context.thread.config.breaks("cart_outside_transaction")) {
        attempt.lines = co_await context.db.rows(sql.cart_lines, attempt.buyer.key, context.language);
        attempt.read_too_early = true;
    }
    const int statements_before = context.statements;
    for (int tries = 0; tries < attempts_max; ++tries) {
        context.statements = statements_before;  // the bound of the route is for one attempt
        attempt.rules = context.service<Rulebooks>().get(context.market->code);
        auto result = co_await run_once(attempt);
        if (result.response) co_return std::move(*result.response);
        if (result.trouble == Trouble::old_rules) co_await reload_rules(context);
        if (result.trouble == Trouble::in_flight) throw Refused{order_in_flight};
        if (result.trouble == Trouble::out_of_stock) {
            const Refused refused = co_await explain_out_of_stock(attempt);
            throw refused;
        }
        // A taken key means the twin request has just committed: the next round finds and replays its answer.
    }
    throw Refused{http::unavailable};
}

}  // namespace marque::orders
