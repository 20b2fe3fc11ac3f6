// What the guard accepts and what it refuses, without sockets: smuggling first.
#include "http/framing.h"

#include <doctest/doctest.h>

namespace marque::http {
namespace {

struct Outcome {
    std::shared_ptr<const std::string> text;
    std::string_view code;  // "" accepted, "incomplete" more bytes needed
    Request request;
    Head head;
};

Outcome outcome_of(std::string_view bytes, SessionLimits limits = {}) {
    Outcome outcome;
    outcome.text = std::make_shared<const std::string>(bytes);
    const std::string_view text = *outcome.text;
    HeadScanner scanner;
    if (!scanner.scan(text)) {
        const auto* refusal = too_long(scanner, text.size(), limits);
        outcome.code = refusal == nullptr ? "incomplete" : refusal->code;
        return outcome;
    }
    const auto* refusal = scanner.refusal();
    if (refusal == nullptr) refusal = parse_head(text.substr(0, scanner.size()), limits, outcome.request, outcome.head);
    if (refusal != nullptr) outcome.code = refusal->code;
    return outcome;
}

std::string get_with(std::string_view header_lines) {
    return "GET / HTTP/1.1\r\nHost: shop\r\n" + std::string{header_lines} + "\r\n";
}
std::string post_with(std::string_view header_lines) {
    return "POST / HTTP/1.1\r\nHost: shop\r\n" + std::string{header_lines} + "\r\n";
}

TEST_CASE("an ordinary request is taken apart") {
    const std::string text =
        "POST /api/v1/orders?a=1&b=%20 HTTP/1.1\r\nHost: shop.example:8000\r\nContent-Length:  12 \r\nX-Empty:\r\n"
        "x-note: a\tb \xd0\x96\r\nExpect: 100-Continue\r\n\r\n";
    const auto [kept, code, request, head] = outcome_of(text);
    CHECK(code == "");
    CHECK(request.verb == Verb::post);
    CHECK(request.target == "/api/v1/orders?a=1&b=%20");
    CHECK(request.path == "/api/v1/orders");
    CHECK(request.query == "a=1&b=%20");
    REQUIRE(request.headers.size() == 5);
    CHECK(request.header("HOST") == "shop.example:8000");
    CHECK(request.header("content-length") == "12");
    CHECK(request.headers[2].name == "X-Empty");
    CHECK(request.headers[2].value.empty());
    CHECK(request.header("X-Note") == "a\tb \xd0\x96");
    CHECK(head.content_length == 12);
    CHECK(head.keep_alive);
    CHECK(head.http_1_1);
    CHECK(head.expects_continue);
}

TEST_CASE("every verb of the API is known, others are not") {
    for (const auto verb : {Verb::get, Verb::head, Verb::post, Verb::put, Verb::patch, Verb::del, Verb::options}) {
        const auto outcome = outcome_of(std::string{verb_word(verb)} + " / HTTP/1.1\r\nHost: shop\r\n\r\n");
        CHECK(outcome.code == "");
        CHECK(outcome.request.verb == verb);
    }
    for (const auto* word : {"TRACE", "CONNECT", "PROPFIND", "BREW", "get", "G\xd0T"}) {
        CAPTURE(std::string{word});
        CHECK(outcome_of(std::string{word} + " / HTTP/1.1\r\nHost: shop\r\n\r\n").code == "http.unknown_method");
    }
}

TEST_CASE("the header is found wherever the bytes are cut") {
    const std::string text = get_with("X-One: 1\r\nX-Two:\t2\r\n");
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        HeadScanner scanner;
        const bool early = scanner.scan(std::string_view{text}.substr(0, cut));
        CHECK(early == (cut == text.size()));
        CHECK(scanner.scan(text));
        CHECK(scanner.refusal() == nullptr);
        CHECK(scanner.size() == text.size());
    }
    HeadScanner scanner;
    for (std::size_t size = 0; size < text.size(); ++size)
        CHECK_FALSE(scanner.scan(std::string_view{text}.substr(0, size)));
    CHECK(scanner.scan(text + "GET / HTTP/1.1\r\n\r\n"));
    CHECK(scanner.size() == text.size());
}

TEST_CASE("any Transfer-Encoding is refused, whatever stands beside it") {
    for (const auto* lines :
         {"Transfer-Encoding: chunked\r\n", "transfer-encoding: identity\r\n", "Transfer-Encoding:\r\n",
          "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: xchunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "Transfer-Encoding: gzip, chunked\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"}) {
        CAPTURE(std::string{lines});
        CHECK(outcome_of(post_with(lines)).code == "http.transfer_encoding");
    }
    for (const auto* lines : {"Transfer-Encoding : chunked\r\n", " Transfer-Encoding: chunked\r\n",
                              "X: y\r\n Transfer-Encoding: chunked\r\n", "Transfer-Encoding\x0b: chunked\r\n",
                              "Transfer-Encoding\t: chunked\r\n", "Transfer_Encoding : chunked\r\n"}) {
        CAPTURE(std::string{lines});
        CHECK(outcome_of(post_with(lines)).code != "");
    }
}

TEST_CASE("Content-Length is one plain number") {
    for (const auto* value : {"4, 4", "+4", "-4", "0x4", "4 4", "", "4a", "18446744073709551616",
                              "99999999999999999999999", "4;", "\xd9\xa4", "4.0"}) {
        CAPTURE(std::string{value});
        CHECK(outcome_of(post_with("Content-Length: " + std::string{value} + "\r\n")).code == "http.content_length");
    }
    CHECK(outcome_of(post_with("Content-Length: 4\r\nContent-Length: 4\r\n")).code != "");
    CHECK(outcome_of(post_with("Content-Length: 4\r\ncontent-length: 5\r\n")).code != "");
    CHECK(outcome_of(post_with("Content-Length: 262144\r\n")).code == "");
    CHECK(outcome_of(post_with("Content-Length: 262145\r\n")).code == "http.body_too_large");
    CHECK(outcome_of(post_with("Content-Length: 18446744073709551615\r\n")).code == "http.body_too_large");
    CHECK(outcome_of(get_with("Content-Length: 0\r\n")).code == "");
    CHECK(outcome_of(get_with("Content-Length: 4\r\n")).code == "http.unexpected_body");
    CHECK(outcome_of("HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n").code == "http.unexpected_body");
}

TEST_CASE("exactly one Host") {
    CHECK(outcome_of("GET / HTTP/1.1\r\nX: y\r\n\r\n").code == "http.host");
    CHECK(outcome_of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n").code == "http.host");
    CHECK(outcome_of("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n").code == "http.host");
    for (const auto* value : {"", "a b", "a,b", "a/b", "user@host", "a?b"}) {
        CAPTURE(std::string{value});
        CHECK(outcome_of("GET / HTTP/1.1\r\nHost: " + std::string{value} + "\r\n\r\n").code == "http.host");
    }
    CHECK(outcome_of("GET / HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n").code == "");
    CHECK(outcome_of("GET / HTTP/1.0\r\nX: y\r\n\r\n").code == "");
    CHECK(outcome_of("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n").code == "http.host");
}

TEST_CASE("headers that must stand once") {
    for (const auto* name :
         {"Content-Type", "Authorization", "X-Market", "Idempotency-Key", "X-Cart-Token", "Expect"}) {
        CAPTURE(std::string{name});
        const std::string line = std::string{name} + ": 100-continue\r\n";
        CHECK(outcome_of(post_with(line)).code == "");
        CHECK(outcome_of(post_with(line + "Accept: a\r\n" + line)).code == "http.repeated_header");
    }
    CHECK(outcome_of(get_with("Accept: a\r\nAccept: b\r\n")).code == "");
    CHECK(outcome_of(get_with("Expect: the unexpected\r\n")).code == "http.expectation");
}

TEST_CASE("line ends and control characters") {
    CHECK(outcome_of("GET / HTTP/1.1\nHost: a\n\n").code == "http.forbidden_byte");
    CHECK(outcome_of("GET / HTTP/1.1\r\nHost: a\n\r\n").code == "http.forbidden_byte");
    CHECK(outcome_of(get_with("X: a\rTransfer-Encoding: chunked\r\n")).code == "http.forbidden_byte");
    CHECK(outcome_of(get_with("X: a\r\r\n")).code == "http.forbidden_byte");
    CHECK(outcome_of(get_with(std::string_view{"X: a\0b\r\n", 8})).code == "http.forbidden_byte");
    CHECK(outcome_of(get_with("X: a\x7f"
                              "b\r\n"))
              .code == "http.forbidden_byte");
    CHECK(outcome_of(get_with("X: a\x01"
                              "b\r\n"))
              .code == "http.forbidden_byte");
    CHECK(outcome_of(get_with("X: a\r\n b\r\n")).code == "http.folded_header");
    CHECK(outcome_of(get_with("X: a\r\n\tb\r\n")).code == "http.folded_header");
    CHECK(outcome_of("\r\n\r\nGET / HTTP/1.1\r\n\r\n").code == "http.malformed");
    for (const auto* line : {"X : 1\r\n", "Content-Length : 1\r\n", "X\t: 1\r\n", "X y: 1\r\n", ": 1\r\n", "X\r\n",
                             "X(: 1\r\n", "\xd0\x96: 1\r\n"}) {
        CAPTURE(std::string{line});
        CHECK(outcome_of(get_with(line)).code == "http.malformed");
    }
}

TEST_CASE("versions") {
    for (const auto* version :
         {"HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "HTTP/3.0", "HTTP/10.1", "http/1.1", "HTTP/1.1 ", "HTTP/1"}) {
        CAPTURE(std::string{version});
        CHECK(outcome_of("GET / " + std::string{version} + "\r\nHost: a\r\n\r\n").code != "");
    }
    CHECK(outcome_of("GET /\r\nHost: a\r\n\r\n").code != "");
    CHECK(outcome_of("PRI * HTTP/2.0\r\n\r\n").code == "http.malformed");
    CHECK_FALSE(outcome_of("GET / HTTP/1.0\r\n\r\n").head.keep_alive);
    CHECK(outcome_of("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").head.keep_alive);
    CHECK_FALSE(outcome_of(get_with("Connection: close\r\n")).head.keep_alive);
    CHECK_FALSE(outcome_of(get_with("Connection: x, Close\r\n")).head.keep_alive);
}

TEST_CASE("targets") {
    const auto target = [](std::string_view text) {
        return outcome_of("GET " + std::string{text} + " HTTP/1.1\r\nHost: shop\r\n\r\n");
    };
    CHECK(target("http://shop/a?b").request.path == "/a");
    CHECK(target("http://shop/a?b").request.query == "b");
    CHECK(target("/a?b?c").request.query == "b?c");
    for (const auto* text :
         {"*", "a", "http://other/a", "http://shop", "ftp://shop/a", "/a#b", "http://u@shop/", "//?#"}) {
        CAPTURE(std::string{text});
        CHECK(target(text).code == "http.target");
    }
    for (const auto* text : {"/a b", "/\xd0\x96", "/a\tb"}) {
        CAPTURE(std::string{text});
        CHECK(target(text).code != "");
    }
}

TEST_CASE("limits") {
    const SessionLimits limits;
    const auto with_target = [&](std::size_t size) {
        return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
    };
    CHECK(outcome_of(with_target(limits.target_bytes_max)).code == "");
    CHECK(outcome_of(with_target(limits.target_bytes_max + 1)).code == "http.target_too_long");
    CHECK(outcome_of("GET /" + std::string(5000, 'a')).code == "http.target_too_long");
    CHECK(outcome_of(get_with("X: " + std::string(limits.header_bytes_max, 'a') + "\r\n")).code ==
          "http.header_too_large");
    CHECK(outcome_of("GET / HTTP/1.1\r\nX: " + std::string(limits.header_bytes_max, 'a')).code ==
          "http.header_too_large");
    std::string lines;
    for (std::size_t i = 1; i < limits.headers_max; ++i) lines += "X: y\r\n";
    CHECK(outcome_of(get_with(lines)).code == "");
    CHECK(outcome_of(get_with(lines + "X: y\r\n")).code == "http.header_too_large");
}

TEST_CASE("an upgrade is never taken up: the request is answered as it stands") {
    CHECK(outcome_of(
              get_with("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"))
              .code == "");
}

}  // namespace
}  // namespace marque::http
