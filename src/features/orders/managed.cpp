// Filters as parameters, rows as lines of the list. Which index serves is PostgreSQL's choice, for each list anew.
#include "features/orders/managed.h"

#include <algorithm>

#include "db/admin.h"
#include "features/orders/managed_queries.h"
#include "http/gate.h"
#include "http/route.h"
#include "json/types.h"

namespace marque::orders {
namespace {

using http::Context;

/// Counting further would cost more than the page.
constexpr std::int32_t counted_max = 1000;
/// Fewer digits are those of too many phones.
constexpr std::size_t phone_digits_min = 4;
constexpr std::size_t whole_phone_digits = 9;

/// The parameters $1 to $13.
struct Parameters {
    OptionalText status, payment_status, payment_method, city;
    std::optional<Day> from, to;
    std::string zone;
    std::optional<std::int64_t> total_from, total_to;
    OptionalText number, phone, word, other_word;
};

/// Digits as people write phones: with spaces, brackets, hyphens; nothing where there is anything else.
std::optional<std::string> phone_digits(std::string_view text) {
    std::string digits;
    for (const char letter : text) {
        if (letter >= '0' && letter <= '9') {
            digits += letter;
        } else if (std::string_view{"+ -()./"}.find(letter) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    // The 0 that is dialled inside a country is no part of the number.
    if (digits.size() >= whole_phone_digits && digits.starts_with('0')) digits.erase(0, 1);
    if (digits.size() < phone_digits_min) return std::nullopt;
    return digits;
}

/// Numbers of orders have digits and letters in them ("KG-20261121-0019"), names have no digits.
void read_text(const std::string& text, Parameters& parameters) {
    if (auto digits = phone_digits(text)) {
        std::ranges::reverse(*digits);
        parameters.phone = std::move(digits);
        return;
    }
    if (std::ranges::any_of(text, [](char letter) { return letter >= '0' && letter <= '9'; })) {
        parameters.number = uppered(text);
        return;
    }
    const auto space = text.find(' ');
    parameters.word = text.substr(0, space);
    if (space != std::string::npos) parameters.other_word = std::string{trimmed(text.substr(text.rfind(' ') + 1))};
}

std::optional<std::int64_t> minor_of(const std::optional<ListAmount>& amount, const MarketInfo& market,
                                     std::string_view field) {
    if (!amount) return std::nullopt;
    const auto money = amount->in(market.currency);
    if (!money) throw Refused{http::invalid_input, {}, {{std::string{field}, money.error()}}};
    return money->minor();
}

template <class T>
OptionalText text_of(const std::optional<T>& value) {
    return value ? std::optional{value->to_text()} : std::nullopt;
}

Parameters parameters_of(const OrderFilter& filter, const MarketInfo& market) {
    Parameters parameters{
        .status = filter.status_filter ? std::optional{std::string{enum_word(*filter.status_filter)}} : std::nullopt,
        .payment_status = text_of(filter.payment_status),
        .payment_method = text_of(filter.payment_method),
        .city = text_of(filter.city),
        .from = filter.from,
        .to = filter.to,
        .zone = market.time_zone,
        .total_from = minor_of(filter.total_from, market, "total_from"),
        .total_to = minor_of(filter.total_to, market, "total_to")};
    if (filter.q) read_text(filter.q->to_text(), parameters);
    return parameters;
}

ManagedOrder line_of(const ManagedRow& row) {
    const auto currency = Currency::parse(row.currency);
    check(currency.has_value(), "an order in an unknown currency");
    return {.id = row.id,
            .order_number = row.order_number,
            .market = row.market,
            .user_id = row.user_id,
            .status = row.status,
            .customer_name = row.customer_name,
            .customer_phone = row.customer_phone,
            .city = row.delivery_city,
            .payment_method = row.payment_method,
            .payment_status = row.payment_status,
            .total_amount = Money{row.total_minor, *currency},
            .currency = row.currency,
            .items_count = static_cast<std::int32_t>(row.items_count.value_or(0)),
            .is_active = orders::is_active(row.status),
            .can_cancel = may_move(row.status, Status::cancelled),
            .order_date = row.order_date,
            .shipped_date = row.shipped_date,
            .delivered_date = row.delivered_date};
}

void keep_fields(ManagedOrder& line, const OrderFields& fields) {
    for_each_member(line, [&]<class Member>(std::string_view name, Member& member) {
        if constexpr (json::is_optional<Member>) {
            const bool wanted = std::ranges::any_of(fields.items(), [&](const auto& f) { return f.to_text() == name; });
            if (!wanted) member.reset();
        }
    });
}

const auto& statement_of(Sort sort) {
    switch (sort) {
        case Sort::oldest:
            return managed_sql.oldest;
        case Sort::dearest:
            return managed_sql.dearest;
        case Sort::cheapest:
            return managed_sql.cheapest;
        case Sort::newest:
            break;
    }
    return managed_sql.newest;
}

std::string cursor_after(const ManagedRow& row, Sort sort) {
    const bool by_total = sort == Sort::dearest || sort == Sort::cheapest;
    const std::int64_t value = by_total ? row.total_minor : row.order_date.point().time_since_epoch().count();
    return ListCursor{value, row.id}.to_text();
}

}  // namespace

Parsed<ListCursor> ListCursor::parse(std::string_view text) {
    const auto wrong = std::unexpected("must be the `next` of the page before");
    const auto middle = text.find('_');
    if (middle == std::string_view::npos || middle > 18 || text.size() > facts.max_length) return wrong;
    const auto value = parse_integer(text.substr(0, middle));
    const auto id = OrderId::parse(text.substr(middle + 1));
    if (!value || *value < 0 || !id) return wrong;
    return ListCursor{*value, *id};
}

Parsed<ListAmount> ListAmount::parse(std::string_view text) {
    const auto wrong = std::unexpected("must be an amount, like 1250.50");
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const auto part = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    const auto all_digits = [](std::string_view digits) {
        return std::ranges::all_of(digits, [](char digit) { return digit >= '0' && digit <= '9'; });
    };
    if (whole.empty() || whole.size() > 12 || part.size() > 3 || !all_digits(whole) || !all_digits(part)) return wrong;
    if (point != std::string_view::npos && part.empty()) return wrong;
    return ListAmount{std::string{text}};
}

Parsed<OrderField> OrderField::parse(std::string_view text) {
    for (const auto name : json::member_names<ManagedOrder>) {
        if (name == text) return OrderField{std::string{text}};
    }
    return std::unexpected("must be a member of an order in this list");
}

void check_filter(const OrderFilter& filter, const MarketInfo& market) { parameters_of(filter, market); }

Task<ManagedPage> list_managed_orders(Context& context, ManagedQuery query) {
    const Parameters p = parameters_of(query.filter(), *context.market);
    const std::int32_t limit = query.limit.value();
    const std::int32_t offset = query.cursor ? 0 : query.offset.value();
    const auto after_value = query.cursor ? std::optional{query.cursor->value()} : std::nullopt;
    const auto after_id = query.cursor ? std::optional{query.cursor->id()} : std::nullopt;
    auto transaction = co_await context.db.begin();
    transaction.query(managed_sql.plan_each);
    const auto counted =
        transaction.query(managed_sql.counted, p.status, p.payment_status, p.payment_method, p.city, p.from, p.to,
                          p.zone, p.total_from, p.total_to, p.number, p.phone, p.word, p.other_word, counted_max + 1);
    co_await transaction.flush();
    const std::int64_t count = counted.find().value_or(0);
    std::vector<ManagedRow> rows;
    if (count > 0) {
        if (count > counted_max) transaction.query(managed_sql.walk);
        const auto found = transaction.query(statement_of(query.sort), p.status, p.payment_status, p.payment_method,
                                             p.city, p.from, p.to, p.zone, p.total_from, p.total_to, p.number, p.phone,
                                             p.word, p.other_word, after_value, after_id, limit + 1, offset);
        co_await transaction.commit();
        rows = found.rows();
    } else {
        co_await transaction.commit();
    }
    ManagedPage page{.items = {},
                     .total = std::min<std::int64_t>(count, counted_max),
                     .total_is_exact = count <= counted_max,
                     .limit = limit,
                     .offset = offset};
    if (std::ssize(rows) > limit) {
        rows.resize(static_cast<std::size_t>(limit));
        page.next = cursor_after(rows.back(), query.sort);
    }
    for (const auto& row : rows) {
        page.items.push_back(line_of(row));
        if (query.fields) keep_fields(page.items.back(), *query.fields);
    }
    co_return page;
}

void stream_orders(db::AdminConnection& connection, const MarketInfo& market, const OrderFilter& filter,
                   const std::function<void(const ManagedOrder&)>& take) {
    const Parameters p = parameters_of(filter, market);
    connection.run("BEGIN");  // for settings that end with it
    connection.rows(managed_sql.plan_each);
    const auto counted =
        connection.rows(managed_sql.counted, p.status, p.payment_status, p.payment_method, p.city, p.from, p.to, p.zone,
                        p.total_from, p.total_to, p.number, p.phone, p.word, p.other_word, counted_max + 1);
    if (!counted.empty() && counted.front() > counted_max) connection.rows(managed_sql.walk);
    connection.stream<ManagedRow>(
        managed_sql.all, [&](const ManagedRow& row) { take(line_of(row)); }, p.status, p.payment_status,
        p.payment_method, p.city, p.from, p.to, p.zone, p.total_from, p.total_to, p.number, p.phone, p.word,
        p.other_word);
    connection.run("COMMIT");
}

}  // namespace marque::orders
