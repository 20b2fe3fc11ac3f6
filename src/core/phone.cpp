// The only place that knows libphonenumber.
#include "core/phone.h"

#include <phonenumbers/phonenumberutil.h>

namespace marque {

Parsed<Phone> Phone::parse(std::string_view text) {
    using i18n::phonenumbers::PhoneNumber;
    using i18n::phonenumbers::PhoneNumberUtil;
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
    const auto* util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (util->Parse(plain, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR || !util->IsPossibleNumber(number)) {
        return std::unexpected("must be a possible phone number with its country code, like +996505231255");
    }
    std::string e164;
    util->Format(number, PhoneNumberUtil::E164, &e164);
    return Phone{std::move(e164)};
}

std::string Phone::masked() const {
    std::string out = e164_;
    for (std::size_t i = 4; i + 2 < out.size(); ++i) out[i] = '*';
    return out;
}

}  // namespace marque
