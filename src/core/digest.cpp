// OpenSSL's SHA-256.
#include "core/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "core/check.h"

namespace marque {

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    const int done = EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    check(done == 1, "SHA-256 failed");
    std::string out;
    for (unsigned int i = 0; i < length; ++i) out += fmt::format("{:02x}", digest[i]);
    return out;
}

}  // namespace marque
