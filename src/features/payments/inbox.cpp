// Webhooks in: verified, stored, answered. What they say is carried out afterwards (carry_out_event), in whatever order
// and however often it comes.
#include "features/payments/inbox.h"

#include <exception>
#include <map>
#include <tuple>

#include "core/digest.h"
#include "core/log.h"
#include "features/payments/carry_out.h"
#include "features/payments/signature.h"
#include "work/combiner.h"

namespace marque::payments {
namespace {

using http::Context;

constexpr Refusal bad_signature{400, "payments.bad_signature", "The webhook is not signed by the provider"};
constexpr Refusal bad_event{400, "payments.bad_event", "The webhook is no event of the provider's"};
/// Bytes of a webhook; those of Stripe are far smaller.
constexpr std::size_t body_bytes_max = 1024 * 1024;

/// Of one thread and market: events that come while so many statements are under way go with the next one.
constexpr work::CombinerLine::Limits line_limits{.runs = 2, .together = 32, .waiting = 1'000};

/// An event on its way into the inbox.
struct Arrival {
    db::Handle db;
    std::string provider;
    std::string id;
    std::string type;
    std::string_view body;
    bool verified = false;

    // How it ended; neither where it went with others and has to be tried by itself.
    bool is_stored = false;
    std::exception_ptr failure;
};

struct WebhookAnswer {
    bool received = true;
    bool verified = false;
};
RECORD(WebhookAnswer, received, verified);

std::string value_of(const http::Pairs& pairs, std::string_view name) {
    const auto found = std::ranges::find(pairs, name, &http::Pairs::value_type::first);
    return found == pairs.end() ? std::string{} : found->second;
}

/// Who signed: nobody where that is allowed, somebody who may speak for every market, or for one.
struct Signer {
    bool verified = false;
    std::optional<MarketCode> market;
};

Verdict verdict_of(const Context& context, const std::string& secret) {
    const auto header = context.request.header("Stripe-Signature");
    const std::span<const std::string> secrets{&secret, 1};
    if (!context.thread.config.breaks("compare_signature_prefix")) {
        return verify(header, context.request.body, secrets, context.now.unix_s());
    }
    // The negative control of D1: the beginning of a signature is enough.
    const auto at = header.find("v1=");
    const auto time = parse_integer(header.substr(2, header.find(',') - 2));
    if (at == std::string_view::npos || !time) return Verdict::malformed;
    const std::string expected = sign(context.request.body, secret, *time);
    return expected.substr(expected.find("v1="), 11) == header.substr(at, 11) ? Verdict::good : Verdict::wrong;
}

Signer require_signer(const Context& context, const Settings& settings) {
    if (settings.webhook_secrets.empty()) {
        // Ruling 26; outside development the server does not even start without a secret.
        if (!settings.development || settings.live()) throw Refused{bad_signature};
        return {};
    }
    // Of two headers nobody knows which one was meant.
    const auto is_signature = [](const http::Header& header) { return lowered(header.name) == "stripe-signature"; };
    if (std::ranges::count_if(context.request.headers, is_signature) > 1) throw Refused{bad_signature};
    const auto asked = MarketCode::parse(value_of(context.query, "market"));
    Verdict worst = Verdict::no_header;
    for (const auto& secret : settings.webhook_secrets) {
        if (asked && secret.market && *secret.market != *asked) continue;
        worst = verdict_of(context, secret.secret);
        if (worst == Verdict::good)
            return {true, secret.market ? secret.market : (asked ? std::optional{*asked} : std::nullopt)};
        if (worst == Verdict::too_old || worst == Verdict::from_the_future) break;
    }
    log::warning("payments.bad_signature",
                 {{"request_id", context.request_id}, {"what", std::string{verdict_word(worst)}}});
    throw Refused{bad_signature};
}

/// The market whose payment an event is about: as it was told to the provider, else whoever knows the reference.
Task<MarketCode> market_of(Context& context, const StripeEvent& event) {
    const auto& cluster = context.thread.cluster;
    if (event.report.market && cluster.has(*event.report.market)) co_return *event.report.market;
    for (const auto& market : event.report.reference.empty() ? std::vector<MarketCode>{} : cluster.markets()) {
        const auto found =
            co_await context.in_market(market).find(sql.find_by_reference, "stripe", event.report.reference);
        if (found) co_return market;
    }
    co_return context.thread.markets.default_market;
}

Task<void> store_one(Arrival& arrival) {
    co_await arrival.db.execute(event_sql.receive, arrival.db.market(), arrival.provider, arrival.id, arrival.type,
                                std::string{arrival.body}, arrival.verified);
    arrival.is_stored = true;
}

/// In the order of their ids, so that two servers with the same events never wait in a circle.
Task<void> store_together(std::vector<Arrival*> arrivals) {
    std::ranges::sort(arrivals, {}, [](const Arrival* each) { return std::tie(each->provider, each->id); });
    std::vector<std::string> providers;
    std::vector<std::string> ids;
    std::vector<std::string> types;
    std::vector<std::string> bodies;
    std::vector<bool> verified;
    for (const Arrival* arrival : arrivals) {
        providers.push_back(arrival->provider);
        ids.push_back(arrival->id);
        types.push_back(arrival->type);
        bodies.emplace_back(arrival->body);
        verified.push_back(arrival->verified);
    }
    db::Handle db = arrivals.front()->db;
    co_await db.execute(event_sql.receive_together, db.market(), providers, ids, types, bodies, verified);
    for (Arrival* arrival : arrivals) arrival->is_stored = true;
}

Task<void> store_all(std::vector<Arrival*> arrivals) {
    try {
        if (arrivals.size() > 1) {
            co_await store_together(arrivals);
        } else {
            co_await store_one(*arrivals.front());
        }
    } catch (...) {
        if (arrivals.size() == 1) arrivals.front()->failure = std::current_exception();
    }
}

/// Returns when the event is committed.
Task<void> store(Arrival arrival) {
    thread_local std::map<MarketCode, work::Combiner<Arrival>> lines;
    auto& line = lines.try_emplace(arrival.db.market(), line_limits).first->second;
    const bool had_room = co_await line.carry(arrival, store_all);
    if (!had_room) throw Refused{http::unavailable};
    if (arrival.failure) std::rethrow_exception(arrival.failure);
    if (!arrival.is_stored) co_await store_one(arrival);
}

Task<WebhookAnswer> receive_stripe(Context& context) {
    const auto& settings = context.service<Desk>().settings();
    const Signer signer = require_signer(context, settings);
    const auto event = read_stripe_event(context.request.body);
    if (!event) throw Refused{bad_event, "The body " + event.error()};
    const MarketCode market = co_await market_of(context, *event);
    if (signer.market && *signer.market != market) {
        log::warning("payments.bad_signature", {{"request_id", context.request_id}, {"what", "another market's"}});
        throw Refused{bad_signature};
    }
    Arrival arrival{.db = context.in_market(market),
                    .provider = "stripe",
                    .id = event->id,
                    .type = event->type,
                    .body = context.request.body,
                    .verified = signer.verified};
    co_await store(std::move(arrival));
    co_return WebhookAnswer{true, signer.verified};
}

Task<WebhookAnswer> receive_bank(Context& context, MarketCode market) {
    const auto& banks = context.service<Desk>().settings().banks;
    const auto bank = banks.find(market);
    if (bank == banks.end() || !context.thread.cluster.has(market)) throw Refused{bad_signature};
    const std::span<const std::string> secrets{&bank->second.secret, 1};
    const auto verdict =
        verify(context.request.header("X-Signature"), context.request.body, secrets, context.now.unix_s());
    if (verdict != Verdict::good) {
        log::warning("payments.bad_signature", {{"request_id", context.request_id},
                                                {"market", market.to_text()},
                                                {"what", std::string{verdict_word(verdict)}}});
        throw Refused{bad_signature};
    }
    const auto notice = read_bank_notice(context.request.body);
    if (!notice) throw Refused{bad_event, "The body " + notice.error()};
    const std::string id = notice->id.empty() ? sha256_hex(context.request.body) : notice->id;
    Arrival arrival{.db = context.in_market(market),
                    .provider = "local_bank",
                    .id = id,
                    .type = std::string{enum_word(notice->report.status)},
                    .body = context.request.body,
                    .verified = true};
    co_await store(std::move(arrival));
    co_return WebhookAnswer{true, true};
}

}  // namespace

http::Routes inbox_routes() {
    using http::Access;
    return {
        http::post<"/api/v1/webhooks/payments", receive_stripe>(
            {.summary = "An event of Stripe's, signed; stored and answered at once, carried out afterwards",
             .access = Access::open,
             .refuses = {&bad_signature, &bad_event},
             .statements_max = 20,
             .body_bytes_max = body_bytes_max}),
        http::post<"/api/v1/webhooks/payments/{market}", receive_bank>(
            {.summary = "A market's bank tells of a payment, signed in X-Signature",
             .access = Access::open,
             .refuses = {&bad_signature, &bad_event},
             .statements_max = 1}),
    };
}

}  // namespace marque::payments
