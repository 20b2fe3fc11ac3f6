// Headers of mails: any text, never a line of its own.
#include "work/mail.h"

#include <doctest/doctest.h>

namespace marque::work {
namespace {

TEST_CASE("plain text stays, everything else becomes encoded words of 75 letters at most") {
    CHECK(encoded_header("Order received") == "Order received");
    CHECK(encoded_header("Заказ принят") == "=?UTF-8?B?0JfQsNC60LDQtyDQv9GA0LjQvdGP0YI=?=");
    CHECK(encoded_header("a\r\nBcc: b") == "=?UTF-8?B?YQ0KQmNjOiBi?=");
    CHECK(encoded_header("=?x?=").starts_with("=?UTF-8?B?"));
    std::string letters;
    for (int i = 0; i < 100; ++i) letters += "ү";
    const std::string folded = encoded_header(letters);
    for (std::size_t start = 0; start < folded.size();) {
        const auto end = std::min(folded.find("\r\n ", start), folded.size());
        const auto word = folded.substr(start, end - start);
        CHECK(word.size() <= 75);
        CHECK(word.starts_with("=?UTF-8?B?"));
        start = end + 3;
    }
}

TEST_CASE("dates are those of RFC 5322") {
    CHECK(mail_date(0) == "Thu, 01 Jan 1970 00:00:00 +0000");
    CHECK(mail_date(1'700'000'000) == "Tue, 14 Nov 2023 22:13:20 +0000");
}

TEST_CASE("this very machine is told by its name and numbers") {
    CHECK(is_loopback_url("smtp://localhost:25"));
    CHECK(is_loopback_url("smtp://127.0.0.1"));
    CHECK(is_loopback_url("smtps://[::1]:465"));
    CHECK_FALSE(is_loopback_url("smtp://localhost.example"));
    CHECK_FALSE(is_loopback_url("smtp://127.0.0.1.example"));
    CHECK_FALSE(is_loopback_url("smtps://mail.example"));
}

}  // namespace
}  // namespace marque::work
