#pragma once
// From a request's items and choices to quote(), and from its answer to what people see: for the quote and the order.

#include <string>
#include <vector>

#include "features/orders/place.h"
#include "features/orders/queries.h"
#include "features/orders/rulebook.h"

namespace marque::orders {

/// Named items as columns: the same SKU on two lines is one line, so that the sum is checked; ascending, so that orders
/// never deadlock.
struct WantedItems {
    std::vector<SkuId> skus;
    std::vector<std::int32_t> quantities;
};
[[nodiscard]] WantedItems merged(const std::vector<OrderedItem>& items);

/// Lines that ask for more than there is.
[[nodiscard]] std::vector<FieldError> shortages_of(const std::vector<OrderableRow>& lines);

/// Refuses where nothing is there, something that was named is not, or a cart holds what is no longer sold.
void check_lines(const std::vector<SkuId>& named, const std::vector<OrderableRow>& lines);

/// The codes as they are kept, each once; refuses more of them than anybody needs.
[[nodiscard]] std::vector<std::string> codes_of(const std::optional<std::vector<CouponCode>>& codes);

/// What a request chose; a pickup point's region goes before the address's.
[[nodiscard]] QuoteChoices choices_of(const Rulebook& rules, const std::optional<std::string>& state,
                                      const std::optional<ShippingCode>& option,
                                      const std::optional<ShippingCode>& point, std::vector<std::string> codes,
                                      Timestamp now);

/// quote() over rows as they were read; throws its refusals.
[[nodiscard]] Quote quote_rows(const Rulebook& rules, const std::vector<OrderableRow>& rows,
                               const QuoteChoices& choices, const std::vector<promotions::UsesRow>& uses);

[[nodiscard]] std::vector<promotions::Kept> kept_of(const Quote& quote, const Language& language);
[[nodiscard]] std::vector<DiscountView> discounts_of(const Quote& quote, Currency currency, const Language& language);
[[nodiscard]] TaxLineView tax_line_of(const Rulebook& rules, const Quote& quote, const std::string& region);
/// Fills in what the order's row keeps of how its amounts came about.
void tell_charges(OrderView& view, const OrderLineRow& row);
/// "SUMMER: used_up", one for each coupon that was refused.
[[nodiscard]] std::vector<FieldError> refused_coupons(const Quote& quote);

}  // namespace marque::orders
