// AES-256-GCM by OpenSSL: 12 random bytes, the encrypted text, 16 bytes of tag, in hexadecimal.
#include "features/identity/seal.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <memory>
#include <stdexcept>

#include "core/check.h"
#include "core/random.h"
#include "json/read.h"
#include "json/write.h"
#include "work/events.h"

namespace marque::identity {
namespace {

constexpr std::string_view prefix = "sealed:";
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;

using Key = std::array<unsigned char, SHA256_DIGEST_LENGTH>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

/// `derived` is our secret's digest for this purpose.
Key key_from(std::string_view derived) {
    Key key{};
    SHA256(reinterpret_cast<const unsigned char*>(derived.data()), derived.size(), key.data());
    return key;
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char byte : bytes) {
        out += digits[static_cast<unsigned char>(byte) >> 4];
        out += digits[static_cast<unsigned char>(byte) & 15];
    }
    return out;
}

std::optional<std::string> from_hex(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (text.size() % 2 != 0) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = digits.find(text[i]);
        const auto low = digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
    }
    return out;
}

unsigned char* bytes_of(std::string& text, std::size_t offset) {
    return reinterpret_cast<unsigned char*>(text.data()) + offset;
}

std::string sealed_bytes(const Key& key, std::string_view plain) {
    std::string out(nonce_bytes + plain.size() + tag_bytes, '\0');
    fill_random({bytes_of(out, 0), nonce_bytes});
    const Cipher cipher{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
    int length = 0;
    const bool done =
        EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(out, 0)) == 1 &&
        EVP_EncryptUpdate(cipher.get(), bytes_of(out, nonce_bytes), &length,
                          reinterpret_cast<const unsigned char*>(plain.data()), static_cast<int>(plain.size())) == 1 &&
        EVP_EncryptFinal_ex(cipher.get(), bytes_of(out, nonce_bytes + plain.size()), &length) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, bytes_of(out, nonce_bytes + plain.size())) ==
            1;
    check(done, "AES-256-GCM does not encrypt");
    return out;
}

std::optional<std::string> opened_bytes(const Key& key, std::string sealed) {
    if (sealed.size() < nonce_bytes + tag_bytes) return std::nullopt;
    const std::size_t size = sealed.size() - nonce_bytes - tag_bytes;
    std::string plain(size, '\0');
    const Cipher cipher{EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
    int length = 0;
    const bool done =
        EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(sealed, 0)) == 1 &&
        EVP_DecryptUpdate(cipher.get(), bytes_of(plain, 0), &length, bytes_of(sealed, nonce_bytes),
                          static_cast<int>(size)) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, bytes_of(sealed, nonce_bytes + size)) == 1 &&
        EVP_DecryptFinal_ex(cipher.get(), bytes_of(plain, 0) + length, &length) == 1;
    if (!done) return std::nullopt;
    return plain;
}

}  // namespace

std::string sealed_text(const TokenKey& key, std::string_view plain) {
    return std::string{prefix} + hex(sealed_bytes(key_from(key.digest("seal", "outbox")), plain));
}

std::optional<std::string> opened_text(const TokenKey& key, std::string_view text) {
    if (!text.starts_with(prefix)) return std::string{text};
    const auto bytes = from_hex(text.substr(prefix.size()));
    if (!bytes) return std::nullopt;
    // Secrets may have changed since it was sealed.
    for (const auto& derived : key.digests("seal", "outbox")) {
        if (auto plain = opened_bytes(key_from(derived), *bytes)) return plain;
    }
    return std::nullopt;
}

}  // namespace marque::identity
