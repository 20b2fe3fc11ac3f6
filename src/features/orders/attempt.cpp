// What an order reads, decides and writes. Nothing here waits: place.cpp sends what is queued.
#include "features/orders/attempt.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "core/random.h"
#include "features/inventory/inventory.h"
#include "features/orders/columns.h"
#include "work/outbox.h"

namespace marque::orders {
namespace {

/// No 0, O, 1, I or L: order numbers are read out on the phone (ruling 29).
constexpr std::string_view number_letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

template <class T>
std::optional<std::string> text_of(const std::optional<T>& field) {
    return field ? std::optional{field->to_text()} : std::nullopt;
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
                   .customer_phone = attempt.customer_phone.to_text(),
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

/// The order keeps a copy of where it goes: an address that is changed or forgotten later changes nothing of it.
std::optional<DestinationRow> destination_of(const Attempt& attempt) {
    const auto& wanted = attempt.wanted;
    if (attempt.asked_destination) return attempt.asked_destination->find();
    if (wanted.delivery_address) {
        return DestinationRow{wanted.delivery_address->to_text(), text_of(wanted.delivery_city),
                              text_of(wanted.delivery_state)};
    }
    const auto* point = attempt.rules->shipping.find_point(wanted.pickup_point->to_text());
    if (point == nullptr) throw Refused{pickup_point_unknown};
    return DestinationRow{point->address, point->city, point->region};
}

/// What the others before it leave of each line's article, and its own pieces beside theirs.
void take_pieces(Attempt& attempt, PiecesOfSkus& given) {
    const bool naive = attempt.context.thread.config.breaks("naive_stock");
    for (auto& line : attempt.lines) {
        const auto found = given.find(line.sku_id);
        if (found != given.end() && !naive) line.available -= found->second.taken + found->second.held;
    }
    const bool enough = std::ranges::all_of(attempt.lines, [](const auto& l) { return l.available >= l.quantity; });
    if (!enough) throw out_of_stock_refusal(attempt.lines);
}

void add_pieces(const Attempt& attempt, PiecesOfSkus& given) {
    const bool holds = holds_stock(attempt);
    for (const auto& line : attempt.lines) {
        auto& pieces = given[line.sku_id];
        (holds ? pieces.held : pieces.taken) += line.quantity;
    }
}

}  // namespace

Refused out_of_stock_refusal(const std::vector<OrderableRow>& lines) {
    const auto errors = shortages_of(lines);
    return errors.empty() ? Refused{out_of_stock} : Refused{out_of_stock, errors.front().message, errors};
}

void queue_reads(Attempt& attempt, db::Transaction& transaction) {
    const auto& context = attempt.context;
    const auto& user = attempt.buyer.user;
    const Uuid& cart = attempt.buyer.key;
    const bool from_cart = attempt.items.skus.empty();
    if (from_cart) transaction.query(sql.lock_cart, cart);
    attempt.once.look_up(transaction);
    attempt.asked_destination.reset();
    if (attempt.wanted.address_id) {
        attempt.asked_destination = transaction.query(sql.destination, *user, *attempt.wanted.address_id);
    }
    attempt.asked_facts = transaction.query(sql.facts, user);
    attempt.asked_uses.reset();
    if (!attempt.limited.empty()) {
        attempt.asked_uses = promotions::queue_uses(transaction, attempt.limited, attempt.coupon_buyer);
    }
    attempt.asked_lines =
        from_cart ? transaction.query(sql.cart_lines, cart, context.language)
                  : transaction.query(sql.item_lines, attempt.items.skus, attempt.items.quantities, context.language);
}

void decide(Attempt& attempt, PiecesOfSkus& given) {
    const auto& config = attempt.context.thread.config;
    if (const auto stored = attempt.once.found()) {
        attempt.response = http::replayed(stored->status, stored->body);
        return;
    }
    attempt.destination = destination_of(attempt);
    if (!attempt.destination) throw Refused{profile::address_not_found, {}, {{"address_id", "is no kept address"}}};
    attempt.facts = *attempt.asked_facts->find();
    if (!attempt.read_too_early) attempt.lines = attempt.asked_lines->rows();
    if (attempt.asked_uses) attempt.uses = attempt.asked_uses->rows();
    if (!attempt.facts.user_is_here && !config.breaks("trust_market_hint")) throw Refused{http::market_changed};
    if (attempt.facts.rules_version > attempt.rules->version && !config.breaks("deaf_to_rules")) {
        attempt.trouble = Trouble::old_rules;
        return;
    }
    check_lines(attempt.items.skus, attempt.lines);
    take_pieces(attempt, given);
    price(attempt);
    add_pieces(attempt, given);
    const std::string date = local_date_digits(attempt.facts.now, attempt.context.market->time_zone);
    attempt.view = view_of(attempt, "MQ-" + date + "-" + random_letters(number_letters, 5));
    attempt.body.clear();
    json::write(attempt.body, attempt.view);
}

void queue_writes(const Attempt& attempt, db::Transaction& transaction) {
    const OrderView& view = attempt.view;
    const MarketCode market = attempt.context.market->code;
    const auto& user = attempt.buyer.user;
    const Quote& quote = attempt.quote;
    const Columns columns{attempt.lines, quote};
    attempt.once.store(transaction, 201, attempt.body);
    transaction.execute(
        sql.insert_order, market, view.id, view.order_number, user, view.customer_name, view.customer_phone,
        view.customer_email, view.delivery_address, view.delivery_city, view.delivery_state, view.delivery_notes,
        view.payment_method, view.currency, quote.subtotal_minor, quote.discount_minor, quote.shipping_minor,
        quote.tax_minor, quote.tax_included_minor, quote.total_minor, view.order_date, quote.option->code,
        *view.shipping_name, quote.option->kind, view.pickup_point, quote.weight_g, attempt.rules->tax_label,
        view.tax_lines.front().region, quote.milli_percent, quote.taxable_minor, view.rounding, view.items_count);
    transaction.execute(sql.insert_items, market, view.id, columns.skus, columns.codes, columns.slugs, columns.names,
                        columns.brands, columns.sizes, columns.colors, columns.images, columns.prices,
                        columns.quantities, columns.discounts, columns.taxables, columns.tax_classes);
    const bool holds = holds_stock(attempt);
    transaction.execute(sql.insert_consequences, market, view.id, word_of(attempt.buyer.user), Uuid::random(),
                        view.payment_method, view.total_amount.minor(), view.currency,
                        holds ? std::vector<SkuId>{} : columns.skus,
                        holds ? std::vector<std::int32_t>{} : columns.quantities);
    if (attempt.items.skus.empty()) transaction.execute(sql.empty_cart, attempt.buyer.key, columns.skus);
    work::emit(transaction, market, work::OrderCreated{view.id, view.order_number, user});
    const bool naive = attempt.context.thread.config.breaks("naive_coupons");
    promotions::queue_given(transaction, market, view.id, attempt.coupon_buyer,
                            kept_of(quote, attempt.context.language), naive ? &attempt.uses : nullptr);
    if (holds) {
        inventory::queue_hold(transaction, market, view.id, columns.skus, columns.quantities,
                              attempt.context.thread.config.card_hold_s);
    }
}

void queue_stock(const std::vector<Attempt*>& attempts, const PiecesOfSkus& pieces, db::Transaction& transaction) {
    if (attempts.front()->context.thread.config.breaks("naive_stock")) {
        for (const Attempt* attempt : attempts) {
            for (const auto& line : attempt->lines) {
                transaction.execute(naive_sql.set_stock, line.sku_id, line.available - line.quantity);
            }
        }
        return;
    }
    const auto take = [&](const PiecesOfSkus::value_type& each) {
        const auto& [sku, changed] = each;
        if (changed.taken > 0) transaction.execute(sql.take_stock, sku, changed.taken);
        if (changed.held > 0) inventory::queue_reserve(transaction, sku, changed.held);
    };
    // The negative control of A2: every other order takes its articles the other way round.
    const bool unsorted = attempts.front()->context.thread.config.breaks("unsorted_stock");
    if (!unsorted) {
        std::ranges::for_each(pieces, take);
        return;
    }
    const auto take_slowly = [&](const PiecesOfSkus::value_type& each) {
        take(each);
        transaction.execute(naive_sql.pause);
    };
    if (attempts.front()->view.id.value() % 2 == 1) {
        std::ranges::for_each(std::views::reverse(pieces), take_slowly);
    } else {
        std::ranges::for_each(pieces, take_slowly);
    }
}

}  // namespace marque::orders
