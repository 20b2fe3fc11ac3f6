// A market's lane: one coroutine that writes down what became of tries and takes what is due, and one for each try.
#include <fmt/format.h>

#include <algorithm>

#include "core/log.h"
#include "core/random.h"
#include "features/webhooks/address.h"
#include "features/webhooks/backoff.h"
#include "features/webhooks/queries.h"
#include "features/webhooks/signature.h"
#include "features/webhooks/webhooks.h"
#include "work/background.h"
#include "work/http_client.h"

namespace marque::webhooks {
namespace {

constexpr std::chrono::milliseconds look_interval{300};
constexpr std::chrono::seconds tend_interval{10};
/// Of an answer so much is kept for the log, and no more is read.
constexpr std::size_t answer_bytes_max = 1'024;
constexpr int connect_timeout_ms = 5'000;
/// Beyond the time a receiver has: to sign, to be slow ourselves, to write down what it said.
constexpr int lease_margin_s = 5;
constexpr int gone = 410;

using Clock = std::chrono::steady_clock;

/// How a try ended, until it is written down.
struct Ended {
    std::int64_t delivery = 0;
    Uuid endpoint;
    Uuid event;
    std::int32_t number = 0;
    std::string outcome;  // delivered, failed, gone
    std::int64_t wait_ms = 0;
    std::int32_t duration_ms = 0;
    std::optional<std::int32_t> status;
    std::optional<std::string> error;
    std::string answer;
};

std::string state_of(const Ended& ended, const Config& config) {
    if (ended.outcome == "delivered") return "delivered";
    return ended.outcome == "gone" || config.breaks("forget_retry") ? "failed" : "waiting";
}

/// Text that PostgreSQL and JSON take, whatever bytes the receiver sent.
std::string readable(std::string_view bytes) {
    if (utf8_length(bytes)) return std::string{bytes};
    std::string text;
    for (const char c : bytes) text += (c >= ' ' && c <= '~') || c == '\n' || c == '\t' ? c : '?';
    return text;
}

void judge(Ended& ended, const work::HttpResult& result, const Config& config) {
    ended.outcome = "failed";
    std::int64_t asked_s = 0;
    if (!result) {
        ended.error = result.error().what;
    } else {
        ended.status = result->status;
        ended.answer = readable(result->body);
        if (result->status >= 200 && result->status < 300) ended.outcome = "delivered";
        if (result->status == gone) ended.outcome = "gone";
        if (result->status == 429 || result->status == 503) asked_s = result->retry_after_s;
        if (ended.outcome != "delivered") ended.error = fmt::format("status {}", result->status);
    }
    ended.wait_ms = wait_before_next_ms(config.webhook_retry_s, ended.number, asked_s, random_below(jitter_steps));
}

}  // namespace

/// What one market's coroutines share. Once it is stopping, the worker, its client and the database may be gone.
struct Worker::Lane {
    Lane(boost::asio::io_context& io, const WorkerParts& worker_parts, db::Handle handle)
        : context(io),
          parts(worker_parts),
          db(handle),
          market(handle.market().to_text()),
          client(std::make_unique<work::HttpClient>(io)),
          look(io),
          tending(io) {}

    boost::asio::io_context& context;
    const WorkerParts& parts;
    db::Handle db;
    std::string market;
    std::unique_ptr<work::HttpClient> client;
    work::Alarm look;
    work::Alarm tending;
    std::map<Uuid, std::int32_t> in_flight;
    std::vector<Ended> ended;
    bool rung = false;
    bool stopping = false;

    void ring() {
        rung = true;
        look.ring();
    }
    void end() {
        stopping = true;
        client.reset();
        look.ring();
        tending.ring();
    }
    void release(const Uuid& endpoint) {
        if (--in_flight[endpoint] <= 0) in_flight.erase(endpoint);
    }

    static Task<void> work_off(std::shared_ptr<Lane> lane);
    static Task<void> tend(std::shared_ptr<Lane> lane);
    static Task<void> write_down(std::shared_ptr<Lane> lane);
    static Task<std::vector<TakenRow>> take(std::shared_ptr<Lane> lane);
    static Task<void> carry(std::shared_ptr<Lane> lane, TakenRow row);
    [[nodiscard]] std::expected<work::HttpCall, std::string> call_of(const TakenRow& row) const;
    void tell(const Ended& how) const;
};

Worker::Worker(boost::asio::io_context& context, WorkerParts parts) : context_(context), parts_(std::move(parts)) {
    parts_.bell.ring = [this](MarketCode market) {
        if (const auto lane = lanes_.find(market); lane != lanes_.end()) lane->second->ring();
    };
}

Worker::~Worker() {
    parts_.bell.ring = nullptr;
    for (const auto& [market, lane] : lanes_) lane->end();
}

void Worker::serve(db::Handle db) {
    const auto lane = std::make_shared<Lane>(context_, parts_, db);
    lanes_[db.market()] = lane;
    work::spawn(context_, Lane::work_off(lane));
    work::spawn(context_, Lane::tend(lane));
}

Task<void> Worker::Lane::work_off(std::shared_ptr<Lane> lane) {
    while (!lane->stopping) {
        lane->rung = false;
        std::vector<TakenRow> taken;
        try {
            co_await write_down(lane);
            if (lane->stopping) co_return;
            taken = co_await take(lane);
        } catch (const std::exception& error) {
            if (lane->stopping) co_return;
            log::warning("webhooks.not_worked_off", {{"market", lane->market}, {"what", error.what()}});
        }
        if (lane->stopping) co_return;
        const bool found_some = !taken.empty();
        for (auto& row : taken) {
            ++lane->in_flight[row.endpoint_id];
            work::spawn(lane->context, carry(lane, std::move(row)));
        }
        if (!lane->rung && !found_some) co_await lane->look.wait(look_interval);
    }
}

Task<std::vector<TakenRow>> Worker::Lane::take(std::shared_ptr<Lane> lane) {
    const auto due = co_await lane->db.find(work_sql.any_due);
    if (!due || lane->stopping) co_return std::vector<TakenRow>{};
    std::vector<std::string> busy;
    std::vector<std::int32_t> deliveries;
    for (const auto& [endpoint, count] : lane->in_flight) {
        busy.push_back(endpoint.to_text());
        deliveries.push_back(count);
    }
    const std::int32_t lease_s = lane->parts.config.webhook_timeout_s + lease_margin_s;
    co_return co_await lane->db.write(work_sql.take, busy, deliveries, in_flight_max, lease_s);
}

/// All that ended since the last time in one transaction. Where that fails, the leases run out and the receivers get
/// the events once more, under their own ids.
Task<void> Worker::Lane::write_down(std::shared_ptr<Lane> lane) {
    if (lane->ended.empty()) co_return;
    std::vector<Ended> ended = std::exchange(lane->ended, {});
    for (const auto& how : ended) lane->release(how.endpoint);
    // What was taken counts before it is asked whether anything was.
    std::ranges::partition(ended, [](const Ended& how) { return how.outcome == "delivered"; });
    const MarketCode market = lane->db.market();
    const Config& config = lane->parts.config;
    std::vector<std::pair<Uuid, std::string>> to_disable;
    auto transaction = co_await lane->db.begin();
    std::vector<db::Pending<ConcludedRow>> concluded;
    for (const auto& how : ended) {
        concluded.push_back(transaction.query(work_sql.conclude, market, how.delivery, how.number,
                                              state_of(how, config), how.wait_ms, how.duration_ms, how.status,
                                              how.error, how.answer));
    }
    co_await transaction.flush();
    for (std::size_t i = 0; i < ended.size(); ++i) {
        const auto row = concluded[i].find();
        if (ended[i].outcome == "gone") {
            to_disable.emplace_back(ended[i].endpoint, "gone");
        } else if (row && row->is_hopeless) {
            to_disable.emplace_back(row->endpoint_id, "failing");
        }
    }
    for (const auto& [endpoint, reason] : to_disable) transaction.execute(work_sql.disable, endpoint, reason);
    co_await transaction.commit();
    if (lane->stopping) co_return;
    for (const auto& how : ended) lane->tell(how);
    for (const auto& [endpoint, reason] : to_disable) {
        log::error("webhooks.disabled", {{"market", lane->market}, {"endpoint", endpoint.to_text()}, {"what", reason}});
    }
}

/// No URL and nothing that was sent or answered: both may hold what is not for logs.
void Worker::Lane::tell(const Ended& how) const {
    parts.count(market, how.outcome);
    const auto level = how.outcome == "delivered" ? log::Level::info : log::Level::warning;
    log::write(level, "webhooks." + how.outcome,
               {{"market", market},
                {"endpoint", how.endpoint.to_text()},
                {"webhook_id", how.event.to_text()},
                {"try", std::to_string(how.number)},
                {"duration_ms", std::to_string(how.duration_ms)},
                {"what", how.error.value_or("")}});
}

/// What is sent, or why it cannot be. The URL is looked at again: settings may have changed since it was written.
std::expected<work::HttpCall, std::string> Worker::Lane::call_of(const TakenRow& row) const {
    const Config& config = parts.config;
    const bool any_address = config.breaks("any_address");
    const std::string trouble = url_trouble(row.url, config.webhook_allow_loopback);
    if (!trouble.empty() && !any_address) return std::unexpected("the URL " + trouble);
    std::vector<std::string> secrets;
    for (const auto& sealed : {std::optional{row.secret_sealed}, row.former_secret_sealed}) {
        if (!sealed) continue;
        const auto opened = parts.open(*sealed);
        if (!opened) return std::unexpected("the secret is sealed with another key");
        secrets.push_back(config.breaks("unsigned_webhooks") ? new_secret() : *opened);
    }
    const Uuid id = config.breaks("new_webhook_id") ? Uuid::random() : row.event_id;
    const auto signature = signature_header(secrets, {id.to_text(), row.now_s, row.body});
    if (!signature) return std::unexpected(signature.error());
    return work::HttpCall{
        .url = row.url,
        .headers = {"Content-Type: application/json", "webhook-id: " + id.to_text(),
                    "webhook-timestamp: " + std::to_string(row.now_s), "webhook-signature: " + *signature},
        .body = row.body,
        .connect_timeout_ms = std::min(connect_timeout_ms, config.webhook_timeout_s * 1'000),
        .total_timeout_ms = config.webhook_timeout_s * 1'000,
        .answer_bytes_max = answer_bytes_max,
        .public_addresses_only = !any_address,
        .loopback_too = config.webhook_allow_loopback,
        .keep_beginning = true,
        .follow_redirects = config.breaks("follow_redirects")};
}

Task<void> Worker::Lane::carry(std::shared_ptr<Lane> lane, TakenRow row) {
    if (lane->stopping) co_return;
    Ended how{.delivery = row.id, .endpoint = row.endpoint_id, .event = row.event_id, .number = row.tries};
    const auto began = Clock::now();
    work::HttpResult result = std::unexpected(work::HttpTrouble{});
    auto call = lane->call_of(row);
    if (call) {
        result = co_await lane->client->send(std::move(*call));
        if (lane->stopping) co_return;
    } else {
        result.error().what = call.error();
    }
    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    how.duration_ms = static_cast<std::int32_t>(spent.count());
    judge(how, result, lane->parts.config);
    lane->ended.push_back(std::move(how));
    lane->ring();
}

Task<void> Worker::Lane::tend(std::shared_ptr<Lane> lane) {
    while (!lane->stopping) {
        try {
            co_await lane->db.execute(work_sql.give_up);
            if (lane->stopping) co_return;
            co_await lane->db.execute(work_sql.forget_former);
            if (lane->stopping) co_return;
            const auto waiting = co_await lane->db.find(work_sql.waiting);
            if (!lane->stopping) lane->parts.waiting(lane->market, waiting.value_or(0));
        } catch (const std::exception& error) {
            if (lane->stopping) co_return;
            log::warning("webhooks.not_tended", {{"market", lane->market}, {"what", error.what()}});
        }
        if (!lane->stopping) co_await lane->tending.wait(tend_interval);
    }
}

}  // namespace marque::webhooks
