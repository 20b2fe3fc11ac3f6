#pragma once
// Rows of market ALL carried into another database: what a new market of the split layout shows beside its own.

#include "db/admin.h"

namespace marque::app {

/// Copies every row of market ALL, of every table that can hold such, into a database of the same migrations that has
/// none yet, and returns how many; 0 where there are some already. Call inside a transaction of `to`, on owners'
/// connections; `from` is read as it was at one moment. Ids are kept, and the sequences of `to` move behind them.
std::int64_t copy_shared_rows(db::AdminConnection& from, db::AdminConnection& to);

}  // namespace marque::app
