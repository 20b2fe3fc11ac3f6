#pragma once
// Sealed texts: what lies in the database until it is sent must not show a code to its readers.

#include <optional>
#include <string>
#include <string_view>

#include "features/identity/token.h"

namespace marque::identity {

/// Encrypts and authenticates a text (AES-256-GCM under a key derived from ours): "sealed:…".
[[nodiscard]] std::string sealed_text(const TokenKey& key, std::string_view plain);

/// What was sealed, or the text itself where it does not look sealed; nothing where it was sealed with another key or
/// has been changed since.
[[nodiscard]] std::optional<std::string> opened_text(const TokenKey& key, std::string_view text);

}  // namespace marque::identity
