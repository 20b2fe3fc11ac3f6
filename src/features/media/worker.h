#pragma once
// What pictures need after their sender has got an answer: AVIF, and the removal of what nobody shows.

#include <chrono>
#include <map>
#include <memory>

#include "core/config.h"
#include "db/handle.h"
#include "features/media/queries.h"
#include "features/media/storage.h"
#include "work/slots.h"

namespace boost::asio {
class io_context;
}

namespace marque::media {

/// On one thread of each server; servers share the work by leases. One picture at a time, whichever market's it is.
class Worker {
public:
    Worker(boost::asio::io_context& context, const Config& config, Storage& storage);
    /// Ends what is under way; whoever takes over when the lease ends begins with what is missing.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Starts with a market; once for each.
    void serve(db::Handle db);

private:
    struct Lane;
    static Task<void> work_off(std::shared_ptr<Lane> lane);
    static Task<void> carry_out(std::shared_ptr<Lane> lane, WorkRow row);
    /// False where libvips failed at it.
    static Task<bool> add_avif(std::shared_ptr<Lane> lane, WorkRow row);
    static Task<void> tend(std::shared_ptr<Lane> lane);

    boost::asio::io_context& context_;
    const Config& config_;
    Storage& storage_;
    work::Slots slots_{1, 1'000};
    std::vector<std::shared_ptr<Lane>> lanes_;
};

}  // namespace marque::media
