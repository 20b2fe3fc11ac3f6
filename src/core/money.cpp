// Currencies and exact amounts.
#include "core/money.h"

#include <fmt/format.h>

#include "core/check.h"
#include "core/text.h"

namespace marque {
namespace {

struct KnownCurrency {
    std::string_view code;
    int decimals;
};

// ISO 4217 minor units of the currencies a neighbouring market could need; the list grows with `market add`.
constexpr KnownCurrency known_currencies[] = {
    {"KGS", 2}, {"USD", 2}, {"EUR", 2}, {"KZT", 2}, {"UZS", 2}, {"RUB", 2}, {"TJS", 2}, {"TRY", 2}, {"CNY", 2},
    {"GBP", 2}, {"CAD", 2}, {"AUD", 2}, {"CHF", 2}, {"PLN", 2}, {"INR", 2}, {"AED", 2}, {"GEL", 2}, {"AMD", 2},
    {"AZN", 2}, {"MNT", 2}, {"BYN", 2}, {"UAH", 2}, {"SEK", 2}, {"NOK", 2}, {"DKK", 2}, {"CZK", 2}, {"MXN", 2},
    {"BRL", 2}, {"JPY", 0}, {"KRW", 0}, {"VND", 0}, {"KWD", 3}, {"BHD", 3}, {"TND", 3},
};

}  // namespace

Parsed<Currency> Currency::parse(std::string_view text) {
    const std::string code = uppered(text);
    for (const auto& known : known_currencies) {
        if (known.code == code) return Currency{known.code, known.decimals};
    }
    return std::unexpected("must be a known currency code, like KGS or USD");
}

Parsed<Money> Money::parse(std::string_view text, Currency currency) {
    const auto refuse = [&] {
        return std::unexpected(fmt::format("must be an amount with at most {} decimals", currency.decimals()));
    };
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const auto dot = text.find('.');
    const auto whole = text.substr(0, dot);
    const auto fraction = dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
    const bool bare_dot = dot != std::string_view::npos && fraction.empty();
    if (whole.empty() || bare_dot || fraction.size() > static_cast<std::size_t>(currency.decimals())) return refuse();
    std::string digits{whole};
    digits += fraction;
    digits.append(static_cast<std::size_t>(currency.decimals()) - fraction.size(), '0');
    if (digits.find_first_not_of("0123456789") != std::string::npos) return refuse();
    const auto minor = parse_integer(digits);
    if (!minor) return std::unexpected("is too large an amount");
    return Money{negative ? -*minor : *minor, currency};
}

std::string Money::to_text() const {
    const auto scale = static_cast<std::uint64_t>(currency_.minor_per_major());
    const auto absolute = minor_ < 0 ? ~static_cast<std::uint64_t>(minor_) + 1 : static_cast<std::uint64_t>(minor_);
    const char* sign = minor_ < 0 ? "-" : "";
    if (currency_.decimals() == 0) return fmt::format("{}{}", sign, absolute);
    return fmt::format("{}{}.{:0{}}", sign, absolute / scale, absolute % scale, currency_.decimals());
}

Money Money::operator+(Money other) const {
    check(currency_ == other.currency_, "amounts of two currencies added");
    std::int64_t sum = 0;
    check(!__builtin_add_overflow(minor_, other.minor_, &sum), "amount overflows");
    return Money{sum, currency_};
}

Money Money::operator-(Money other) const {
    check(currency_ == other.currency_, "amounts of two currencies subtracted");
    std::int64_t difference = 0;
    check(!__builtin_sub_overflow(minor_, other.minor_, &difference), "amount overflows");
    return Money{difference, currency_};
}

Money Money::operator*(std::int64_t count) const {
    std::int64_t product = 0;
    check(!__builtin_mul_overflow(minor_, count, &product), "amount overflows");
    return Money{product, currency_};
}

std::int64_t scaled_half_up(std::int64_t amount, std::int64_t numerator, std::int64_t denominator) {
    check(denominator > 0, "scale by a positive denominator");
    __extension__ using Wide = __int128;
    const Wide product = static_cast<Wide>(amount) * numerator;
    const Wide magnitude = product < 0 ? -product : product;
    const Wide rounded = (magnitude + denominator / 2) / denominator;
    check(rounded <= INT64_MAX, "scaled amount overflows");
    return static_cast<std::int64_t>(product < 0 ? -rounded : rounded);
}

}  // namespace marque
