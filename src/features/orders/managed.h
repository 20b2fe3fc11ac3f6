#pragma once
// Managers' lists of orders: filters, orders, pages by cursor, and the columns that are asked for.

#include <array>
#include <functional>

#include "core/comma_list.h"
#include "core/day.h"
#include "core/money.h"
#include "core/page.h"
#include "core/text.h"
#include "features/orders/lifecycle.h"
#include "http/context.h"

namespace marque::db {
class AdminConnection;
}

namespace marque::orders {

enum class Sort { newest, oldest, dearest, cheapest };
ENUMERATION(Sort, newest, oldest, dearest, cheapest)

/// Where the next page begins: a value of what the list is ordered by, and an order's id.
class ListCursor {
public:
    static constexpr TextFacts facts{
        .pattern = "^[0-9]{1,18}_[0-9]{1,18}$", .min_length = 3, .max_length = 37, .example = "1795000000000000_19"};

    ListCursor() = default;
    ListCursor(std::int64_t value, OrderId id) : value_(value), id_(id) {}
    [[nodiscard]] static Parsed<ListCursor> parse(std::string_view text);
    [[nodiscard]] std::string to_text() const { return std::to_string(value_) + "_" + id_.to_text(); }
    [[nodiscard]] std::int64_t value() const { return value_; }
    [[nodiscard]] OrderId id() const { return id_; }

private:
    std::int64_t value_ = 0;
    OrderId id_;
};

/// Further into a list only cursors lead: an offset reads all that it passes over.
class ListOffset {
public:
    static constexpr IntegerFacts facts{.minimum = 0, .maximum = 10'000, .example = 0};

    constexpr ListOffset() = default;
    [[nodiscard]] static Parsed<ListOffset> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be between 0 and 10000");
        return ListOffset{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    explicit constexpr ListOffset(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 0;
};

/// An amount of the market's currency, which only the handler knows: "1250" or "1250.50".
class ListAmount {
public:
    static constexpr TextFacts facts{
        .pattern = "^[0-9]{1,12}([.][0-9]{1,3})?$", .min_length = 1, .max_length = 16, .example = "1250.50"};

    ListAmount() = default;
    [[nodiscard]] static Parsed<ListAmount> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }
    [[nodiscard]] Parsed<Money> in(Currency currency) const { return Money::parse(text_, currency); }
    friend bool operator==(const ListAmount&, const ListAmount&) = default;

private:
    explicit ListAmount(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// The name of a member of ManagedOrder.
class OrderField {
public:
    static constexpr TextFacts facts{
        .pattern = "^[a-z_]{2,20}$", .min_length = 2, .max_length = 20, .example = "order_number"};

    OrderField() = default;
    [[nodiscard]] static Parsed<OrderField> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return name_; }
    friend auto operator<=>(const OrderField&, const OrderField&) = default;

private:
    explicit OrderField(std::string name) : name_(std::move(name)) {}
    std::string name_;
};
using OrderFields = CommaList<OrderField, 20>;

/// What a list is narrowed by; also what a saved view and an export keep.
struct OrderFilter {
    std::optional<Status> status_filter;
    std::optional<Text<1, 40>> payment_status;
    std::optional<Text<1, 40>> payment_method;
    std::optional<Text<1, 100>> city;
    std::optional<Day> from;
    std::optional<Day> to;
    std::optional<ListAmount> total_from;
    std::optional<ListAmount> total_to;
    std::optional<Text<2, 100>> q;
};
RECORD(OrderFilter, status_filter, payment_status, payment_method, city, from, to, total_from, total_to, q);

struct ManagedQuery {
    static constexpr std::string_view doc =
        "Days are the market's own. `q` is an order's number, the last four digits or more of a phone, or the "
        "beginning of "
        "a first or last name. `fields` names the members to answer with, separated by commas. `total` stops at 1000.";
    std::optional<Status> status_filter;
    std::optional<Text<1, 40>> payment_status;
    std::optional<Text<1, 40>> payment_method;
    std::optional<Text<1, 100>> city;
    std::optional<Day> from;
    std::optional<Day> to;
    std::optional<ListAmount> total_from;
    std::optional<ListAmount> total_to;
    std::optional<Text<2, 100>> q;
    Sort sort = Sort::newest;
    std::optional<OrderFields> fields;
    PageLimit limit;
    ListOffset offset;
    std::optional<ListCursor> cursor;

    [[nodiscard]] OrderFilter filter() const {
        return {status_filter, payment_status, payment_method, city, from, to, total_from, total_to, q};
    }
};
RECORD(ManagedQuery, status_filter, payment_status, payment_method, city, from, to, total_from, total_to, q, sort,
       fields, limit, offset, cursor);

/// A line of the list. What was not asked for is left out, as is what an order has not.
struct ManagedOrder {
    static constexpr std::array<std::string_view, 17> left_out_when_empty{
        "order_number", "market",         "user_id",        "status",       "customer_name", "customer_phone",
        "city",         "payment_method", "payment_status", "total_amount", "currency",      "items_count",
        "is_active",    "can_cancel",     "order_date",     "shipped_date", "delivered_date"};
    OrderId id;
    std::optional<std::string> order_number;
    std::optional<MarketCode> market;
    std::optional<UserId> user_id;
    std::optional<Status> status;
    std::optional<std::string> customer_name;
    std::optional<std::string> customer_phone;
    std::optional<std::string> city;
    std::optional<std::string> payment_method;
    std::optional<std::string> payment_status;
    std::optional<Money> total_amount;
    std::optional<std::string> currency;
    std::optional<std::int32_t> items_count;
    std::optional<bool> is_active;
    std::optional<bool> can_cancel;
    std::optional<Timestamp> order_date;
    std::optional<Timestamp> shipped_date;
    std::optional<Timestamp> delivered_date;
};
RECORD(ManagedOrder, id, order_number, market, user_id, status, customer_name, customer_phone, city, payment_method,
       payment_status, total_amount, currency, items_count, is_active, can_cancel, order_date, shipped_date,
       delivered_date);

struct ManagedPage {
    std::vector<ManagedOrder> items;
    std::int64_t total = 0;
    bool total_is_exact = true;
    std::int32_t limit = 0;
    std::int32_t offset = 0;
    std::optional<std::string> next;
};
RECORD(ManagedPage, items, total, total_is_exact, limit, offset, next);

/// A page of the managed market's orders. Refuses (http::invalid_input) amounts that are none of its currency.
Task<ManagedPage> list_managed_orders(http::Context& context, ManagedQuery query);

/// Refuses amounts that the market's currency has not.
void check_filter(const OrderFilter& filter, const MarketInfo& market);

/// All orders of a filter, newest first, as they stream out of PostgreSQL; the connection is in the market's role.
void stream_orders(db::AdminConnection& connection, const MarketInfo& market, const OrderFilter& filter,
                   const std::function<void(const ManagedOrder&)>& take);

}  // namespace marque::orders
