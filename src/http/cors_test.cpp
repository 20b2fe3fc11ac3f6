// Which origins are let in, and what a browser is told; problem documents beside it.
#include "http/cors.h"

#include <doctest/doctest.h>

#include "http/problem.h"

namespace marque::http {
namespace {

Request from(std::string_view origin, Verb verb = Verb::get) {
    Request request;
    request.verb = verb;
    if (!origin.empty()) request.headers.push_back({"Origin", origin});
    return request;
}

std::string decorated(const Cors& cors, const Request& request) {
    Response response;
    cors.decorate(request, response);
    CHECK(response.vary == "Origin");  // also where none was sent: a cache must not hand it to those that ask
    return response.headers;
}

TEST_CASE("only listed origins are allowed, letter by letter") {
    const Cors cors{{"https://shop.example", "http://localhost:5173"}, false};
    CHECK(decorated(cors, from("")).empty());
    CHECK(decorated(cors, from("https://shop.example")).find("Access-Control-Allow-Origin: https://shop.example\r\n") !=
          std::string::npos);
    for (const auto* origin : {"https://shop.example.evil.example", "http://shop.example", "https://shop.example:444",
                               "null", "https://evil-shop.example", "https://shop.example/"}) {
        CAPTURE(std::string{origin});
        CHECK(decorated(cors, from(origin)).empty());
    }
    CHECK(decorated(Cors{{}, true}, from("http://anything")).find("Allow-Origin: http://anything\r\n") !=
          std::string::npos);
    CHECK(decorated(Cors{{}, false}, from("http://anything")).empty());
}

TEST_CASE("a preflight is answered whole, other OPTIONS are not taken for one") {
    const Cors cors{{"https://shop.example"}, false};
    auto request = from("https://shop.example", Verb::options);
    CHECK_FALSE(cors.preflight(request));
    request.headers.push_back({"Access-Control-Request-Method", "PATCH"});
    const auto answer = cors.preflight(request);
    REQUIRE(answer);
    CHECK(answer->status == 204);
    CHECK(answer->headers.find("Access-Control-Allow-Methods: GET, POST, PUT, PATCH, DELETE\r\n") != std::string::npos);
    CHECK(answer->headers.find("Idempotency-Key") != std::string::npos);
    CHECK(answer->headers.find("Access-Control-Allow-Credentials") == std::string::npos);
    request.verb = Verb::get;
    CHECK_FALSE(cors.preflight(request));
    auto stranger = from("https://evil.example", Verb::options);
    stranger.headers.push_back({"Access-Control-Request-Method", "GET"});
    CHECK(cors.preflight(stranger)->headers.empty());
    CHECK(cors.preflight(stranger)->vary == "Origin");
}

TEST_CASE("problem documents have one shape") {
    const auto response =
        problem_response(invalid_input, {}, {{"items[0].quantity", "must be \"1\" to 99"}}, "request-1");
    CHECK(response.status == 422);
    CHECK(response.content_type == "application/problem+json");
    CHECK(response.body ==
          R"({"type":"/docs/problems#http.invalid_input","title":"Some fields are not acceptable","status":422,)"
          R"("detail":"Some fields are not acceptable","code":"http.invalid_input",)"
          R"("errors":[{"field":"items[0].quantity","message":"must be \"1\" to 99"}],)"
          R"("request_id":"request-1","error":"Some fields are not acceptable"})");
    CHECK(response.headers.empty());
    const auto busy = problem_response(unavailable, "Later", {}, "request-2");
    CHECK(busy.body.find(R"("detail":"Later")") != std::string::npos);
    CHECK(busy.body.find(R"("errors":[])") != std::string::npos);
    CHECK(busy.headers == "Retry-After: 1\r\n");
}

}  // namespace
}  // namespace marque::http
