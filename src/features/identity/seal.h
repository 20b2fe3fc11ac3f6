#pragma once
// Sealed events: what lies in the outbox until it is sent must not show codes and phones to readers of the database.

#include <optional>
#include <string>
#include <string_view>

#include "features/identity/token.h"

namespace marque::identity {

/// Encrypts and authenticates a text (AES-256-GCM under a key derived from ours) as {"sealed": "…"}.
[[nodiscard]] std::string sealed_json(const TokenKey& key, std::string_view plain);

/// What was sealed; nothing where it was not sealed with this key or has been changed since.
[[nodiscard]] std::optional<std::string> unsealed_json(const TokenKey& key, std::string_view json);

}  // namespace marque::identity
