// The order transaction in two round trips: read and lock what decides; write everything, stock last, with COMMIT.
#include "features/orders/place.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/log.h"
#include "core/random.h"
#include "features/inventory/inventory.h"
#include "features/orders/queries.h"
#include "features/orders/totals.h"
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
    work::Idempotency once;
    std::vector<SkuId> item_skus;
    std::vector<std::int32_t> item_quantities;
    std::vector<OrderableRow> lines;
    FactsRow facts;
    std::optional<DestinationRow> destination;
};

template <class T>
std::optional<std::string> text_of(const std::optional<T>& field) {
    return field ? std::optional{field->to_text()} : std::nullopt;
}

/// Where the order goes: a copy of a kept address, or what the request says.
void check_destination(const CreateOrder& wanted) {
    std::vector<FieldError> mistakes;
    if (!wanted.address_id && !wanted.delivery_address) {
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

/// The same SKU on two lines is one line, so that the sum is checked; ascending, so that orders never deadlock.
void merge_items(Attempt& attempt) {
    std::map<SkuId, std::int32_t> merged;
    for (const auto& item : *attempt.wanted.items) merged[item.sku_id] += item.quantity.value();
    for (const auto& [sku, quantity] : merged) {
        attempt.item_skus.push_back(sku);
        attempt.item_quantities.push_back(quantity);
    }
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

/// Refuses when lines are missing or ask for more than there is, naming each by its place in the request.
void check_lines(const Attempt& attempt) {
    if (attempt.lines.empty() && attempt.item_skus.empty()) throw Refused{cart_empty};
    std::vector<FieldError> missing;
    for (const auto sku : attempt.item_skus) {
        if (std::ranges::find(attempt.lines, sku, &OrderableRow::sku_id) != attempt.lines.end()) continue;
        missing.push_back({"items", fmt::format("article {} is not sold in this market", sku.to_text())});
    }
    if (!missing.empty()) throw Refused{sku_not_found, missing.front().message, missing};
}

Refused out_of_stock_refusal(const std::vector<OrderableRow>& lines) {
    std::vector<FieldError> errors;
    for (const auto& line : lines) {
        if (line.available >= line.quantity) continue;
        errors.push_back(
            {"items", fmt::format("{}: {} wanted, {} left", line.sku_code, line.quantity, line.available)});
    }
    return errors.empty() ? Refused{out_of_stock} : Refused{out_of_stock, errors.front().message, errors};
}

std::optional<Response> replay(const Attempt& attempt) {
    const auto stored = attempt.once.found();
    if (!stored) return std::nullopt;
    return http::replayed(stored->status, stored->body);
}

OrderView view_of(const Attempt& attempt, const Totals& totals, const std::string& number) {
    const auto& wanted = attempt.wanted;
    const DestinationRow& destination = *attempt.destination;
    const Currency currency = totals.total.currency();
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
                   .subtotal = totals.subtotal,
                   .discount = Money{0, currency},
                   .shipping_cost = totals.shipping,
                   .tax = totals.tax,
                   .tax_included = totals.tax_included,
                   .total_amount = totals.total,
                   .currency = currency.to_text(),
                   .is_active = true,
                   .can_cancel = true,
                   .order_date = attempt.facts.now,
                   .allowed_actions = customer_actions(Status::pending)};
    for (const auto& line : attempt.lines) {
        const Money price{line.price_minor, currency};
        view.items.push_back({line.sku_id, line.sku_code, line.product_slug, line.product_name, line.product_brand,
                              line.size, line.color, line.image_url, price, line.quantity, price * line.quantity});
        view.items_count += line.quantity;
    }
    return view;
}

/// The lines turned into columns, as the set-based inserts take them.
struct Columns {
    std::vector<SkuId> skus;
    std::vector<std::string> codes, slugs, names, brands, sizes, colors;
    std::vector<std::optional<std::string>> images;
    std::vector<std::int64_t> prices;
    std::vector<std::int32_t> quantities;

    explicit Columns(const std::vector<OrderableRow>& lines) {
        for (const auto& line : lines) {
            skus.push_back(line.sku_id);
            codes.push_back(line.sku_code);
            slugs.push_back(line.product_slug);
            names.push_back(line.product_name);
            brands.push_back(line.product_brand);
            sizes.push_back(line.size);
            colors.push_back(line.color);
            images.push_back(line.image_url);
            prices.push_back(line.price_minor);
            quantities.push_back(line.quantity);
        }
    }
};

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
    const UserId user = attempt.context.user().user;
    const Columns columns{attempt.lines};
    attempt.once.store(transaction, 201, body);
    transaction.execute(sql.insert_order, market, view.id, view.order_number, user, view.customer_name,
                        view.customer_phone, view.customer_email, view.delivery_address, view.delivery_city,
                        view.delivery_state, view.delivery_notes, view.payment_method, view.currency,
                        view.subtotal.minor(), view.shipping_cost.minor(), view.tax.minor(), view.tax_included.minor(),
                        view.total_amount.minor(), view.order_date);
    transaction.execute(sql.insert_items, market, view.id, columns.skus, columns.codes, columns.slugs, columns.names,
                        columns.brands, columns.sizes, columns.colors, columns.images, columns.prices,
                        columns.quantities);
    const bool holds = holds_stock(attempt);
    transaction.execute(sql.insert_consequences, market, view.id, "user:" + user.to_text(), Uuid::random(),
                        view.payment_method, view.total_amount.minor(), view.currency,
                        holds ? std::vector<SkuId>{} : columns.skus,
                        holds ? std::vector<std::int32_t>{} : columns.quantities);
    if (attempt.item_skus.empty()) transaction.execute(sql.empty_cart, user, columns.skus);
    work::emit(transaction, market, work::OrderCreated{view.id, view.order_number, user});
    queue_stock(attempt, columns, view.id, transaction);
}

/// The order keeps a copy: an address that is changed or forgotten later changes nothing of it.
Task<void> find_destination(Attempt& attempt, db::Transaction& transaction) {
    const auto& wanted = attempt.wanted;
    if (!wanted.address_id) {
        attempt.destination = {wanted.delivery_address->to_text(), text_of(wanted.delivery_city),
                               text_of(wanted.delivery_state)};
        co_return;
    }
    const auto kept = transaction.query(sql.destination, attempt.context.user().user, *wanted.address_id);
    co_await transaction.flush();
    attempt.destination = kept.find();
}

/// Reads and locks what decides; a response when the key's answer is stored already.
Task<std::optional<Response>> read_decisive(Attempt& attempt, db::Transaction& transaction) {
    const auto& context = attempt.context;
    const UserId user = context.user().user;
    const bool from_cart = attempt.item_skus.empty();
    if (from_cart) transaction.query(sql.lock_cart, user);
    attempt.once.look_up(transaction);
    co_await find_destination(attempt, transaction);
    const auto state = attempt.destination ? attempt.destination->state : std::nullopt;
    const auto facts = transaction.query(sql.facts, user, state);
    const auto lines =
        from_cart ? transaction.query(sql.cart_lines, user, context.language)
                  : transaction.query(sql.item_lines, attempt.item_skus, attempt.item_quantities, context.language);
    co_await transaction.flush();
    auto replayed = replay(attempt);
    if (replayed) co_return replayed;
    if (!attempt.destination) throw Refused{profile::address_not_found, {}, {{"address_id", "is no kept address"}}};
    attempt.facts = *facts.find();
    attempt.lines = lines.rows();
    co_return std::nullopt;
}

enum class Trouble { none, out_of_stock, key_taken, again, in_flight };

Trouble trouble_of(const db::Error& error) {
    if (error.violates("stock_not_oversold")) return Trouble::out_of_stock;
    if (error.violates("idempotency_keys_once")) return Trouble::key_taken;
    if (error.violates("orders_number_unique") || error.is_retryable()) return Trouble::again;
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
        check_lines(attempt);
        const bool enough = std::ranges::all_of(attempt.lines, [](const auto& l) { return l.available >= l.quantity; });
        if (!enough) throw out_of_stock_refusal(attempt.lines);
        std::vector<PricedLine> priced;
        for (const auto& line : attempt.lines) priced.push_back({line.price_minor, line.quantity});
        const Totals totals = totals_of(priced, *attempt.context.market, attempt.facts.tax_milli_percent);
        const std::string date = local_date_digits(attempt.facts.now, attempt.context.market->time_zone);
        const OrderView view = view_of(attempt, totals, "MQ-" + date + "-" + random_letters(number_letters, 5));
        Response response;
        response.status = 201;
        json::write(response.body, view);
        queue_writes(attempt, view, response.body, transaction);
        co_await transaction.commit();
        log::info("order.created", {{"request_id", attempt.context.request_id},
                                    {"order", view.order_number},
                                    {"market", view.market.to_text()},
                                    {"user", attempt.context.user().user.to_text()}});
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
    Attempt attempt{.context = context,
                    .wanted = wanted,
                    .once = {context.market->code, context.user().user, route_name,
                             context.request.header("Idempotency-Key"), context.request.body}};
    const bool from_cart = wanted.use_cart.value_or(!wanted.items.has_value());
    if (!from_cart) merge_items(attempt);
    const int statements_before = context.statements;
    for (int tries = 0; tries < attempts_max; ++tries) {
        context.statements = statements_before;  // the bound of the route is for one attempt
        auto result = co_await run_once(attempt);
        if (result.response) co_return std::move(*result.response);
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
