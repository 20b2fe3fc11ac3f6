#pragma once
// The text of a QR code that the apps of all Kyrgyz banks read (ELQR): EMV's merchant-presented form with the National
// Bank's own rules: amounts in tyiyn, and the last four digits of a SHA-256 as check sum.

#include <string>
#include <string_view>

#include "core/money.h"
#include "features/payments/settings.h"

namespace marque::payments {

/// The payload for one payment, whose amount the payer cannot change; empty where the bank is not set up for it, or the
/// currency is not the som. `payment` comes back with the payer's transfer.
[[nodiscard]] std::string elqr_payload(const BankSettings& bank, std::string_view payment, Money amount);

/// Whether a payload's check sum is right.
[[nodiscard]] bool elqr_is_sound(std::string_view payload);

}  // namespace marque::payments
