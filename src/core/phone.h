#pragma once
// Phone numbers: parsed by libphonenumber, kept in E.164 (ruling 8); where they belong and what a market takes of them.

#include <compare>
#include <optional>
#include <span>
#include <string>

#include "core/parse.h"
#include "core/record.h"

namespace marque {

class Phone {
public:
    static constexpr TextFacts facts{.format = "phone", .min_length = 5, .max_length = 40, .example = "+996505231255"};

    Phone() = default;
    /// Spaces, dashes, brackets and a missing "+" are accepted; the number must be possible in its region.
    [[nodiscard]] static Parsed<Phone> parse(std::string_view text);
    /// E.164: "+996505231255".
    [[nodiscard]] const std::string& to_text() const { return e164_; }
    /// The last two digits with the rest hidden, for logs and screens: "+996*******55".
    [[nodiscard]] std::string masked() const;
    friend auto operator<=>(const Phone&, const Phone&) = default;

private:
    explicit Phone(std::string e164) : e164_(std::move(e164)) {}
    std::string e164_;
};

/// A phone as somebody typed it, who may have left out what everybody around them leaves out: the country's code.
class TypedPhone {
public:
    static constexpr TextFacts facts = Phone::facts;

    TypedPhone() = default;
    /// What nobody's number looks like is refused; the rest needs a region to be read.
    [[nodiscard]] static Parsed<TypedPhone> parse(std::string_view text);
    /// The number people of this region ("KG"; empty: of none) mean by it. With a "+" it is what it says. Without, it
    /// is theirs where it has the length of a number of theirs ("0700 123 456"), and else as if the "+" were there.
    [[nodiscard]] Parsed<Phone> in(const std::string& region) const;
    /// Its digits, and the "+" where there was one.
    [[nodiscard]] const std::string& to_text() const { return plain_; }

private:
    explicit TypedPhone(std::string plain) : plain_(std::move(plain)) {}
    std::string plain_;
};

/// libphonenumber's kinds of number, by its own names. North American numbers are mostly fixed_line_or_mobile: there
/// the numbers do not tell. `unknown`: possible, but no numbering plan knows it.
enum class PhoneType {
    mobile,
    fixed_line_or_mobile,
    fixed_line,
    toll_free,
    premium_rate,
    shared_cost,
    voip,
    personal_number,
    pager,
    uan,
    voicemail,
    unknown
};
ENUMERATION(PhoneType, mobile, fixed_line_or_mobile, fixed_line, toll_free, premium_rate, shared_cost, voip,
            personal_number, pager, uan, voicemail, unknown);

/// What libphonenumber's numbering plans say of a number.
struct PhonePlace {
    std::string region;  // "US", "CA", "001" for numbers of no country; empty where none claims it
    PhoneType type = PhoneType::unknown;
};
[[nodiscard]] PhonePlace place_of(const Phone& phone);

enum class PhoneProblem { other_region, other_type };

/// Why a market does not take a number; `place` is the one it was judged by.
struct PhoneVerdict {
    std::optional<PhoneProblem> problem;
    PhonePlace place;
};

/// Judges a number by the regions whose numbers a market takes (empty: all) and the types it takes besides mobiles.
/// A number that no plan knows is judged by its neighbours where its area code has some, so that an unassigned number
/// behind 900 or in Canada is refused like its neighbours; what is left is of type `unknown`.
[[nodiscard]] PhoneVerdict judge(const Phone& phone, std::span<const std::string> regions,
                                 std::span<const std::string> types);

}  // namespace marque
