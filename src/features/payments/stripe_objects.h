#pragma once
// Stripe's objects in our words: what its calls and its events share.

#include "features/payments/provider.h"
#include "json/value.h"

namespace marque::payments {

/// Members of an object; empty and 0 where they are absent or of another type.
[[nodiscard]] std::string text_member(const json::Value& object, std::string_view name);
[[nodiscard]] std::int64_t integer_member(const json::Value& object, std::string_view name);

/// A PaymentIntent.
[[nodiscard]] Report stripe_report(const json::Value& intent);
/// A Refund.
[[nodiscard]] ReversalReport stripe_reversal(const json::Value& refund);

}  // namespace marque::payments
