// Calls as Stripe documents them. Each that changes something carries our own id as its Idempotency-Key, so that
// whatever is repeated after whatever failure has its effect once.
#include "features/payments/stripe.h"

#include <fmt/format.h>

#include "core/text.h"
#include "features/payments/stripe_objects.h"

namespace marque::payments {
namespace {

/// The version whose objects are read here; an account may be newer, and its events come in the endpoint's own version.
constexpr std::string_view api_version = "2024-06-20";

std::string key_of(const Uuid& id, std::int32_t attempt) {
    return attempt == 1 ? id.to_text() : fmt::format("{}-{}", id.to_text(), attempt);
}

/// "status 402, card_declined": neither texts nor ids of customers.
std::string trouble_word(const work::HttpAnswer& answer) {
    const auto body = json::parse(answer.body);
    const auto* error = body ? body->member("error") : nullptr;
    if (error == nullptr) return fmt::format("status {}", answer.status);
    const std::string code = text_member(*error, "code");
    return fmt::format("status {}, {}", answer.status, code.empty() ? text_member(*error, "type") : code);
}

std::expected<json::Value, Trouble> object_of(const work::HttpResult& result) {
    if (!result) return std::unexpected(Trouble{result.error().what, !result.error().may_have_arrived});
    if (result->status != 200) return std::unexpected(Trouble{trouble_word(*result)});
    auto body = json::parse(result->body, {.values_max = 50'000});
    if (!body) return std::unexpected(Trouble{"an answer that is no JSON"});
    return std::move(*body);
}

/// Stripe keeps the first answer to a key, failures of its own (5xx) too: the same key would get it for ever.
bool is_kept_failure(const work::HttpResult& result) { return result && result->status >= 500; }

std::string amount_fields(Money amount) {
    return fmt::format("amount={}&currency={}", amount.minor(), lowered(amount.currency().to_text()));
}

const json::Array* list_of(const json::Value& answer) {
    const auto* data = answer.member("data");
    return data == nullptr ? nullptr : data->as<json::Array>();
}

}  // namespace

work::HttpCall Stripe::call(std::string_view method, std::string_view path, std::string body) const {
    work::HttpCall call;
    call.method = method;
    call.url = settings_.api_base + std::string{path};
    call.headers = {"Authorization: Bearer " + settings_.secret_key, fmt::format("Stripe-Version: {}", api_version),
                    "Accept: application/json"};
    if (method == "POST") call.headers.emplace_back("Content-Type: application/x-www-form-urlencoded");
    call.body = std::move(body);
    call.total_timeout_ms = settings_.timeout_ms;
    return call;
}

Task<Answer> Stripe::open(Charge charge) {
    std::string body = amount_fields(charge.amount);
    body += "&automatic_payment_methods[enabled]=true";
    body += fmt::format("&metadata[payment_id]={}&metadata[market]={}&metadata[order_id]={}&metadata[order_number]={}",
                        charge.payment.to_text(), charge.market.to_text(), charge.order.to_text(),
                        work::form_encoded(charge.order_number));
    work::HttpCall request = call("POST", "/v1/payment_intents", std::move(body));
    request.headers.push_back("Idempotency-Key: " + key_of(charge.payment, charge.attempt));
    const auto result = co_await client_.send(std::move(request));
    if (is_kept_failure(result)) co_return co_await find_made(std::move(charge));
    const auto object = object_of(result);
    if (!object) co_return std::unexpected(object.error());
    co_return stripe_report(*object);
}

/// After a failure of Stripe's own: it may have made the intent all the same. What it lists is what there is.
Task<Answer> Stripe::find_made(Charge charge) {
    // A minute before, since its clock is another one.
    const std::string path =
        fmt::format("/v1/payment_intents?limit=100&created[gte]={}", charge.created_at.unix_s() - 60);
    std::string after;
    constexpr int pages_max = 20;
    for (int page = 0; page < pages_max; ++page) {
        const std::string position = after.empty() ? "" : "&starting_after=" + work::form_encoded(after);
        work::HttpCall request = call("GET", path + position, "");
        request.answer_bytes_max = 4 * 1024 * 1024;
        const auto result = co_await client_.send(std::move(request));
        const auto list = object_of(result);
        if (!list) co_return std::unexpected(Trouble{list.error().what});
        const auto* items = list_of(*list);
        if (items == nullptr || items->empty()) break;
        for (const auto& item : *items) {
            Report report = stripe_report(item);
            if (report.payment == charge.payment && report.status != Status::cancelled) co_return report;
        }
        after = text_member(items->back(), "id");
        const auto* more = list->member("has_more");
        if (more == nullptr || more->as<bool>() == nullptr || !*more->as<bool>()) break;
    }
    co_return std::unexpected(Trouble{"Stripe failed and has made nothing", true});
}

Task<Answer> Stripe::ask(Charge charge) {
    const std::string path = fmt::format("/v1/payment_intents/{}?expand[]=latest_charge", charge.reference);
    const auto result = co_await client_.send(call("GET", path, ""));
    const auto object = object_of(result);
    if (!object) co_return std::unexpected(object.error());
    co_return stripe_report(*object);
}

Task<Answer> Stripe::close(Charge charge) {
    const std::string path = fmt::format("/v1/payment_intents/{}/cancel", charge.reference);
    work::HttpCall request = call("POST", path, "cancellation_reason=abandoned");
    const auto result = co_await client_.send(std::move(request));
    // What was paid or cancelled meanwhile cannot be cancelled: what it is, is the answer.
    if (result && result->status >= 400 && result->status < 500 && result->status != 409 && result->status != 429) {
        co_return co_await ask(std::move(charge));
    }
    const auto object = object_of(result);
    if (!object) co_return std::unexpected(object.error());
    co_return stripe_report(*object);
}

Task<ReversalAnswer> Stripe::give_back(Reversal reversal) {
    std::string body =
        fmt::format("payment_intent={}&amount={}&metadata[refund_id]={}&metadata[market]={}", reversal.charge.reference,
                    reversal.amount.minor(), reversal.refund.to_text(), reversal.charge.market.to_text());
    work::HttpCall request = call("POST", "/v1/refunds", std::move(body));
    request.headers.push_back("Idempotency-Key: " + key_of(reversal.refund, reversal.attempt));
    const auto result = co_await client_.send(std::move(request));
    if (is_kept_failure(result)) co_return co_await find_given_back(std::move(reversal));
    // 400 is final: the charge has not that much left, or is disputed. 402 and the like are, too.
    if (result && (result->status == 400 || result->status == 402 || result->status == 404)) {
        co_return ReversalReport{ReversalReport::State::failed, {}, trouble_word(*result)};
    }
    const auto object = object_of(result);
    if (!object) co_return std::unexpected(object.error());
    co_return stripe_reversal(*object);
}

Task<ReversalAnswer> Stripe::find_given_back(Reversal reversal) {
    const std::string path = fmt::format("/v1/refunds?limit=100&payment_intent={}", reversal.charge.reference);
    work::HttpCall request = call("GET", path, "");
    request.answer_bytes_max = 4 * 1024 * 1024;
    const auto result = co_await client_.send(std::move(request));
    const auto list = object_of(result);
    if (!list) co_return std::unexpected(Trouble{list.error().what});
    const auto* items = list_of(*list);
    for (const auto& item : items == nullptr ? json::Array{} : *items) {
        const auto* metadata = item.member("metadata");
        if (metadata == nullptr || text_member(*metadata, "refund_id") != reversal.refund.to_text()) continue;
        co_return stripe_reversal(item);
    }
    co_return std::unexpected(Trouble{"Stripe failed and has given nothing back", true});
}

}  // namespace marque::payments
