// Fields of an id, a length and a value, one behind the other; field 32 holds fields of its own.
#include "features/payments/elqr.h"

#include <fmt/format.h>

#include "core/digest.h"

namespace marque::payments {
namespace {

constexpr std::size_t value_length_max = 99;
constexpr std::size_t name_length_max = 25;

std::string field(std::string_view id, std::string_view value) {
    value = value.substr(0, value_length_max);
    return fmt::format("{}{:02}{}", id, value.size(), value);
}

std::string check_sum(std::string_view payload) {
    const std::string digest = sha256_hex(payload);
    return digest.substr(digest.size() - 4);
}

/// A UUID without its hyphens: a transaction's id may have 32 letters.
std::string compact(std::string_view uuid) {
    std::string text;
    for (const char c : uuid) {
        if (c != '-') text += c;
    }
    return text;
}

}  // namespace

std::string elqr_payload(const BankSettings& bank, std::string_view payment, Money amount) {
    if (bank.qr_host.empty() || amount.currency().to_text() != "KGS") return {};
    std::string account = field("00", bank.qr_host);
    if (!bank.qr_service.empty()) account += field("01", bank.qr_service);
    account += field("10", bank.qr_account) + field("11", compact(payment));
    account += field("12", "12") + field("13", "12");  // neither amount nor account may be changed by the payer
    if (account.size() > value_length_max) return {};
    std::string payload = field("00", "01") + field("01", "12");  // version 1, for one payment
    payload += field("32", account) + field("52", bank.qr_category) + field("53", "417");
    payload += field("54", std::to_string(amount.minor()));  // in tyiyn
    payload += field("59", std::string_view{bank.qr_name}.substr(0, name_length_max));
    return payload + field("63", check_sum(payload));
}

bool elqr_is_sound(std::string_view payload) {
    constexpr std::size_t tail = 8;  // "6304" and the sum
    if (payload.size() <= tail || payload.substr(payload.size() - tail, 4) != "6304") return false;
    return payload.substr(payload.size() - 4) == check_sum(payload.substr(0, payload.size() - tail));
}

}  // namespace marque::payments
