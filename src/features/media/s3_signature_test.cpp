// Against the example of Amazon's own documentation ("Authenticating Requests: Using the Authorization Header").
#include "features/media/s3_signature.h"

#include <doctest/doctest.h>

namespace marque::media {

TEST_CASE("the documented GET and PUT have the documented signatures") {
    const S3Credentials credentials{"us-east-1", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
    const auto now = *Timestamp::parse("2013-05-24T00:00:00Z");
    const auto get = s3_signature({.method = "GET",
                                   .host = "examplebucket.s3.amazonaws.com",
                                   .path = "/test.txt",
                                   .query = {},
                                   .body = {},
                                   .headers = {{"range", "bytes=0-9"}}},
                                  credentials, now);
    CHECK(get.at(0) ==
          "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
          "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
          "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    CHECK(get.at(2) == "x-amz-date: 20130524T000000Z");
    const auto put = s3_signature(
        {.method = "PUT",
         .host = "examplebucket.s3.amazonaws.com",
         .path = "/test%24file.text",
         .query = {},
         .body = "Welcome to Amazon S3.",
         .headers = {{"date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}}},
        credentials, now);
    CHECK(put.at(0).ends_with("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
    CHECK(put.at(1) == "x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
}

}  // namespace marque::media
