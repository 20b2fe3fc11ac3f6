#pragma once
// Commands that only look: customers, their accounts in each market, their orders (S0:289, S0:451, S0:475, S1:265).

#include "app/customer_commands.h"
#include "app/with_shop.h"
#include "features/customers/customers.h"

namespace marque::app {

Task<int> show_user(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
Task<int> find_users(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
Task<int> inspect_users(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
Task<int> inspect_user(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
Task<int> inspect_orders(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);

/// The markets asked for with --market, or all. Throws std::runtime_error naming those there are.
[[nodiscard]] std::vector<MarketCode> asked_markets(const customers::Shop& shop, const std::string& text);
/// E.164 of a phone typed in any spelling; the text itself where it is none.
[[nodiscard]] std::string typed_phone(const std::string& text);
[[nodiscard]] std::string shown_phone(const std::string& phone, bool full);

}  // namespace marque::app
