// The only place that knows libphonenumber.
#include "core/phone.h"

#include <phonenumbers/phonenumberutil.h>

namespace marque {
namespace {

/// A possible number as libphonenumber would write it; nothing where it is none.
std::optional<std::string> formatted(const std::string& plain) {
    using i18n::phonenumbers::PhoneNumber;
    using i18n::phonenumbers::PhoneNumberUtil;
    const auto* util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (util->Parse(plain, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR || !util->IsPossibleNumber(number)) {
        return std::nullopt;
    }
    std::string e164;
    util->Format(number, PhoneNumberUtil::E164, &e164);
    return e164;
}

}  // namespace

Parsed<Phone> Phone::parse(std::string_view text) {
    if (text.size() > facts.max_length) return std::unexpected("must be a phone number, like +996505231255");
    std::string plain;
    for (const char c : text) {
        // One documented normalisation (S0:245): separators go; everything else must be a digit or a leading plus.
        if (c == ' ' || c == '-' || c == '(' || c == ')' || c == '.') continue;
        const bool leading_plus = c == '+' && plain.empty();
        if (!leading_plus && (c < '0' || c > '9')) return std::unexpected("must be a phone number, like +996505231255");
        plain += c;
    }
    if (!plain.starts_with('+')) plain.insert(plain.begin(), '+');
    const auto e164 = formatted(plain);
    // Some numbers are written as others (leading zeros go one by one): a phone is an identity and must have one form.
    if (!e164 || formatted(*e164) != *e164) {
        return std::unexpected("must be a possible phone number with its country code, like +996505231255");
    }
    // libphonenumber takes some German numbers for possible that no E.164 address can hold.
    constexpr std::size_t digits_max = 15;
    if (e164->size() > 1 + digits_max) return std::unexpected("must have at most 15 digits with its country code");
    return Phone{*e164};
}

std::string Phone::masked() const {
    std::string out = e164_;
    // Of a short number what stands in front would be most of it.
    const std::size_t shown = out.size() < 10 ? 1 : 4;
    for (std::size_t i = shown; i + 2 < out.size(); ++i) out[i] = '*';
    return out;
}

}  // namespace marque
