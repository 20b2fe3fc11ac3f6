// Asking for broken rules, in a transaction of its own: a shared connection would keep visitors waiting.
#include "features/orders/conservation.h"

#include "features/orders/conservation_queries.h"

namespace marque::orders {

Task<std::vector<BrokenRule>> broken_rules(db::Handle db) {
    db::Transaction transaction = co_await db.begin();
    transaction.query(conservation_sql.be_patient);
    co_await transaction.flush();
    const auto broken = transaction.query(conservation_sql.broken);
    co_await transaction.commit();
    std::vector<BrokenRule> rules;
    for (const auto& row : broken.rows()) rules.push_back({row.rule, row.broken, row.example});
    co_return rules;
}

}  // namespace marque::orders
