// A market's lane: events and refunds as soon as they are there, expired holds and questions now and then.
#include "core/log.h"
#include "features/payments/carry_out.h"
#include "work/background.h"

namespace marque::payments {
namespace {

constexpr std::chrono::milliseconds look_interval{100};
constexpr std::chrono::milliseconds tend_interval{1'000};
constexpr int batch = 20;
constexpr int events_batch = 200;

}  // namespace

/// What one market's coroutines share. Once it is stopping, the worker, its desk and the database may be gone.
struct Worker::Lane {
    Lane(boost::asio::io_context& context, Worker& worker, db::Handle handle)
        : db(handle),
          desk(worker.desk_),
          parts(worker.parts_),
          market(handle.market().to_text()),
          events(context),
          refunds(context),
          tending(context) {}
    db::Handle db;
    Desk& desk;
    WorkerParts& parts;
    std::string market;
    work::Alarm events;
    work::Alarm refunds;
    work::Alarm tending;
    bool stopping = false;

    /// Does a thing again and again until it has nothing to do, then waits; whatever goes wrong is logged.
    static Task<void> repeat(std::shared_ptr<Lane> lane, work::Alarm& alarm, std::chrono::milliseconds interval,
                             Task<bool> (*thing)(std::shared_ptr<Lane>)) {
        while (!lane->stopping) {
            bool more = false;
            try {
                more = co_await thing(lane);
            } catch (const std::exception& error) {
                if (lane->stopping) co_return;
                log::warning("payments.not_worked_off", {{"market", lane->market}, {"what", error.what()}});
            }
            if (!more && !lane->stopping) co_await alarm.wait(interval);
        }
    }

    /// An event that cannot be carried out is due again later, and holds up none of those taken with it.
    static Task<std::string> carry_out_safely(std::shared_ptr<Lane> lane, EventRow row) {
        const std::string id = row.event_id;
        try {
            co_return co_await carry_out_event(lane->db, lane->parts.config, std::move(row));
        } catch (const std::exception& error) {
            if (!lane->stopping) {
                log::error("payments.event_failed", {{"market", lane->market}, {"event", id}, {"what", error.what()}});
            }
        }
        co_return std::string{"failed"};
    }

    static Task<bool> hear(std::shared_ptr<Lane> lane) {
        const auto due = co_await lane->db.find(event_sql.any_due);
        if (!due || lane->stopping) co_return false;
        auto taken = co_await take_events(lane->db, events_batch);
        std::ranges::sort(taken.events, {}, &EventRow::id);
        for (auto& row : taken.events) {
            if (lane->stopping) co_return false;
            const auto outcome = co_await carry_out_safely(lane, std::move(row));
            if (outcome == "refused" && !lane->stopping) lane->parts.alarm(lane->market, "event");
        }
        // A pause between batches that were not full: many events together cost a fraction of the same one by one.
        co_return taken.has_more;
    }

    static Task<bool> give_back(std::shared_ptr<Lane> lane) {
        const auto due = co_await lane->db.find(refund_sql.any_due);
        if (!due || lane->stopping) co_return false;
        auto rows = co_await lane->db.write(refund_sql.take, batch);
        for (auto& row : rows) {
            if (lane->stopping) co_return false;
            const auto outcome = co_await carry_out_refund(lane->db, lane->desk, std::move(row));
            if (outcome == "failed" && !lane->stopping) lane->parts.alarm(lane->market, "refund");
        }
        co_return !rows.empty();
    }

    static Task<bool> tend(std::shared_ptr<Lane> lane) {
        const auto expired = co_await expire_holds(lane->db, lane->parts.config.breaks("forget_hold_state"));
        if (expired > 0) log::info("payments.expired", {{"market", lane->market}, {"orders", std::to_string(expired)}});
        if (lane->stopping) co_return false;
        const auto due = co_await lane->db.find(sql.any_to_ask);
        if (!due || lane->stopping) co_return false;
        const auto asked = co_await ask_due(lane->db, lane->desk, batch);
        co_return asked.taken > 0;
    }
};

Worker::Worker(boost::asio::io_context& context, Desk& desk, WorkerParts parts)
    : context_(context), desk_(desk), parts_(std::move(parts)) {}

Worker::~Worker() {
    for (const auto& lane : lanes_) {
        lane->stopping = true;
        lane->events.ring();
        lane->refunds.ring();
        lane->tending.ring();
    }
}

void Worker::serve(db::Handle db) {
    const auto& lane = lanes_.emplace_back(std::make_shared<Lane>(context_, *this, db));
    work::spawn(context_, Lane::repeat(lane, lane->events, look_interval, Lane::hear));
    work::spawn(context_, Lane::repeat(lane, lane->refunds, look_interval, Lane::give_back));
    work::spawn(context_, Lane::repeat(lane, lane->tending, tend_interval, Lane::tend));
}

}  // namespace marque::payments
