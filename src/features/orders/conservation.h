#pragma once
// What must always hold between stock, ledger, orders and payments, asked of PostgreSQL.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/task.h"
#include "db/handle.h"

namespace marque::orders {

/// The rules by name: what the ledger adds up to is what is on hand; what is reserved is what orders hold; an order's
/// lines make its subtotal; each order has its payment; cancelled orders hold and have nothing.
inline constexpr std::array<std::string_view, 5> conservation_rules{"ledger", "reserved", "lines", "payment",
                                                                    "cancelled"};

struct BrokenRule {
    std::string rule;
    std::int64_t broken = 0;  // how many SKUs or orders break it
    std::string example;
};

/// The rules that do not hold in this market now; empty when all is well. Reads whole tables.
Task<std::vector<BrokenRule>> broken_rules(db::Handle db);

}  // namespace marque::orders
