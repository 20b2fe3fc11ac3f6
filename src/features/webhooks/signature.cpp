// HMAC-SHA256 and base64 by OpenSSL.
#include "features/webhooks/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <optional>
#include <span>

#include "core/check.h"
#include "core/random.h"

namespace marque::webhooks {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t secret_bytes = 32;

std::string base64(std::span<const unsigned char> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends it with a NUL
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    const auto filled = text.find_last_not_of('=');
    bytes.resize(static_cast<std::size_t>(size) - (text.size() - 1 - filled));
    return bytes;
}

}  // namespace

std::string new_secret() {
    std::array<unsigned char, secret_bytes> bytes{};
    fill_random(bytes);
    return std::string{prefix} + base64(bytes);
}

std::expected<std::string, std::string> signature_header(const std::vector<std::string>& secrets,
                                                         const Signed& message) {
    std::string content{message.id};
    content.append(".").append(std::to_string(message.at_s)).append(".").append(message.body);
    std::string header;
    for (const auto& secret : secrets) {
        const auto key =
            secret.starts_with(prefix) ? from_base64(std::string_view{secret}.substr(prefix.size())) : std::nullopt;
        if (!key) return std::unexpected("the endpoint's secret cannot be read");
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned int length = 0;
        const auto* done =
            HMAC(EVP_sha256(), key->data(), static_cast<int>(key->size()),
                 reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data(), &length);
        check(done != nullptr, "HMAC-SHA256 failed");
        if (!header.empty()) header += ' ';
        header += "v1," + base64(std::span{digest}.first(length));
    }
    return header;
}

}  // namespace marque::webhooks
