// The canonical request, the text to sign, and the key that is good for one day, region and service.
#include "features/media/s3_signature.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "core/check.h"
#include "core/digest.h"

namespace marque::media {
namespace {

std::string hmac(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
    check(done != nullptr, "HMAC-SHA-256 failed");
    return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string hex(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return out;
}

/// "20130524T000000Z"
std::string compact_time(Timestamp now) {
    const std::time_t seconds = now.unix_s();
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

std::vector<std::string> s3_signature(const S3Request& request, const S3Credentials& credentials, Timestamp now) {
    const std::string time = compact_time(now);
    const std::string date = time.substr(0, 8);
    const std::string body_hash = sha256_hex(request.body);
    auto headers = request.headers;
    headers.emplace_back("host", request.host);
    headers.emplace_back("x-amz-content-sha256", body_hash);
    headers.emplace_back("x-amz-date", time);
    std::ranges::sort(headers);
    std::string lines;
    std::string names;
    for (const auto& [name, value] : headers) {
        lines += fmt::format("{}:{}\n", name, value);
        names += (names.empty() ? "" : ";") + name;
    }
    const std::string canonical =
        fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.path, request.query, lines, names, body_hash);
    const std::string scope = fmt::format("{}/{}/s3/aws4_request", date, credentials.region);
    const std::string text = fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope, sha256_hex(canonical));
    std::string key = "AWS4" + credentials.secret_key;
    for (const std::string_view part : {std::string_view{date}, std::string_view{credentials.region},
                                        std::string_view{"s3"}, std::string_view{"aws4_request"}}) {
        key = hmac(key, part);
    }
    return {fmt::format("Authorization: AWS4-HMAC-SHA256 Credential={}/{},SignedHeaders={},Signature={}",
                        credentials.access_key, scope, names, hex(hmac(key, text))),
            "x-amz-content-sha256: " + body_hash, "x-amz-date: " + time};
}

}  // namespace marque::media
