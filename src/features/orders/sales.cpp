// Counting steps of orders by the numbers of their transactions: what is below the oldest one that is still open is
// over and has been seen, what is not below comes next time (decision record 21).
#include "features/orders/sales.h"

#include "features/orders/sales_queries.h"

namespace marque::orders {

Task<void> count_sales(db::Handle db) {
    const auto market = db.market();
    auto transaction = co_await db.begin();
    transaction.execute(sales_sql.start, market);
    transaction.query(sales_sql.be_patient);
    const auto found = transaction.query(sales_sql.lock, market);
    co_await transaction.flush();
    const auto counted = found.find();
    if (!counted) co_return;
    // A statement of its own: it sees all that the one saw who held the lock before.
    transaction.execute(sales_sql.count, market, counted->counted_before, counted->counted_after);
    co_await transaction.commit();
}

}  // namespace marque::orders
