#pragma once
// AWS Signature Version 4: what proves to a bucket that a request is the shop's. The secret itself is never sent.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"

namespace marque::media {

struct S3Credentials {
    std::string region;
    std::string access_key;
    std::string secret_key;
};

/// One request as it is signed. Path and query must be encoded and the query sorted by name already.
struct S3Request {
    std::string_view method;
    std::string_view host;  // with its port where that is not the scheme's own
    std::string_view path;
    std::string_view query;
    std::string_view body;
    std::vector<std::pair<std::string, std::string>> headers;  // further ones to sign, names in small letters
};

/// The headers Authorization, x-amz-content-sha256 and x-amz-date, as "Name: value".
[[nodiscard]] std::vector<std::string> s3_signature(const S3Request& request, const S3Credentials& credentials,
                                                    Timestamp now);

}  // namespace marque::media
