// The lock on the account's row, and idempotency between http's words and work's.
#include "features/profile/owner.h"

#include "features/profile/queries.h"
#include "http/gate.h"

namespace marque::profile {

Task<db::Transaction> begin_as_owner(http::Context& context) {
    db::Transaction transaction = co_await context.db.begin();
    // The negative control "unlocked_owner": twins no longer wait for each other.
    if (context.thread.config.breaks("unlocked_owner")) co_return transaction;
    const auto owner = transaction.query(sql.lock_owner, context.user().user);
    co_await transaction.flush_or(busy);
    if (!owner.find()) throw Refused{http::market_changed};
    co_return transaction;
}

work::Idempotency idempotency_of(const http::Context& context, std::string_view route) {
    const auto key = context.request.header("Idempotency-Key");
    return {context.market->code, context.user().user, route, key, context.request.body};
}

}  // namespace marque::profile
