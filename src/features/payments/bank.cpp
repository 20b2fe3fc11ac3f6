// Pages, questions and refunds of a market's bank.
#include "features/payments/bank.h"

#include <fmt/format.h>

#include <map>

#include "features/payments/signature.h"
#include "features/payments/stripe_objects.h"
#include "json/write.h"

namespace marque::payments {
namespace {

struct RefundOrder {
    std::string amount;
    std::string currency;
    std::string merchant;
    std::string payment;
    std::string refund;
};
RECORD(RefundOrder, amount, currency, merchant, payment, refund);

/// Sorted by name, so that both sides sign the same text.
std::string form_of(const std::map<std::string, std::string>& fields) {
    std::string text;
    for (const auto& [name, value] : fields) {
        if (!text.empty()) text += '&';
        text += name + "=" + work::form_encoded(value);
    }
    return text;
}

std::string signed_form(const std::map<std::string, std::string>& fields, const std::string& secret) {
    const std::string text = form_of(fields);
    return text + "&signature=" + hmac_sha256_hex(secret, text);
}

std::optional<Status> status_of(std::string_view word) {
    if (word == "created" || word == "waiting") return Status::requires_action;
    if (word == "processing") return Status::processing;
    if (word == "failed") return Status::failed;
    if (word == "cancelled" || word == "expired") return Status::cancelled;
    if (word == "paid" || word == "refunded") return Status::paid;
    return std::nullopt;
}

std::string trouble_of(const work::HttpResult& result) {
    return result ? fmt::format("status {}", result->status) : result.error().what;
}

}  // namespace

Parsed<BankNotice> read_bank_notice(std::string_view body) {
    const auto parsed = json::parse(body);
    if (!parsed) return std::unexpected("is no JSON: " + parsed.error().message);
    BankNotice notice;
    notice.id = text_member(*parsed, "event_id");
    Report& report = notice.report;
    const auto id = Uuid::parse(text_member(*parsed, "payment"));
    if (!id) return std::unexpected("names no payment");
    report.payment = *id;
    report.reference = id->to_text();
    const auto status = status_of(text_member(*parsed, "status"));
    if (!status) return std::unexpected("has a status that is none");
    report.status = *status;
    report.currency = text_member(*parsed, "currency");
    const auto currency = Currency::parse(report.currency);
    if (!currency) return std::unexpected("names no currency");
    const auto amount = Money::parse(text_member(*parsed, "amount"), *currency);
    if (!amount) return std::unexpected("names no amount");
    report.amount_minor = amount->minor();
    const auto refunded = Money::parse(text_member(*parsed, "refunded"), *currency);
    if (refunded) report.refunded_minor = refunded->minor();
    const auto* test = parsed->member("test");
    report.live = test == nullptr || test->as<bool>() == nullptr || !*test->as<bool>();
    report.failure = text_member(*parsed, "reason");
    const auto at = integer_member(*parsed, "at");
    if (at > 0) report.at = Timestamp{Timestamp::Point{std::chrono::seconds{at}}};
    return notice;
}

std::string bank_page(const BankSettings& bank, const Charge& charge) {
    std::string back = bank.return_url;
    if (const auto hole = back.find("{order}"); hole != std::string::npos)
        back.replace(hole, 7, charge.order.to_text());
    const std::map<std::string, std::string> fields{{"amount", charge.amount.to_text()},
                                                    {"currency", charge.amount.currency().to_text()},
                                                    {"description", charge.order_number},
                                                    {"expires", std::to_string(charge.expires_at.unix_s())},
                                                    {"merchant", bank.merchant},
                                                    {"payment", charge.payment.to_text()},
                                                    {"return_url", back}};
    return bank.page_url + "?" + signed_form(fields, bank.secret);
}

/// Nothing is told to the bank beforehand: the signed address is the order to it.
Task<Answer> Bank::open(Charge charge) {
    Report report{.status = Status::requires_action,
                  .reference = charge.payment.to_text(),
                  .payment = charge.payment,
                  .market = charge.market,
                  .amount_minor = charge.amount.minor(),
                  .currency = charge.amount.currency().to_text(),
                  .live = is_live()};
    report.action_url = bank_page(settings_, charge);
    co_return report;
}

Task<Answer> Bank::ask(Charge charge) {
    const std::map<std::string, std::string> fields{{"merchant", settings_.merchant},
                                                    {"payment", charge.payment.to_text()},
                                                    {"time", std::to_string(Timestamp::now().unix_s())}};
    work::HttpCall call;
    call.method = "GET";
    call.url = settings_.status_url + "?" + signed_form(fields, settings_.secret);
    call.total_timeout_ms = settings_.timeout_ms;
    const auto result = co_await client_.send(std::move(call));
    if (!result) co_return std::unexpected(Trouble{result.error().what});
    if (result->status == 404) {
        // The buyer has never been on the bank's page.
        Report none{.status = Status::requires_action, .reference = charge.reference, .payment = charge.payment};
        none.amount_minor = charge.amount.minor();
        none.currency = charge.amount.currency().to_text();
        none.live = is_live();
        co_return none;
    }
    const auto notice = read_bank_notice(result->status == 200 ? result->body : "");
    if (!notice) co_return std::unexpected(Trouble{trouble_of(result) + ": an answer that " + notice.error()});
    if (notice->report.payment != charge.payment)
        co_return std::unexpected(Trouble{"the answer is of another payment"});
    co_return notice->report;
}

/// The address expires by itself; until then the bank may still take money, which goes back then.
Task<Answer> Bank::close(Charge charge) {
    auto answer = co_await ask(charge);
    if (!answer || answer->status != Status::requires_action) co_return answer;
    if (Timestamp::now() <= charge.expires_at) co_return std::unexpected(Trouble{"its page has not expired yet"});
    answer->status = Status::cancelled;
    co_return answer;
}

Task<ReversalAnswer> Bank::give_back(Reversal reversal) {
    work::HttpCall call;
    call.url = settings_.refund_url;
    call.total_timeout_ms = settings_.timeout_ms;
    call.body =
        json::written(RefundOrder{reversal.amount.to_text(), reversal.amount.currency().to_text(), settings_.merchant,
                                  reversal.charge.payment.to_text(), reversal.refund.to_text()});
    call.headers = {"Content-Type: application/json", "Idempotency-Key: " + reversal.refund.to_text(),
                    "X-Signature: " + sign(call.body, settings_.secret, Timestamp::now().unix_s())};
    const auto result = co_await client_.send(std::move(call));
    if (!result) co_return std::unexpected(Trouble{result.error().what});
    const auto body = json::parse(result->body);
    const std::string status = body ? text_member(*body, "status") : "";
    ReversalReport report{.reference = body ? text_member(*body, "reference") : ""};
    if (result->status == 200 && status == "succeeded") {
        report.state = ReversalReport::State::succeeded;
    } else if (result->status == 422 || status == "failed") {
        report.state = ReversalReport::State::failed;
        report.failure = body ? text_member(*body, "reason") : "";
    } else if (result->status != 200 || status != "pending") {
        co_return std::unexpected(Trouble{trouble_of(result)});
    }
    co_return report;
}

}  // namespace marque::payments
