// Rules of payments that need no database: QR payloads, signatures, what may follow what.
#include <doctest/doctest.h>

#include "features/payments/elqr.h"
#include "features/payments/settle.h"
#include "features/payments/signature.h"

using namespace marque;
using namespace marque::payments;

namespace {

Money som(std::int64_t minor) { return Money{minor, *Currency::parse("KGS")}; }

PaymentRow row_in(Status status) {
    PaymentRow row;
    row.id = Uuid::random();
    row.status = status;
    row.amount_minor = row.order_total_minor = 1'000;
    row.currency = row.order_currency = "USD";
    row.provider = "stripe";
    row.provider_reference = "pi_1";
    return row;
}

Told told_of(Status status) {
    Told told{.provider = "stripe"};
    told.report.status = status;
    told.report.reference = "pi_1";
    told.report.amount_minor = 1'000;
    told.report.currency = "USD";
    return told;
}

}  // namespace

TEST_CASE("[R60] an ELQR payload has its amount in tyiyn and a check sum that notices every changed letter") {
    BankSettings bank;
    bank.qr_host = "qr.bank.example";
    bank.qr_account = "1180000000000001";
    bank.qr_name = "MARQUE";
    const std::string payload = elqr_payload(bank, "0191e7c8-5b7a-4c1e-9d0a-3f6b2a9c8d7e", som(125'050));
    CHECK(payload.starts_with("000201010212"));
    CHECK(payload.find("5406125050") != std::string::npos);
    CHECK(elqr_is_sound(payload));
    for (std::size_t i = 0; i + 8 < payload.size(); ++i) {
        std::string changed = payload;
        changed[i] = changed[i] == '7' ? '8' : '7';
        CHECK_FALSE(elqr_is_sound(changed));
    }
    CHECK(elqr_payload(bank, "x", Money{100, *Currency::parse("USD")}).empty());
    CHECK(elqr_payload(BankSettings{}, "x", som(100)).empty());
}

TEST_CASE("[D2] a signature is good for five minutes both ways, with any of the secrets") {
    const std::string secrets[] = {"new", "old"};
    const std::string header = sign("{}", "old", 1'000'000);
    CHECK(verify(header, "{}", secrets, 1'000'000) == Verdict::good);
    CHECK(verify(header, "{}", secrets, 1'000'300) == Verdict::good);
    CHECK(verify(header, "{}", secrets, 1'000'301) == Verdict::too_old);
    CHECK(verify(header, "{}", secrets, 999'700) == Verdict::good);
    CHECK(verify(header, "{}", secrets, 999'699) == Verdict::from_the_future);
    CHECK(verify(header, "{ }", secrets, 1'000'000) == Verdict::wrong);
}

TEST_CASE("[D5] a payment that is paid stays so, and one that was given up may still be paid") {
    CHECK(next_status(row_in(Status::requires_action), told_of(Status::paid)) == Status::paid);
    CHECK(next_status(row_in(Status::cancelled), told_of(Status::paid)) == Status::paid);
    CHECK_FALSE(next_status(row_in(Status::paid), told_of(Status::failed)).has_value());
    CHECK_FALSE(next_status(row_in(Status::refunded), told_of(Status::paid)).has_value());
    CHECK_FALSE(next_status(row_in(Status::cancelled), told_of(Status::processing)).has_value());
}

TEST_CASE("[D6] what was not agreed is noticed") {
    const auto market = *MarketCode::parse("us");
    const PaymentRow row = row_in(Status::requires_action);
    CHECK(disagreement(row, market, told_of(Status::paid)).empty());
    auto told = told_of(Status::paid);
    told.report.amount_minor = 999;
    CHECK(disagreement(row, market, told) == "another amount");
    told = told_of(Status::paid);
    told.report.market = *MarketCode::parse("kg");
    CHECK(disagreement(row, market, told) == "another market");
    told = told_of(Status::paid);
    told.report.live = true;
    CHECK_FALSE(disagreement(row, market, told).empty());
}
