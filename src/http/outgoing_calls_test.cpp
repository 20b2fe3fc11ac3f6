// Calls against a real local server: answers, deadlines, limits, addresses, and a client that goes away.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include "http/server_fixture.h"
#include "work/http_client.h"

using namespace marque;
using namespace marque::work;

namespace {

/// The result is a parameter by reference: the caller keeps it until the context has run.
Task<void> keep(HttpClient& client, HttpCall call, std::optional<HttpResult>& result) {
    auto got = co_await client.send(std::move(call));
    result = std::move(got);
}

struct Caller {
    boost::asio::io_context context;
    HttpClient client{context};

    HttpResult send(HttpCall call) {
        std::optional<HttpResult> result;
        boost::asio::co_spawn(context, keep(client, std::move(call), result), boost::asio::detached);
        context.restart();
        while (!result) context.run_one();
        return std::move(*result);
    }
};

HttpCall call_to(std::uint16_t port, std::string_view path, std::string method = "GET") {
    return {.method = std::move(method), .url = "http://127.0.0.1:" + std::to_string(port) + std::string{path}};
}

}  // namespace

TEST_CASE("a call is answered with status, headers and body; the connection serves again") {
    http::test::RunningServer server;
    Caller caller;
    for (int i = 0; i < 3; ++i) {
        auto call = call_to(server.port(), "/a?b=1", "POST");
        call.body = "text";
        const auto answer = caller.send(std::move(call));
        REQUIRE(answer);
        CHECK(answer->status == 200);
        CHECK(answer->header("content-type") == "text/plain");
        CHECK(answer->body == "POST /a?b=1 from 127.0.0.1 [text]");
    }
    CHECK(server.server().connections() == 1);
    CHECK(caller.send(call_to(server.port(), "/nothing"))->status == 204);
}

TEST_CASE("many calls are under way at once") {
    http::test::RunningServer server;
    Caller caller;
    std::vector<std::optional<HttpResult>> results(40);
    for (auto& result : results) {
        boost::asio::co_spawn(caller.context, keep(caller.client, call_to(server.port(), "/x"), result),
                              boost::asio::detached);
    }
    while (!std::ranges::all_of(results, [](const auto& result) { return result.has_value(); })) {
        caller.context.run_one();
    }
    CHECK(std::ranges::all_of(results, [](const auto& result) { return result->has_value(); }));
}

TEST_CASE("an answer beyond the limit and one beyond the deadline are trouble that may have arrived") {
    http::test::RunningServer server;
    Caller caller;
    const auto large = caller.send(call_to(server.port(), "/big"));
    REQUIRE_FALSE(large);
    CHECK(large.error().what == "the answer is too large");
    CHECK(large.error().may_have_arrived);
    auto slow = call_to(server.port(), "/held");
    slow.total_timeout_ms = 50;
    const auto late = caller.send(std::move(slow));
    REQUIRE_FALSE(late);
    CHECK(late.error().may_have_arrived);
    server.gatekeeper.opened = true;
}

TEST_CASE("what never left cannot have arrived") {
    Caller caller;
    std::uint16_t closed = 0;
    {
        closed = http::test::RunningServer{}.port();
    }
    for (const auto& url : {"http://127.0.0.1:" + std::to_string(closed), std::string{"file:///etc/hostname"},
                            std::string{"gopher://127.0.0.1/"}, std::string{"nonsense://"}, std::string{}}) {
        INFO(url);
        const auto answer = caller.send({.method = "GET", .url = url});
        REQUIRE_FALSE(answer);
        CHECK_FALSE(answer.error().may_have_arrived);
    }
    auto split = call_to(closed, "/");
    split.headers = {"X: a\r\nY: b"};
    CHECK_FALSE(caller.send(std::move(split)));
}

TEST_CASE("addresses inside are refused where the URL is a stranger's, whatever the name says") {
    http::test::RunningServer server;
    Caller caller;
    for (const auto* host : {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"}) {
        INFO(host);
        HttpCall call = call_to(server.port(), "/");
        call.url = "http://" + std::string{host} + ":" + std::to_string(server.port()) + "/";
        call.public_addresses_only = true;
        const auto answer = caller.send(std::move(call));
        REQUIRE_FALSE(answer);
        CHECK_FALSE(answer.error().may_have_arrived);
    }
    for (const auto* inside : {"0.0.0.0",        "10.1.2.3",       "100.64.0.1",      "127.0.0.1",   "169.254.169.254",
                               "172.16.0.1",     "172.31.255.255", "192.0.2.1",       "192.168.1.1", "198.18.0.1",
                               "203.0.113.7",    "224.0.0.1",      "255.255.255.255", "::",          "::1",
                               "fe80::1",        "fc00::1",        "fd12::1",         "ff02::1",     "::ffff:10.0.0.1",
                               "64:ff9b::a00:1", "2002:7f00:1::",  "2001:db8::1",     "2001:0:1::",  "x"}) {
        INFO(inside);
        CHECK_FALSE(is_public_address(inside));
    }
    for (const auto* outside :
         {"8.8.8.8", "172.32.0.1", "100.128.0.1", "9.255.255.255", "2a00:1450::1", "2606:4700::1", "::ffff:8.8.8.8"}) {
        INFO(outside);
        CHECK(is_public_address(outside));
    }
}

TEST_CASE("a client that goes away ends the calls under way") {
    http::test::RunningServer server;
    boost::asio::io_context context;
    std::optional<HttpResult> result;
    auto client = std::make_unique<HttpClient>(context);
    boost::asio::co_spawn(context, keep(*client, call_to(server.port(), "/held"), result), boost::asio::detached);
    while (context.poll_one() > 0) {
    }
    client.reset();
    context.restart();
    context.run();
    REQUIRE(result);
    CHECK_FALSE(result->has_value());
    server.gatekeeper.opened = true;
}

TEST_CASE("a form's text") { CHECK(form_encoded("+996 700&код=1~") == "%2B996+700%26%D0%BA%D0%BE%D0%B4%3D1%7E"); }
