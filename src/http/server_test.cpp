// The server over real sockets: keep-alive, pipelining, gather writes, deadlines, limits, draining.
#include "http/server.h"

#include <doctest/doctest.h>

#include "core/text.h"
#include "http/server_fixture.h"

namespace marque::http::test {
namespace {

constexpr std::string_view simple = "GET /a?b=1 HTTP/1.1\r\nHost: shop\r\n\r\n";
constexpr std::string_view simple_answer = "GET /a?b=1 from 127.0.0.1 []";

TEST_CASE("answers, and carries the headers every answer carries") {
    RunningServer running;
    Client client{running.port()};
    const auto answer = client.ask(simple);
    CHECK(answer.status == 200);
    CHECK(answer.body == simple_answer);
    CHECK(answer.head.starts_with("HTTP/1.1 200 OK\r\nDate: "));
    CHECK(answer.holds(" GMT\r\n"));
    CHECK(answer.holds("Content-Type: text/plain\r\n"));
    CHECK(answer.holds("X-Content-Type-Options: nosniff\r\n"));
    CHECK(answer.holds("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"));
    CHECK_FALSE(answer.holds("Strict-Transport-Security"));
    CHECK_FALSE(answer.closes());
    CHECK(running.server().connections() == 1);
}

/// A chunked body put together; fails the test where a chunk is not framed as it should be.
std::string unchunked(std::string_view text) {
    std::string out;
    while (true) {
        const auto line = text.find("\r\n");
        REQUIRE(line != std::string_view::npos);
        std::size_t size = 0;
        std::from_chars(text.data(), text.data() + line, size, 16);
        text.remove_prefix(line + 2);
        if (size == 0) break;
        out += text.substr(0, size);
        CHECK(text.substr(size, 2) == "\r\n");
        text.remove_prefix(size + 2);
    }
    CHECK(text == "\r\n");
    return out;
}

TEST_CASE("a body without a length is sent in chunks, to HTTP/1.0 until the end, and cut off where it fails") {
    constexpr std::size_t bytes = 1000 * 50 * 50;  // 1 + 3 + 5 + … + 99 thousand
    RunningServer running;
    {
        Client client{running.port()};
        client.send(
            "GET /stream HTTP/1.1\r\nHost: a\r\n\r\nGET /after HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        const auto all = client.read_all();
        const auto head_end = all.find("\r\n\r\n") + 4;
        CHECK(all.substr(0, head_end).find("Transfer-Encoding: chunked\r\n") != std::string::npos);
        CHECK(all.substr(0, head_end).find("Content-Length") == std::string::npos);
        const auto next = all.find("HTTP/1.1 200 OK", head_end);
        const auto body = unchunked(std::string_view{all}.substr(head_end, next - head_end));
        CHECK(body.size() == bytes);
        CHECK(body.find_first_not_of('a') == std::string::npos);
        CHECK(all.ends_with("GET /after? from 127.0.0.1 []"));
    }
    for (const auto* request : {"GET /stream HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
                                "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"}) {
        Client client{running.port()};
        client.send(request);
        const auto all = client.read_all();
        const auto head_end = all.find("\r\n\r\n") + 4;
        CHECK(all.substr(0, head_end).find("chunked") == std::string::npos);
        CHECK(all.substr(0, head_end).find("Connection: close\r\n") != std::string::npos);
        CHECK(all.size() - head_end == bytes);
    }
    Client client{running.port()};
    client.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\nGET /stream-broken HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto all = client.read_all();
    CHECK(all.find("chunked") != std::string::npos);
    CHECK_FALSE(all.ends_with("0\r\n\r\n"));
}

TEST_CASE("a thousand requests on one connection") {
    RunningServer running;
    Client client{running.port()};
    for (int i = 0; i < 1000; ++i) {
        const auto answer =
            client.ask("POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
        REQUIRE(answer.body == "POST /" + std::to_string(i) + "? from 127.0.0.1 [abc]");
    }
}

TEST_CASE("pipelined requests are answered in order, however their bytes arrive") {
    RunningServer running;
    const std::string all =
        "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
        "\r\nPUT /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET DELETE /4 HTTP/1.1\r\nHost: a\r\nConnection: "
        "close\r\n\r\n";
    const auto check_answers = [](Client& client) {
        REQUIRE(client.receive().body == "POST /1? from 127.0.0.1 [abc]");
        REQUIRE(client.receive().body == "GET /2? from 127.0.0.1 []");
        REQUIRE(client.receive().body == "PUT /3? from 127.0.0.1 [GET ]");
        const auto last = client.receive();
        REQUIRE(last.body == "DELETE /4? from 127.0.0.1 []");
        REQUIRE(last.closes());
        REQUIRE(client.at_end());
    };
    for (std::size_t cut = 0; cut < all.size(); ++cut) {
        Client client{running.port()};
        client.send(all.substr(0, cut));
        client.send(all.substr(cut));
        check_answers(client);
    }
    Client client{running.port()};
    for (const char c : all) client.send({&c, 1});
    check_answers(client);
    Client many{running.port()};
    std::string burst;
    for (int i = 0; i < 2000; ++i) burst += simple;
    std::thread sender{[&] { many.send(burst); }};
    for (int i = 0; i < 2000; ++i) REQUIRE(many.receive().body == simple_answer);
    sender.join();
}

TEST_CASE("a body arrives whole, with and without Expect") {
    RunningServer running;
    Client client{running.port()};
    const std::string body(200'000, 'b');
    const auto answer =
        client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + body + std::string{simple});
    CHECK(answer.body == "POST /? from 127.0.0.1 [" + body + "]");
    CHECK(client.receive().body == simple_answer);
    const auto go_on = client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    CHECK(go_on.status == 100);
    CHECK(client.ask("ok").body == "POST /? from 127.0.0.1 [ok]");
}

TEST_CASE("HEAD, 204 and old clients") {
    RunningServer running;
    Client client{running.port()};
    client.send("HEAD /parts HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto head = client.receive(true);
    CHECK(head.holds("Content-Length: 390\r\n"));
    const auto parts = client.ask("GET /parts HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(parts.body.size() == 390);
    CHECK(parts.body.starts_with("part 0\npart 1\n"));
    CHECK(parts.body.ends_with("part 48\npart 49\n"));
    const auto nothing = client.ask("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(nothing.status == 204);
    CHECK_FALSE(nothing.holds("\nContent-Type"));
    CHECK_FALSE(nothing.holds("Content-Length"));
    const auto kept = client.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(kept.holds("Connection: keep-alive\r\n"));
    CHECK(client.ask("GET / HTTP/1.0\r\n\r\n").closes());
    CHECK(client.at_end());
}

TEST_CASE("what is refused is a problem document, and the connection closes") {
    RunningServer running;
    const auto refused = [&](std::string_view text, int status, std::string_view code) {
        CAPTURE(text.substr(0, 100));
        Client client{running.port()};
        const auto answer = client.ask(text);
        CHECK(answer.status == status);
        CHECK(answer.body.find("\"code\":\"" + std::string{code} + "\"") != std::string::npos);
        CHECK(answer.holds("Content-Type: application/problem+json\r\n"));
        CHECK(answer.closes());
        CHECK(client.at_end());
    };
    // The request behind the refused one must never be answered.
    const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
            501, "http.transfer_encoding");
    refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + smuggled, 501,
            "http.transfer_encoding");
    refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4, 4\r\n\r\nabcd" + smuggled, 400, "http.content_length");
    refused("GET / HTTP/1.1\nHost: a\n\n" + smuggled, 400, "http.forbidden_byte");
    refused("GET / HTTP/1.1\r\n\r\n" + smuggled, 400, "http.host");
    refused("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 38\r\n\r\n" + smuggled, 400, "http.unexpected_body");
    refused("CONNECT shop:80 HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled, 501, "http.unknown_method");
    refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "http.malformed");
    refused("\x16\x03\x01\x02", 400, "http.forbidden_byte");
    refused("GET /" + std::string(9000, 'a'), 414, "http.target_too_long");
    refused("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'a'), 431, "http.header_too_large");
    refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 262145\r\nExpect: 100-continue\r\n\r\n", 413,
            "http.body_too_large");
    refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 400000\r\n\r\n" + std::string(400'000, 'a'), 413,
            "http.body_too_large");
}

TEST_CASE("a dispatcher that throws costs one connection, not the server") {
    RunningServer running;
    Client client{running.port()};
    const auto answer = client.ask("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n" + std::string{simple});
    CHECK(answer.status == 500);
    CHECK(answer.body.find("http.internal_error") != std::string::npos);
    CHECK(answer.closes());
    CHECK(client.at_end());
    CHECK(Client{running.port()}.ask(simple).status == 200);
}

TEST_CASE("deadlines end slow clients, phase by phase") {
    RunningServer running{
        {.limits = {.header_deadline_s = 1, .body_deadline_s = 1, .idle_deadline_s = 1, .write_deadline_s = 1}}};
    Client slow_header{running.port()};
    slow_header.send("GET / HTTP/1.1\r\nHost:");
    Client slow_body{running.port()};
    slow_body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
    Client idle{running.port()};
    CHECK(idle.ask(simple).status == 200);
    Client silent{running.port()};
    Client slow_reader{running.port(), 4096};
    slow_reader.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto header = slow_header.receive();
    CHECK(header.status == 408);
    CHECK(header.closes());
    CHECK(slow_header.at_end());
    CHECK(slow_body.receive().status == 408);
    CHECK(slow_body.at_end());
    CHECK(idle.at_end());
    CHECK(silent.at_end());
    while (running.server().connections() > 0) std::this_thread::yield();
    CHECK(slow_reader.receive().status == 0);
}

TEST_CASE("a large answer reaches a reader that takes its time") {
    RunningServer running;
    Client client{running.port()};
    CHECK(client.ask("GET /big HTTP/1.1\r\nHost: a\r\n\r\n").body.size() == 32 * 1024 * 1024);
    CHECK(client.ask(simple).body == simple_answer);
}

TEST_CASE("more connections than a thread may have are turned away with an answer") {
    RunningServer running{{.threads = 1, .limits = {.connections_max_per_thread = 1}}};
    Client first{running.port()};
    CHECK(first.ask(simple).status == 200);
    Client second{running.port()};
    const auto answer = second.receive();
    CHECK(answer.status == 503);
    CHECK(answer.holds("Retry-After: 1\r\n"));
    CHECK(answer.closes());
    CHECK(second.at_end());
    CHECK(first.ask(simple).status == 200);
}

TEST_CASE("draining: idle connections close, requests under way end, then run() returns") {
    RunningServer running;
    Client idle{running.port()};
    CHECK(idle.ask(simple).status == 200);
    Client held{running.port()};
    held.send("GET /held HTTP/1.1\r\nHost: a\r\n\r\n");
    running.gatekeeper.entered.get_future().wait();
    CHECK_FALSE(running.server().draining());
    running.server().stop();
    CHECK(running.server().draining());
    CHECK(idle.at_end());
    while (Client{running.port()}.connected()) std::this_thread::yield();
    auto stopped = running.stopped();
    CHECK(stopped.wait_for(std::chrono::seconds{0}) == std::future_status::timeout);
    running.gatekeeper.opened = true;
    const auto answer = held.receive();
    CHECK(answer.status == 200);
    CHECK(answer.closes());
    CHECK(held.at_end());
    CHECK(stopped.wait_for(std::chrono::seconds{10}) == std::future_status::ready);
}

TEST_CASE("draining does not wait for slow clients beyond its limit") {
    RunningServer running{{.drain_s = 0}};
    Client slow{running.port()};
    slow.send("GET / HT");
    while (running.server().connections() == 0) std::this_thread::yield();
    auto stopped = running.stopped();
    running.server().stop();
    CHECK(stopped.wait_for(std::chrono::seconds{10}) == std::future_status::ready);
}

TEST_CASE("whom a proxy speaks for") {
    const auto asked = [](std::vector<std::string> trusted, std::string_view header_lines) {
        RunningServer running{{.threads = 1, .trusted_proxies = std::move(trusted)}};
        Client client{running.port()};
        return client.ask("GET / HTTP/1.1\r\nHost: a\r\n" + std::string{header_lines} + "\r\n").body;
    };
    CHECK(asked({}, "X-Forwarded-For: 1.2.3.4\r\n") == "GET /? from 127.0.0.1 []");
    CHECK(asked({"10.0.0.0/8"}, "X-Forwarded-For: 1.2.3.4\r\n") == "GET /? from 127.0.0.1 []");
    CHECK(asked({"127.0.0.0/8"}, "X-Forwarded-For: 6.6.6.6, 1.2.3.4\r\n") == "GET /? from 1.2.3.4 []");
    CHECK(asked({"127.0.0.1"}, "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 2001:db8::1\r\n") ==
          "GET /? from 2001:db8::1 []");
    CHECK(asked({"127.0.0.1", "10.0.0.0/8"}, "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.1.1.1\r\n") ==
          "GET /? from 1.2.3.4 []");
    CHECK(asked({"127.0.0.1"}, "X-Forwarded-For: unknown\r\n") == "GET /? from 127.0.0.1 []");
    CHECK(asked({"127.0.0.1"}, "") == "GET /? from 127.0.0.1 []");
    for (const auto* wrong : {"10.0.0.0/33", "10.0.0", "10.0.0.0/", "10.0.0.0/8x", ""}) {
        CHECK_THROWS_AS((Server{{.trusted_proxies = {wrong}}, {}}), std::runtime_error);
    }
}

TEST_CASE("[E10] a client cannot choose the address that it is counted under") {
    RunningServer running{{.threads = 1, .trusted_proxies = {"127.0.0.1", "fd00::/8"}}};
    const auto address_of = [&](std::string_view header_lines) {
        Client client{running.port()};
        const auto body = client.ask("GET / HTTP/1.1\r\nHost: a\r\n" + std::string{header_lines} + "\r\n").body;
        const auto from = body.find(" from ") + 6;
        return body.substr(from, body.find(' ', from) - from);
    };
    // What the proxy wrote itself stands last; all before it is the client's own word.
    const std::string written = "203.0.113.9";
    for (const auto* forged :
         {"X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 6.6.6.6, 7.7.7.7", "X-Forwarded-For: 127.0.0.1",
          "X-Forwarded-For: ::1, fd00::1", "X-Forwarded-For: [2001:db8::7]:443", "X-Forwarded-For: 6.6.6.6:99",
          "X-Forwarded-For: ,,,", "X-Forwarded-For: unknown, _hidden", "X-Forwarded-For: \"6.6.6.6\"",
          "X-Forwarded-For:", "x-forwarded-for: ::ffff:6.6.6.6", "Forwarded: for=6.6.6.6", "X-Real-IP: 6.6.6.6",
          "X-Client-IP: 6.6.6.6", "True-Client-IP: 6.6.6.6", "CF-Connecting-IP: 6.6.6.6"}) {
        CAPTURE(forged);
        const std::string line = std::string{forged} + "\r\n";
        CHECK(address_of(line + "X-Forwarded-For: " + written + "\r\n") == written);
        const bool forwarded = lowered(forged).starts_with("x-forwarded-for:");
        if (forwarded) CHECK(address_of(std::string{forged} + ", " + written + "\r\n") == written);
    }
    // However the proxy writes an address, it is one key.
    for (const auto* form : {"203.0.113.9", "203.0.113.9:4711", "::ffff:203.0.113.9", "[::ffff:203.0.113.9]:4711",
                             "::FFFF:CB00:7109", " 203.0.113.9 "}) {
        CAPTURE(form);
        CHECK(address_of("X-Forwarded-For: " + std::string{form} + "\r\n") == written);
    }
    for (const auto* form : {"2001:db8::1", "2001:DB8:0:0:0:0:0:1", "[2001:db8::1]", "[2001:db8::1]:65535"}) {
        CAPTURE(form);
        CHECK(address_of("X-Forwarded-For: " + std::string{form} + "\r\n") == "2001:db8::1");
    }
    // What no proxy of ours writes counts as the proxy itself: never as something the client chose.
    for (const auto* odd : {"203.0.113.9:", "203.0.113.9:x", "203.0.113.9:123456", "[203.0.113.9]", "[2001:db8::1",
                            "[2001:db8::1]x", "fe80::1%eth0", "203.0.113", "0x7f.1", "evil"}) {
        CAPTURE(odd);
        CHECK(address_of("X-Forwarded-For: 6.6.6.6, " + std::string{odd} + "\r\n") == "127.0.0.1");
    }
    // Nor may it come behind the body: there are no trailers without Transfer-Encoding.
    Client client{running.port()};
    CHECK(
        client
            .ask(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n")
            .status == 501);
}

TEST_CASE("what cannot start says why") {
    RunningServer running;
    Server second{{.address = "127.0.0.1", .port = running.port()}, {}};
    CHECK_THROWS_WITH_AS(second.run({}), doctest::Contains(std::to_string(running.port()).c_str()), std::runtime_error);
    Server nowhere{{.address = "nowhere"}, {}};
    CHECK_THROWS_AS(nowhere.run({}), std::runtime_error);
    Server broken{{.address = "127.0.0.1", .port = 0},
                  [](boost::asio::io_context&, int index) -> std::unique_ptr<Dispatcher> {
                      if (index == 1) throw std::runtime_error("no database");
                      return nullptr;
                  }};
    CHECK_THROWS_WITH_AS(broken.run({}), "no database", std::runtime_error);
}

TEST_CASE("a connection that comes as the server stops is answered or closed, whichever moment it finds") {
    for (int i = 0; i < 60; ++i) {
        auto server = std::make_unique<RunningServer>();
        Client client{server->port()};
        client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
        server.reset();
        const auto answer = client.receive();
        CHECK((answer.status == 200 || answer.status == 0));
    }
}

}  // namespace
}  // namespace marque::http::test
