#pragma once
// One-time codes: six digits to a phone, limited on every side, guessed at few times, used once (docs/limits.md).

#include <optional>
#include <string>

#include "core/market.h"
#include "core/phone.h"
#include "core/refusal.h"
#include "core/text.h"
#include "features/identity/queries.h"
#include "http/context.h"

namespace marque::identity {

inline constexpr Refusal wrong_code{401, "auth.wrong_code", "The code is wrong or has expired"};
inline constexpr Refusal too_many_codes{429, "auth.too_many_codes",
                                        "A code was sent already; wait before asking for another"};
inline constexpr Refusal codes_paused{429, "auth.codes_paused", "No codes can be sent at the moment; try again later"};
inline constexpr Refusal too_many_failures{429, "auth.too_many_failures", "Too many wrong codes; try again later"};

/// Six digits from an SMS.
class OtpCode {
public:
    static constexpr TextFacts facts{.pattern = "^[0-9]{6}$", .min_length = 6, .max_length = 6, .example = "123456"};
    OtpCode() = default;
    [[nodiscard]] static Parsed<OtpCode> parse(std::string_view text);
    /// Each of the million equally likely, from the system's cryptographic generator.
    [[nodiscard]] static OtpCode random();
    [[nodiscard]] const std::string& to_text() const { return digits_; }

private:
    std::string digits_;
};

/// Sends a new code to a phone of the market, which must be the phone's own, and returns the challenge it answers.
/// Two round trips. Refuses what is over a limit; answers and costs are the same whoever the phone belongs to. When
/// only the part of the budget is left that is reserved for customers, nothing goes out to other phones, and nobody can
/// tell. The text goes through the outbox sealed (seal.h).
Task<Uuid> send_code(http::Context& context, const MarketInfo& market, Phone phone);

/// The account of a phone whose code this is, found or made in the transaction that uses the code up. Refuses any other
/// code, and every code when too many wrong ones came before. Two round trips.
Task<UserRow> redeem_code(http::Context& context, const MarketInfo& market, Phone phone, OtpCode code,
                          std::optional<Uuid> challenge);

/// True for the test code 123456 of a configured test phone, in development only (ruling 31).
[[nodiscard]] bool is_test_login(const Config& config, const Phone& phone, const OtpCode& code);

/// What became of the market's newest codes, and how much old was taken away.
struct CodeFigures {
    int sent = 0;       // the newest of which the time is over, 200 at most
    int completed = 0;  // of those
    bool alarming = false;
};

/// Prunes codes, windows and failures that count no more, a bounded number of rows, and looks at how many of the last
/// codes were used: few mean that somebody makes the shop send codes to numbers that nobody reads.
Task<CodeFigures> tend_codes(db::Handle db);

}  // namespace marque::identity
