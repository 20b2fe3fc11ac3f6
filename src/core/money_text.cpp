// Separators by ICU, sign by the market's data: ICU's own sign of the som differs from version to version.
#include "core/money_text.h"

#include <unicode/locid.h>
#include <unicode/numberformatter.h>
#include <unicode/uchar.h>

#include "core/check.h"

namespace marque {

namespace {

std::string written(Money amount, std::string_view sign, const Language& language, UNumberTrailingZeroDisplay zeros) {
    UErrorCode status = U_ZERO_ERROR;
    std::string number;
    icu::number::NumberFormatter::withLocale(icu::Locale::createCanonical(language.c_str()))
        .precision(icu::number::Precision::fixedFraction(amount.currency().decimals()).trailingZeroDisplay(zeros))
        .formatDecimal(amount.to_text(), status)
        .toString(status)
        .toUTF8String(number);
    check(U_SUCCESS(status) != 0, "ICU could not format an amount");
    const auto letters = icu::UnicodeString::fromUTF8(icu::StringPiece{sign.data(), static_cast<int32_t>(sign.size())});
    const bool is_symbol = letters.countChar32() == 1 && u_isalpha(letters.char32At(0)) == 0;
    constexpr std::string_view no_break_space = "\u00a0";
    if (language == "en" && is_symbol) {
        const bool negative = number.starts_with('-');
        return (negative ? "-" : "") + std::string{sign} + number.substr(negative ? 1 : 0);
    }
    return number + std::string{no_break_space} + std::string{sign};
}

}  // namespace

std::string money_for_people(Money amount, std::string_view sign, const Language& language) {
    return written(amount, sign, language, UNUM_TRAILING_ZERO_AUTO);
}

std::string price_for_people(Money amount, std::string_view sign, const Language& language) {
    return written(amount, sign, language, UNUM_TRAILING_ZERO_HIDE_IF_WHOLE);
}

}  // namespace marque
