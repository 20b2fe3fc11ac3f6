// Requests written and answers read: Twilio's by its documentation, gateways' by their templates.
#include <doctest/doctest.h>

#include "features/sms/settings.h"

using namespace marque;
using namespace marque::sms;

namespace {

Outgoing outgoing() {
    return {.market = *MarketCode::parse("kg"),
            .phone = "+996700123456",
            .message = "код \"1\" & <2>",
            .key = "kg7",
            .delivery = 9,
            .useful_s = 300};
}

work::HttpResult answer(int status, std::string body) {
    return work::HttpAnswer{.status = status, .headers = {}, .body = std::move(body)};
}

}  // namespace

TEST_CASE("a call to Twilio") {
    const auto call = twilio_call({.account_sid = "AC1",
                                   .auth_token = "secret",
                                   .from = "+15005550006",
                                   .messaging_service_sid = "",
                                   .api_base = "https://api.twilio.com",
                                   .public_url = "https://shop.example"},
                                  outgoing());
    CHECK(call.url == "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json");
    CHECK(call.user == "AC1");
    CHECK(
        call.body ==
        "To=%2B996700123456&Body=%D0%BA%D0%BE%D0%B4+%221%22+%26+%3C2%3E&From=%2B15005550006&ValidityPeriod=300"
        "&StatusCallback=https%3A%2F%2Fshop.example%2Fapi%2Fv1%2Fwebhooks%2Fsms%2Ftwilio%3Fmarket%3Dkg%26delivery%3D9");
}

TEST_CASE("what Twilio answers") {
    using enum Outcome::Kind;
    const auto taken = twilio_outcome(answer(201, R"({"sid": "SM1", "status": "queued"})"));
    CHECK(taken.kind == accepted);
    CHECK(taken.provider_message_id == "SM1");
    CHECK(twilio_outcome(answer(400, R"({"code": 21211, "message": "…"})")).kind == refused);
    CHECK(twilio_outcome(answer(401, R"({"code": 20003})")).kind == failed);
    CHECK(twilio_outcome(answer(429, "")).kind == failed);
    CHECK(twilio_outcome(answer(500, "<html>")).kind == failed);
    CHECK(twilio_outcome(std::unexpected(work::HttpTrouble{"Timeout was reached", true})).kind == failed);
    CHECK(twilio_report("delivered", "").status == "delivered");
    CHECK(twilio_report("undelivered", "30003").error == "code 30003");
    CHECK(twilio_report("receiving", "").status.empty());
}

TEST_CASE("a gateway's settings: what is missing or unknown is said") {
    CHECK(read_gateway({{"URL", "https://x/?to={digits}&text={text}"}, {"METHOD", "GET"}}));
    const auto bad = read_gateway({{"URLL", "x"}, {"METHOD", "DELETE"}, {"STATUS_SECRET", "short"}});
    REQUIRE_FALSE(bad);
    CHECK(bad.error().size() == 5);
}

TEST_CASE("templates escape as their content type demands") {
    const std::vector<std::pair<std::string_view, std::string>> values{{"text", "a\"b & <c>\n{id}"}, {"id", "kg7"}};
    CHECK(filled(R"({"t": "{text}", "id": "{id}", "x": {}})", "application/json", values) ==
          "{\"t\": \"a\\\"b & <c>\\n{id}\", \"id\": \"kg7\", \"x\": {}}");
    CHECK(filled("<t>{text}</t>{idd}", "text/xml", values) == "<t>a&quot;b &amp; &lt;c&gt;\n{id}</t>{idd}");
    CHECK(filled("t={text}&id={id}", "application/x-www-form-urlencoded", values) ==
          "t=a%22b+%26+%3Cc%3E%0A%7Bid%7D&id=kg7");
    CHECK(filled("{text", "text/plain", values) == "{text");
}

TEST_CASE("values inside answers") {
    CHECK(value_at(R"({"data": [{"id": 17}], "ok": true})", "data.0.id") == "17");
    CHECK(value_at(R"({"data": [{"id": 17}], "ok": true})", "ok") == "true");
    CHECK(value_at(R"({"data": [{"id": 17}]})", "data.1.id").empty());
    CHECK(value_at(R"({"data": 1})", "data.x").empty());
    CHECK(value_at("<r><id> a7 </id></r>", "<id>") == "a7");
    CHECK(value_at("id=a7&status=ok", "id") == "a7");
    CHECK(value_at("<r></r>", "<id>").empty());
}

TEST_CASE("what a gateway answers") {
    using enum Outcome::Kind;
    const GatewaySettings settings{.url = "https://x",
                                   .success_text = "<status>0</status>",
                                   .refused_text = "<status>11</status>",
                                   .id_path = "<id>"};
    const auto taken = gateway_outcome(settings, answer(200, "<status>0</status><id>a7</id>"));
    CHECK(taken.kind == accepted);
    CHECK(taken.provider_message_id == "a7");
    CHECK(gateway_outcome(settings, answer(200, "<status>11</status>")).kind == refused);
    CHECK(gateway_outcome(settings, answer(200, "<status>5</status>")).kind == failed);
    CHECK(gateway_outcome(settings, answer(502, "<status>11</status>")).kind == failed);
    CHECK(gateway_report(settings, "Delivered").status == "delivered");
    CHECK(gateway_report(settings, "on its way").status.empty());
}

TEST_CASE("settings of the environment, and what forbids serving with them") {
    Config config;
    config.environment = "production";
    config.twilio_account_sid = "AC" + std::string(32, '0');
    config.twilio_auth_token = "token";
    config.twilio_from = "Marque";
    config.twilio_api_base = "https://api.twilio.com";
    config.sms_gateways = {{"SMS_GATEWAY_KG_URL", "https://x/?to={phone}&text={text}"}};
    const auto settings = read_settings(config);
    REQUIRE(settings);
    const auto market = [](std::string_view code, std::string providers, std::string state = "live") {
        return MarketInfo{.code = *MarketCode::parse(code), .state = std::move(state), .sms_provider = providers};
    };
    CHECK(reasons_not_to_serve(*settings, config, {market("kg", "gateway, twilio"), market("us", "twilio")}).empty());
    CHECK(reasons_not_to_serve(*settings, config, {market("us", "gateway", "draft")}).empty());
    for (const auto* bad : {"", "development", "gateway", "pigeon", "twilio,gateway"}) {
        INFO(bad);
        CHECK(reasons_not_to_serve(*settings, config, {market("us", bad)}).size() == 1);
    }
    config.twilio_api_base = "http://api.twilio.com";
    config.twilio_messaging_service_sid = "MG1";
    config.sms_gateways["SMS_GATEWAY_KG_URL"] = "http://x/?to={phone}&text={text}";
    config.sms_gateways["SMS_GATEWAY_KG_COLOUR"] = "blue";
    config.sms_gateways["SMS_GATEWAY_"] = "x";
    const auto bad = read_settings(config);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().size() == 4);
}
