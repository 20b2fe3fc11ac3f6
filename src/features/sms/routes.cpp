// Status callbacks: what providers say of messages after they took them. Nothing unsigned is believed.
#include <openssl/crypto.h>

#include "core/log.h"
#include "features/sms/queries.h"
#include "features/sms/sms.h"

namespace marque::sms {
namespace {

using http::Context;

constexpr Refusal bad_signature{403, "sms.bad_signature", "The callback is not signed by the provider"};
constexpr Refusal bad_callback{422, "sms.bad_callback", "The callback names no delivery"};

bool equal_in_constant_time(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string value_of(const http::Pairs& pairs, std::string_view name) {
    const auto found = std::ranges::find(pairs, name, &http::Pairs::value_type::first);
    return found == pairs.end() ? std::string{} : found->second;
}

/// A provider repeats itself and is sometimes late; what is not news is no mistake.
Task<void> store(Context& context, MarketCode market, std::int64_t delivery, std::string provider, Report report,
                 std::optional<std::string> provider_message_id) {
    if (report.status.empty()) co_return;
    db::Handle db = context.thread.cluster.market(market);
    const auto changed =
        co_await db.write(sql.report, delivery, provider, report.status, report.error, provider_message_id);
    if (changed.empty()) co_return;
    log::info("sms." + report.status, {{"market", market.to_text()},
                                       {"provider", provider},
                                       {"message", std::to_string(changed.front())},
                                       {"what", report.error.value_or("")}});
}

Task<http::NoContent> twilio_status(Context& context) {
    const auto& settings = context.service<Settings>().twilio;
    const auto form = http::parse_query(context.request.body);
    if (!settings || !form) throw Refused{bad_signature};
    const std::string url = settings->public_url + std::string{context.request.target};
    const std::string expected = twilio_signature(settings->auth_token, url, *form);
    const bool is_signed = equal_in_constant_time(context.request.header("X-Twilio-Signature"), expected);
    if (!is_signed && !context.thread.config.breaks("unsigned_sms_status")) throw Refused{bad_signature};
    const auto market = MarketCode::parse(value_of(context.query, "market"));
    const auto delivery = parse_integer(value_of(context.query, "delivery"));
    if (!market || !context.thread.cluster.has(*market) || !delivery) throw Refused{bad_callback};
    const Report report = twilio_report(value_of(*form, "MessageStatus"), value_of(*form, "ErrorCode"));
    std::optional<std::string> sid = value_of(*form, "MessageSid");
    if (sid->empty()) sid.reset();
    co_await store(context, *market, *delivery, "twilio", report, sid);
    co_return http::NoContent{};
}

/// The delivery a gateway means: by our own id ("kg1207"), or by the one it gave.
Task<std::optional<std::int64_t>> find_delivery(db::Handle db, std::string id) {
    const std::string market = db.market().to_text();
    const auto number = id.starts_with(market) ? parse_integer(std::string_view{id}.substr(market.size()))
                                               : Parsed<std::int64_t>{std::unexpected(std::string{})};
    std::optional<std::int64_t> delivery;
    if (number) delivery = co_await db.find(sql.delivery_of_message, *number, "gateway");
    if (!delivery) delivery = co_await db.find(sql.delivery_of_provider, id, "gateway");
    co_return delivery;
}

Task<http::NoContent> gateway_status(Context& context, MarketCode market) {
    const auto& gateways = context.service<Settings>().gateways;
    const auto gateway = gateways.find(market);
    if (gateway == gateways.end() || !context.thread.cluster.has(market)) throw Refused{bad_signature};
    const GatewaySettings& settings = gateway->second;
    const auto header = context.request.header("X-Webhook-Secret");
    const std::string secret = header.empty() ? value_of(context.query, "secret") : std::string{header};
    const bool known = !settings.status_secret.empty() && equal_in_constant_time(secret, settings.status_secret);
    if (!known && !context.thread.config.breaks("unsigned_sms_status")) throw Refused{bad_signature};
    const auto said = [&](const std::string& path) {
        const std::string in_query = value_of(context.query, path);
        return in_query.empty() ? value_at(context.request.body, path) : in_query;
    };
    const std::string id = said(settings.status_id_path);
    const auto delivery = co_await find_delivery(context.thread.cluster.market(market), id);
    if (!delivery) throw Refused{bad_callback};
    co_await store(context, market, *delivery, "gateway", gateway_report(settings, said(settings.status_path)), {});
    co_return http::NoContent{};
}

}  // namespace

http::Routes routes() {
    using http::Access;
    return {
        http::post<"/api/v1/webhooks/sms/twilio", twilio_status>({.summary = "Twilio reports on a message",
                                                                  .access = Access::open,
                                                                  .refuses = {&bad_signature, &bad_callback},
                                                                  .statements_max = 1}),
        http::post<"/api/v1/webhooks/sms/gateway/{market}", gateway_status>(
            {.summary = "A market's SMS gateway reports on a message",
             .access = Access::open,
             .refuses = {&bad_signature, &bad_callback},
             .statements_max = 3}),
    };
}

}  // namespace marque::sms
