// The sender: takes due messages by lease, asks the market's providers in turn, records every try.
#include <algorithm>

#include "core/log.h"
#include "features/sms/queries.h"
#include "features/sms/sms.h"
#include "work/background.h"

namespace marque::sms {

using Clock = std::chrono::steady_clock;

namespace {

/// Messages of one market under way at once; the rest waits in the table.
constexpr int in_flight_max = 16;
/// How often a market's table is looked at when nobody rang: for retries, and for messages other servers left.
constexpr std::chrono::milliseconds look_interval{500};
/// A provider that failed so often in a row is asked last for a while: not every message shall wait for its deadline.
constexpr int failures_max = 3;
constexpr std::chrono::seconds rest_time{30};
constexpr int retry_max_s = 60;
/// Where the event says nothing: longer than any code is good.
constexpr std::int32_t useful_default_s = 600;

/// In development an SMS is a row that /dev/sms shows; identity knows how.
class Development : public Provider {
public:
    explicit Development(work::Handler show) : show_(std::move(show)) {}
    Task<Outcome> send(db::Handle db, Outgoing message) override {
        const work::SmsMessage shown{message.phone, message.message};
        const work::Event event{message.market, 0, std::string{work::SmsMessage::topic}, json::written(shown)};
        co_await show_(db, event);
        co_return Outcome{.kind = Outcome::Kind::accepted};
    }

private:
    work::Handler show_;
};

Task<void> accept_event(db::Handle db, const work::Event& event, Bell& bell) {
    const auto message = json::read_text<work::SmsMessage>(event.payload);
    check(message.has_value(), "an SMS event that cannot be read");
    const std::int32_t useful_s = message->useful_s.value_or(useful_default_s);
    co_await db.execute(sql.accept, event.market, event.id, message->phone, message->message, useful_s);
    if (bell.ring) bell.ring(event.market);
}

/// Which words end in the table for how a provider was asked.
struct Written {
    std::string status;
    std::string state;
};
Written written_as(Outcome::Kind kind) {
    switch (kind) {
        case Outcome::Kind::accepted:
            return {"accepted", "sent"};
        case Outcome::Kind::refused:
            return {"refused", "refused"};
        case Outcome::Kind::failed:
            break;
    }
    return {"failed", "waiting"};
}

std::string key_of(MarketCode market, std::int64_t id) { return market.to_text() + std::to_string(id); }

}  // namespace

struct Sender::Standing {
    int failures = 0;
    Clock::time_point rests_until{};
};

/// What one market's coroutines share. Once it is stopping, the sender and the database may be gone.
struct Sender::Lane {
    Lane(boost::asio::io_context& context, db::Handle handle) : db(handle), look(context), ask(context) {}
    db::Handle db;
    work::Alarm look;
    work::Alarm ask;
    int in_flight = 0;
    bool rung = false;
    bool stopping = false;
    std::map<std::string, Standing> standings;

    void ring() {
        rung = true;
        look.ring();
    }
};

void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers, Bell& bell) {
    handlers[std::string{work::SmsMessage::topic}] = [&bell](db::Handle db, const work::Event& event) {
        return accept_event(db, event, bell);
    };
}

Sender::Sender(boost::asio::io_context& context, SenderParts parts)
    : context_(context), parts_(std::move(parts)), client_(std::make_unique<work::HttpClient>(context)) {
    if (parts_.config.development()) development_ = std::make_unique<Development>(parts_.show);
    if (parts_.settings.twilio) twilio_ = std::make_unique<Twilio>(*client_, *parts_.settings.twilio);
    for (const auto& [market, settings] : parts_.settings.gateways) {
        gateways_[market] = std::make_unique<Gateway>(*client_, settings);
    }
    parts_.bell.ring = [this](MarketCode market) {
        if (const auto lane = lanes_.find(market); lane != lanes_.end()) lane->second->ring();
    };
}

Sender::~Sender() {
    parts_.bell.ring = nullptr;
    for (const auto& [market, lane] : lanes_) {
        lane->stopping = true;
        lane->look.ring();
        lane->ask.ring();
    }
}

void Sender::serve(db::Handle db) {
    const auto lane = std::make_shared<Lane>(context_, db);
    lanes_[db.market()] = lane;
    work::spawn(context_, work_off(*this, lane));
    const auto gateway = gateways_.find(db.market());
    if (gateway == gateways_.end() || gateway->second->settings().status_url.empty()) return;
    work::spawn(context_, ask_statuses(*this, lane));
}

Provider* Sender::provider(MarketCode market, const std::string& word) const {
    if (word == "twilio") return twilio_.get();
    if (word == "development") return development_.get();
    const auto gateway = gateways_.find(market);
    return word == "gateway" && gateway != gateways_.end() ? gateway->second.get() : nullptr;
}

/// The market's own order, what is not configured left out, and what failed of late last. Development shows what
/// nobody is configured to send.
std::vector<std::string> Sender::words_in_order(const Lane& lane) const {
    const MarketCode market = lane.db.market();
    const MarketInfo* info = parts_.market(market);
    std::vector<std::string> words = info == nullptr ? std::vector<std::string>{} : provider_words(*info);
    std::erase_if(words, [&](const std::string& word) { return provider(market, word) == nullptr; });
    if (words.empty() && development_) words.emplace_back("development");
    const auto rests = [&](const std::string& word) {
        const auto standing = lane.standings.find(word);
        return standing != lane.standings.end() && standing->second.rests_until > Clock::now();
    };
    std::vector<std::string> resting;
    std::ranges::copy_if(words, std::back_inserter(resting), rests);
    std::erase_if(words, rests);
    std::ranges::move(resting, std::back_inserter(words));
    return words;
}

Task<void> Sender::work_off(Sender& sender, std::shared_ptr<Lane> lane) {
    const std::string market = lane->db.market().to_text();
    while (!lane->stopping) {
        std::vector<DueRow> taken;
        lane->rung = false;
        try {
            const auto due = co_await lane->db.find(sql.any_due);
            if (due && !lane->stopping && lane->in_flight < in_flight_max) {
                const auto expired = co_await lane->db.execute(sql.expire);
                if (lane->stopping) co_return;
                for (std::int64_t i = 0; i < expired; ++i) sender.parts_.count(market, "", "expired");
                taken = co_await lane->db.write(sql.take, in_flight_max - lane->in_flight);
            }
        } catch (const std::exception& error) {
            if (lane->stopping) co_return;
            log::warning("sms.not_taken", {{"market", market}, {"what", error.what()}});
        }
        if (lane->stopping) co_return;
        for (auto& row : taken) {
            auto opened = sender.parts_.open(row.message);
            if (!opened) {
                // Another key sealed it (JWT_SECRET changed); it expires by itself.
                log::error("sms.sealed_with_other_key", {{"market", market}, {"message", std::to_string(row.id)}});
                continue;
            }
            Outgoing message{.market = lane->db.market(),
                             .phone = std::move(row.phone),
                             .message = std::move(*opened),
                             .key = key_of(lane->db.market(), row.id),
                             .useful_s = row.useful_s};
            ++lane->in_flight;
            work::spawn(sender.context_, carry(sender, lane, std::move(message), row.id, row.rounds));
        }
        if (!lane->rung && taken.empty()) co_await lane->look.wait(look_interval);
    }
}

/// One message, one round: each provider in turn until one takes it or says that nobody can.
Task<void> Sender::carry(Sender& sender, std::shared_ptr<Lane> lane, Outgoing message, std::int64_t id, int round) {
    bool done = false;
    try {
        for (const auto& word : sender.words_in_order(*lane)) {
            done = co_await try_provider(sender, lane, word, message, id, round);
            if (done || lane->stopping) break;
        }
        if (!done && !lane->stopping) {
            const int wait_s = std::min(1 << std::min(round - 1, 6), retry_max_s);
            co_await lane->db.execute(sql.retry, id, round, wait_s);
        }
    } catch (const std::exception& error) {
        // The lease runs out by itself, and the message is due again.
        if (!lane->stopping) {
            log::warning("sms.not_recorded", {{"market", message.market.to_text()}, {"what", error.what()}});
        }
    }
    --lane->in_flight;
    if (!lane->stopping) lane->ring();
}

/// True where nothing is left to do for the message: it was taken, refused for good, or is somebody else's by now.
Task<bool> Sender::try_provider(Sender& sender, std::shared_ptr<Lane> lane, std::string word, Outgoing message,
                                std::int64_t id, int round) {
    const auto delivery = co_await lane->db.write(sql.begin, message.market, id, round, word);
    if (lane->stopping || delivery.empty()) co_return true;
    message.delivery = delivery.front();
    Outcome outcome;
    try {
        outcome = co_await sender.provider(message.market, word)->send(lane->db, message);
    } catch (const std::exception& error) {
        outcome.error = error.what();
    }
    if (lane->stopping) co_return true;

    const std::string market = message.market.to_text();
    const bool failed = outcome.kind == Outcome::Kind::failed;
    auto& standing = lane->standings[word];
    standing.failures = failed ? standing.failures + 1 : 0;
    if (standing.failures >= failures_max) standing.rests_until = Clock::now() + rest_time;
    const auto [status, state] = written_as(outcome.kind);
    sender.parts_.count(market, word, status);
    log::write(failed ? log::Level::warning : log::Level::info, "sms." + status,
               {{"market", market},
                {"provider", word},
                {"message", std::to_string(id)},
                {"what", outcome.error.value_or("")}});
    co_await lane->db.execute(sql.conclude, id, message.delivery, status, outcome.provider_message_id, outcome.error,
                              state);
    co_return !failed;
}

Task<void> Sender::ask_statuses(Sender& sender, std::shared_ptr<Lane> lane) {
    const MarketCode market = lane->db.market();
    const std::chrono::seconds ask_interval{sender.parts_.config.sms_status_poll_s};
    while (!lane->stopping) {
        co_await lane->ask.wait(ask_interval);
        if (lane->stopping) co_return;
        try {
            const auto rows = co_await lane->db.rows(sql.askable);
            for (const auto& row : rows) {
                if (lane->stopping) co_return;
                const std::string own = row.provider_message_id.value_or("");
                const auto report = co_await sender.gateways_[market]->ask(key_of(market, row.message_id), own);
                if (lane->stopping) co_return;
                if (report.status.empty()) continue;
                co_await lane->db.write(sql.report, row.id, "gateway", report.status, report.error,
                                        row.provider_message_id);
            }
        } catch (const std::exception& error) {
            if (lane->stopping) co_return;
            log::warning("sms.not_asked", {{"market", market.to_text()}, {"what", error.what()}});
        }
    }
}

}  // namespace marque::sms
