#pragma once
// Signatures under the shop's own keys: HMAC-SHA256 with a prepared key, and Ed25519. OpenSSL stays in the .cpp file.

#include <memory>
#include <string>
#include <string_view>

#include "core/parse.h"

namespace marque::identity {

/// HMAC-SHA256 under one secret; the key's two blocks are hashed once, here. Safe from every thread.
class Hmac {
public:
    explicit Hmac(std::string_view secret);
    ~Hmac();
    Hmac(Hmac&&) noexcept;
    Hmac& operator=(Hmac&&) noexcept;
    /// 32 bytes.
    [[nodiscard]] std::string sign(std::string_view text) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// An Ed25519 key: private (it signs and verifies) or public. Safe from every thread.
class Ed25519Key {
public:
    /// PEM ("\n" may stand for line ends) or the base64 between its lines, as `openssl genpkey -algorithm ed25519`
    /// writes it (PKCS #8) or `openssl pkey -pubout` (SubjectPublicKeyInfo).
    [[nodiscard]] static Parsed<Ed25519Key> parse(std::string_view text);
    ~Ed25519Key();
    Ed25519Key(Ed25519Key&&) noexcept;
    Ed25519Key& operator=(Ed25519Key&&) noexcept;
    [[nodiscard]] bool can_sign() const;
    /// The 32 bytes of the public half, which name the key.
    [[nodiscard]] std::string public_bytes() const;
    /// 64 bytes.
    [[nodiscard]] std::string sign(std::string_view text) const;
    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;

private:
    struct State;
    explicit Ed25519Key(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Compares without telling by its duration where the texts differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view one, std::string_view other);

}  // namespace marque::identity
