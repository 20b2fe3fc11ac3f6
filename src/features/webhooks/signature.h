#pragma once
// Secrets of endpoints and the signatures made with them, as the Standard Webhooks specification has them.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace marque::webhooks {

/// A new secret: "whsec_" and 32 random bytes in base64.
[[nodiscard]] std::string new_secret();

/// What is signed: "<id>.<seconds>.<body>".
struct Signed {
    std::string_view id;
    std::int64_t at_s = 0;
    std::string_view body;
};

/// The header webhook-signature: "v1,<base64 of HMAC-SHA256>", one for each secret, separated by spaces. Nothing where
/// a secret is none.
[[nodiscard]] std::expected<std::string, std::string> signature_header(const std::vector<std::string>& secrets,
                                                                       const Signed& message);

}  // namespace marque::webhooks
