// HMAC from two half-finished SHA-256 states, and Ed25519 through OpenSSL's EVP.
#include "features/identity/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/check.h"
#include "core/text.h"

namespace marque::identity {
namespace {

constexpr std::size_t block_bytes = 64;
constexpr std::size_t digest_bytes = 32;
constexpr std::size_t signature_bytes = 64;
constexpr std::string_view unreadable_key = "must be an Ed25519 key as PEM, or the base64 between its lines";

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using MdContext = std::unique_ptr<EVP_MD_CTX, FreeContext>;

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// SHA-256 that has already eaten the key's block.
MdContext begun_with(const std::array<unsigned char, block_bytes>& key, unsigned char pad) {
    std::array<unsigned char, block_bytes> block{};
    std::ranges::transform(key, block.begin(), [pad](unsigned char c) { return static_cast<unsigned char>(c ^ pad); });
    MdContext context{EVP_MD_CTX_new()};
    const bool done = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1 &&
                      EVP_DigestUpdate(context.get(), block.data(), block.size()) == 1;
    check(done, "SHA-256 failed");
    return context;
}

/// Goes on from a half-finished state. The working context is the thread's own: making one costs more than the hash.
void finish(const MdContext& begun, std::string_view text, unsigned char* out) {
    thread_local const MdContext work{EVP_MD_CTX_new()};
    const bool done = work && EVP_MD_CTX_copy_ex(work.get(), begun.get()) == 1 &&
                      EVP_DigestUpdate(work.get(), text.data(), text.size()) == 1 &&
                      EVP_DigestFinal_ex(work.get(), out, nullptr) == 1;
    check(done, "SHA-256 failed");
}

/// What stands between the lines of a PEM, or all of a text that is no PEM.
std::string without_armour(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = trimmed(text.substr(0, end));
        if (!line.starts_with("-----")) plain += line;
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return plain;
}

std::vector<unsigned char> from_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0 || text.size() > 4'096) return {};
    std::vector<unsigned char> bytes(text.size() / 4 * 3);
    const int size = EVP_DecodeBlock(bytes.data(), bytes_of(text), static_cast<int>(text.size()));
    if (size < 0) return {};
    const auto padding = static_cast<std::size_t>(std::ranges::count(text, '='));
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

}  // namespace

struct Hmac::State {
    MdContext inner;
    MdContext outer;
};

Hmac::Hmac(std::string_view secret) {
    std::array<unsigned char, block_bytes> key{};
    if (secret.size() > block_bytes) {
        const int done = EVP_Digest(secret.data(), secret.size(), key.data(), nullptr, EVP_sha256(), nullptr);
        check(done == 1, "SHA-256 failed");
    } else {
        std::ranges::copy(secret, key.begin());
    }
    state_ = std::make_unique<State>(begun_with(key, 0x36), begun_with(key, 0x5C));
}
Hmac::~Hmac() = default;
Hmac::Hmac(Hmac&&) noexcept = default;
Hmac& Hmac::operator=(Hmac&&) noexcept = default;

std::string Hmac::sign(std::string_view text) const {
    std::string digest(digest_bytes, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(digest.data());
    finish(state_->inner, text, bytes);
    finish(state_->outer, digest, bytes);
    return digest;
}

struct Ed25519Key::State {
    std::unique_ptr<EVP_PKEY, FreeKey> key;
    bool is_private = false;
};

Ed25519Key::Ed25519Key(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ed25519Key::~Ed25519Key() = default;
Ed25519Key::Ed25519Key(Ed25519Key&&) noexcept = default;
Ed25519Key& Ed25519Key::operator=(Ed25519Key&&) noexcept = default;

Parsed<Ed25519Key> Ed25519Key::parse(std::string_view text) {
    std::string lines{text};
    for (std::size_t at = lines.find("\\n"); at != std::string::npos; at = lines.find("\\n", at)) {
        lines.replace(at, 2, "\n");
    }
    const auto der = from_base64(without_armour(lines));
    const unsigned char* start = der.data();
    auto state = std::make_unique<State>();
    state->key.reset(d2i_AutoPrivateKey(nullptr, &start, static_cast<long>(der.size())));
    state->is_private = state->key != nullptr;
    if (!state->key) {
        start = der.data();
        state->key.reset(d2i_PUBKEY(nullptr, &start, static_cast<long>(der.size())));
    }
    if (!state->key || EVP_PKEY_get_base_id(state->key.get()) != EVP_PKEY_ED25519) {
        return std::unexpected(std::string{unreadable_key});
    }
    return Ed25519Key{std::move(state)};
}

bool Ed25519Key::can_sign() const { return state_->is_private; }

std::string Ed25519Key::public_bytes() const {
    std::string bytes(digest_bytes, '\0');
    std::size_t size = bytes.size();
    const int done =
        EVP_PKEY_get_raw_public_key(state_->key.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size);
    check(done == 1 && size == bytes.size(), "an Ed25519 key without its 32 public bytes");
    return bytes;
}

std::string Ed25519Key::sign(std::string_view text) const {
    std::string signature(signature_bytes, '\0');
    std::size_t size = signature.size();
    const MdContext context{EVP_MD_CTX_new()};
    const bool done = context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) == 1 &&
                      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                                     bytes_of(text), text.size()) == 1;
    check(done && size == signature.size(), "Ed25519 failed to sign");
    return signature;
}

bool Ed25519Key::verify(std::string_view text, std::string_view signature) const {
    if (signature.size() != signature_bytes) return false;
    const MdContext context{EVP_MD_CTX_new()};
    return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
}

bool equal_in_constant_time(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace marque::identity
