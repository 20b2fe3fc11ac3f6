// The only place that knows libphonenumber.
#include "core/phone.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>

#include "core/check.h"
#include "core/phone_additions.h"

namespace marque {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::string_view no_phone = "must be a phone number, like +996505231255";

std::string e164_of(const PhoneNumber& number) {
    std::string e164;
    PhoneNumberUtil::GetInstance()->Format(number, PhoneNumberUtil::E164, &e164);
    return e164;
}

/// A possible number as libphonenumber would write it; nothing where it is none.
std::optional<std::string> formatted(const std::string& plain) {
    const auto* util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (util->Parse(plain, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR || !util->IsPossibleNumber(number)) {
        return std::nullopt;
    }
    return e164_of(number);
}

/// Digits and a leading plus. One documented normalisation (S0:245): separators go; everything else is no phone.
std::optional<std::string> plain_of(std::string_view text) {
    if (text.size() > Phone::facts.max_length) return std::nullopt;
    std::string plain;
    for (const char c : text) {
        if (c == ' ' || c == '-' || c == '(' || c == ')' || c == '.') continue;
        const bool leading_plus = c == '+' && plain.empty();
        if (!leading_plus && (c < '0' || c > '9')) return std::nullopt;
        plain += c;
    }
    return plain;
}

/// Whether it looks like a number of `region`: one its plan knows, or one as long as its mobiles. Not as long as any of
/// its numbers: many regions have some of many lengths, and a number that lacks a digit would be somebody's abroad.
bool looks_like_one_of(const std::string& region, const PhoneNumber& number) {
    const auto* util = PhoneNumberUtil::GetInstance();
    std::string national;
    util->GetNationalSignificantNumber(number, &national);
    if (util->IsValidNumberForRegion(number, region)) return true;
    const auto length = util->IsPossibleNumberForTypeWithReason(number, PhoneNumberUtil::MOBILE);
    return length == PhoneNumberUtil::IS_POSSIBLE && !national.starts_with('0');
}

/// Digits as people of a region dial them among themselves.
std::optional<std::string> dialled_in(const std::string& region, const std::string& digits) {
    PhoneNumber number;
    if (PhoneNumberUtil::GetInstance()->Parse(digits, region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return {};
    return looks_like_one_of(region, number) ? std::optional{e164_of(number)} : std::nullopt;
}

/// Digits that begin with a country's code.
std::optional<std::string> dialled_abroad(const std::string& digits) {
    const auto* util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (util->Parse("+" + digits, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR) return {};
    std::string region;
    util->GetRegionCodeForNumber(number, &region);
    if (region == "ZZ") util->GetRegionCodeForCountryCode(number.country_code(), &region);
    return looks_like_one_of(region, number) ? std::optional{e164_of(number)} : std::nullopt;
}

PhoneNumber number_of(std::string_view e164) {
    PhoneNumber number;
    const auto parsed = PhoneNumberUtil::GetInstance()->Parse(std::string{e164}, "ZZ", &number);
    check(parsed == PhoneNumberUtil::NO_PARSING_ERROR, "a phone that was parsed is no phone");
    return number;
}

PhoneType type_of(PhoneNumberUtil::PhoneNumberType type) {
    switch (type) {
        case PhoneNumberUtil::FIXED_LINE:
            return PhoneType::fixed_line;
        case PhoneNumberUtil::MOBILE:
            return PhoneType::mobile;
        case PhoneNumberUtil::FIXED_LINE_OR_MOBILE:
            return PhoneType::fixed_line_or_mobile;
        case PhoneNumberUtil::TOLL_FREE:
            return PhoneType::toll_free;
        case PhoneNumberUtil::PREMIUM_RATE:
            return PhoneType::premium_rate;
        case PhoneNumberUtil::SHARED_COST:
            return PhoneType::shared_cost;
        case PhoneNumberUtil::VOIP:
            return PhoneType::voip;
        case PhoneNumberUtil::PERSONAL_NUMBER:
            return PhoneType::personal_number;
        case PhoneNumberUtil::PAGER:
            return PhoneType::pager;
        case PhoneNumberUtil::UAN:
            return PhoneType::uan;
        case PhoneNumberUtil::VOICEMAIL:
            return PhoneType::voicemail;
        case PhoneNumberUtil::UNKNOWN:
            return PhoneType::unknown;
    }
    fail_check("libphonenumber has a new type of number", std::source_location::current());
}

/// "+1", three digits of area, seven of the subscriber.
bool is_north_american(std::string_view e164) { return e164.starts_with("+1") && e164.size() == 12; }

std::optional<PhonePlace> added_place(std::string_view e164) {
    if (is_north_american(e164) && e164[5] < '2') return std::nullopt;
    for (const auto& addition : phone_additions) {
        if (e164.size() != addition.length || !e164.starts_with(addition.prefix)) continue;
        return PhonePlace{std::string{addition.region}, addition.type};
    }
    return std::nullopt;
}

PhonePlace place_of_text(std::string_view e164) {
    const auto* util = PhoneNumberUtil::GetInstance();
    const PhoneNumber number = number_of(e164);
    PhonePlace place;
    util->GetRegionCodeForNumber(number, &place.region);
    if (place.region == "ZZ") place.region.clear();
    // Without a region no plan has a type for it, and asking would only compare it with the main region's.
    if (!place.region.empty()) place.type = type_of(util->GetNumberType(number));
    if (place.type == PhoneType::unknown) place = added_place(e164).value_or(place);
    return place;
}

/// Numbers that begin like this belong to somebody wherever their area code is in use: 234-5678.
constexpr std::string_view neighbour_subscriber = "2345678";

/// Pay-per-call numbers within ordinary area codes; libphonenumber has no rule for them.
bool is_pay_per_call(std::string_view e164) { return is_north_american(e164) && e164.substr(5, 3) == "976"; }

PhonePlace judged_place(const Phone& phone) {
    const std::string& e164 = phone.to_text();
    PhonePlace place = place_of_text(e164);
    if (place.type == PhoneType::unknown && is_north_american(e164)) {
        const auto neighbours = place_of_text(e164.substr(0, 5).append(neighbour_subscriber));
        if (!neighbours.region.empty()) place.region = neighbours.region;
        const bool ordinary =
            neighbours.type == PhoneType::fixed_line_or_mobile || neighbours.type == PhoneType::fixed_line;
        if (!ordinary) place.type = neighbours.type;
    }
    if (is_pay_per_call(e164)) place.type = PhoneType::premium_rate;
    return place;
}

bool holds(std::span<const std::string> words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

}  // namespace

Parsed<Phone> Phone::parse(std::string_view text) {
    auto plain = plain_of(text);
    if (!plain) return std::unexpected(std::string{no_phone});
    if (!plain->starts_with('+')) plain->insert(plain->begin(), '+');
    const auto e164 = formatted(*plain);
    // Some numbers are written as others (leading zeros go one by one): a phone is an identity and must have one form.
    if (!e164 || formatted(*e164) != *e164) {
        return std::unexpected("must be a possible phone number with its country code, like +996505231255");
    }
    // libphonenumber takes some German numbers for possible that no E.164 address can hold.
    constexpr std::size_t digits_max = 15;
    if (e164->size() > 1 + digits_max) return std::unexpected("must have at most 15 digits with its country code");
    return Phone{*e164};
}

Parsed<TypedPhone> TypedPhone::parse(std::string_view text) {
    auto plain = plain_of(text);
    if (!plain || plain->size() < facts.min_length) return std::unexpected(std::string{no_phone});
    return TypedPhone{std::move(*plain)};
}

Parsed<Phone> TypedPhone::in(const std::string& region) const {
    if (plain_.starts_with('+')) return Phone::parse(plain_);
    auto e164 = region.empty() ? std::nullopt : dialled_in(region, plain_);
    if (!e164) e164 = dialled_abroad(plain_);
    return e164 ? Phone::parse(*e164) : std::unexpected(std::string{no_phone});
}

std::string Phone::masked() const {
    std::string out = e164_;
    // Of a short number what stands in front would be most of it.
    const std::size_t shown = out.size() < 10 ? 1 : 4;
    for (std::size_t i = shown; i + 2 < out.size(); ++i) out[i] = '*';
    return out;
}

PhonePlace place_of(const Phone& phone) { return place_of_text(phone.to_text()); }

PhoneVerdict judge(const Phone& phone, std::span<const std::string> regions, std::span<const std::string> types) {
    PhoneVerdict verdict{.problem = std::nullopt, .place = judged_place(phone)};
    const auto& [region, type] = verdict.place;
    const bool mobile = type == PhoneType::mobile || type == PhoneType::fixed_line_or_mobile;
    if (!regions.empty() && !region.empty() && !holds(regions, region)) {
        verdict.problem = PhoneProblem::other_region;
    } else if (!mobile && !holds(types, enum_word(type))) {
        verdict.problem = PhoneProblem::other_type;
    }
    return verdict;
}

}  // namespace marque
