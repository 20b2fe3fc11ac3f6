// What Stripe's objects and events say, in our words.
#include "core/text.h"
#include "features/payments/stripe.h"
#include "features/payments/stripe_objects.h"

namespace marque::payments {
namespace {

Timestamp time_of(std::int64_t unix_s) { return Timestamp{Timestamp::Point{std::chrono::seconds{unix_s}}}; }

/// Ids of expanded objects stand inside them.
std::string id_member(const json::Value& object, std::string_view name) {
    const auto* member = object.member(name);
    if (member == nullptr) return {};
    if (const auto* text = member->as<std::string>()) return *text;
    return text_member(*member, "id");
}

void read_metadata(const json::Value& object, Report& report) {
    const auto* metadata = object.member("metadata");
    if (metadata == nullptr) return;
    if (const auto id = Uuid::parse(text_member(*metadata, "payment_id"))) report.payment = *id;
    if (const auto market = MarketCode::parse(text_member(*metadata, "market"))) report.market = *market;
}

void read_refund(const json::Value& object, StripeEvent& event) {
    event.report.reference = id_member(object, "payment_intent");
    read_metadata(object, event.report);
    if (const auto* metadata = object.member("metadata"); metadata != nullptr) {
        if (const auto id = Uuid::parse(text_member(*metadata, "refund_id"))) event.refund = *id;
    }
    event.reversal = stripe_reversal(object);
}

/// A refund made in Stripe's dashboard stands in the charge's sum only.
void read_charge(const json::Value& object, StripeEvent& event) {
    Report& report = event.report;
    report.reference = id_member(object, "payment_intent");
    read_metadata(object, report);
    report.amount_minor = integer_member(object, "amount");
    report.currency = uppered(text_member(object, "currency"));
    report.refunded_minor = integer_member(object, "amount_refunded");
    const auto* captured = object.member("captured");
    const bool taken = captured != nullptr && captured->as<bool>() != nullptr && *captured->as<bool>();
    report.status = Status::paid;
    event.tells_refunds = taken && report.refunded_minor > 0;
}

}  // namespace

std::string text_member(const json::Value& object, std::string_view name) {
    const auto* member = object.member(name);
    const auto* text = member == nullptr ? nullptr : member->as<std::string>();
    return text == nullptr ? std::string{} : *text;
}

std::int64_t integer_member(const json::Value& object, std::string_view name) {
    const auto* member = object.member(name);
    const auto* number = member == nullptr ? nullptr : member->as<std::int64_t>();
    return number == nullptr ? 0 : *number;
}

Report stripe_report(const json::Value& intent) {
    Report report;
    report.reference = text_member(intent, "id");
    report.client_secret = text_member(intent, "client_secret");
    report.amount_minor = integer_member(intent, "amount");
    report.currency = uppered(text_member(intent, "currency"));
    const auto* live = intent.member("livemode");
    report.live = live != nullptr && live->as<bool>() != nullptr && *live->as<bool>();
    read_metadata(intent, report);
    const auto* error = intent.member("last_payment_error");
    if (error != nullptr) report.failure = text_member(*error, "message");
    const std::string status = text_member(intent, "status");
    report.status = Status::requires_action;
    if (status == "requires_payment_method" && error != nullptr && !error->is_null()) report.status = Status::failed;
    if (status == "processing" || status == "requires_capture") report.status = Status::processing;
    if (status == "canceled") report.status = Status::cancelled;
    if (status == "succeeded") {
        report.status = Status::paid;
        // What was really taken is what must equal the order's total.
        report.amount_minor = integer_member(intent, "amount_received");
    }
    const auto* charge = intent.member("latest_charge");
    if (charge != nullptr && charge->as<json::Object>() != nullptr) {
        report.refunded_minor = integer_member(*charge, "amount_refunded");
    }
    return report;
}

ReversalReport stripe_reversal(const json::Value& refund) {
    ReversalReport report;
    report.reference = text_member(refund, "id");
    const std::string status = text_member(refund, "status");
    if (status == "succeeded") report.state = ReversalReport::State::succeeded;
    if (status == "failed" || status == "canceled") report.state = ReversalReport::State::failed;
    report.failure = text_member(refund, "failure_reason");
    return report;
}

Parsed<StripeEvent> read_stripe_event(std::string_view body) {
    const auto parsed = json::parse(body);
    if (!parsed) return std::unexpected("is no JSON: " + parsed.error().message);
    StripeEvent event;
    event.id = text_member(*parsed, "id");
    event.type = text_member(*parsed, "type");
    const auto* data = parsed->member("data");
    const auto* object = data == nullptr ? nullptr : data->member("object");
    const bool named = !event.id.empty() && event.id.size() <= 255 && !event.type.empty() && event.type.size() <= 255;
    if (!named || object == nullptr) return std::unexpected("is no event of Stripe's");
    const auto* live = parsed->member("livemode");
    event.live = live != nullptr && live->as<bool>() != nullptr && *live->as<bool>();
    event.created = time_of(integer_member(*parsed, "created"));
    event.object = text_member(*object, "object");
    if (event.object == "payment_intent" && event.type.starts_with("payment_intent.")) {
        event.report = stripe_report(*object);
        event.tells_status = true;
    } else if (event.object == "charge" && event.type.starts_with("charge.")) {
        read_charge(*object, event);
    } else if (event.object == "refund") {
        read_refund(*object, event);
    } else if (event.object == "dispute") {
        event.report.reference = id_member(*object, "payment_intent");
        event.dispute = text_member(*object, "status");
    } else {
        read_metadata(*object, event.report);  // kept where it belongs, whatever it says
    }
    event.report.live = event.live;
    event.report.at = event.created;
    return event;
}

}  // namespace marque::payments
