#pragma once
// marque jobs: what waits, runs and is over in the queues of the markets; beginning a routine, cancelling a job.

#include "app/with_shop.h"

namespace marque::app {

Task<int> list_jobs(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
/// Puts a routine (`who`) into the queue of each market that is asked for: whichever server runs carries it out.
Task<int> begin_routine(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);
/// The job with the id `who`, in whichever market it is.
Task<int> cancel_job(customers::Shop shop, const db::Layout& layout, const CustomerOptions& options);

}  // namespace marque::app
