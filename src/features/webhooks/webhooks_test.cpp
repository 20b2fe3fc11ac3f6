// Signatures against the specification's own example, waits, and where events may be sent.
#include <doctest/doctest.h>

#include <set>

#include "features/webhooks/address.h"
#include "features/webhooks/backoff.h"
#include "features/webhooks/event_types.h"
#include "features/webhooks/signature.h"
#include "json/value.h"

using namespace marque;
using namespace marque::webhooks;

TEST_CASE("[I6] the signature is the one of the Standard Webhooks specification") {
    const std::string body = R"({"event_type":"ping","data":{"success":true}})";
    const Signed message{"msg_loFOjxBNrRLzqYUf", 1'731'705'121, body};
    const std::string theirs = "whsec_plJ3nmyCDGBKInavdOK15jsl";
    const auto one = signature_header({theirs}, message);
    REQUIRE(one);
    CHECK(*one == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=");
    const auto both = signature_header({new_secret(), theirs}, message);
    REQUIRE(both);
    CHECK(both->ends_with(" " + *one));
    CHECK(both->starts_with("v1,"));
    for (const auto* bad : {"", "whsec_", "whsec_x", "whsec_!!!!", "plJ3nmyCDGBKInavdOK15jsl"}) {
        INFO(bad);
        CHECK_FALSE(signature_header({bad}, message));
    }
}

TEST_CASE("[I6] secrets differ, and hold 32 bytes") {
    std::set<std::string> secrets;
    for (int i = 0; i < 100; ++i) secrets.insert(new_secret());
    CHECK(secrets.size() == 100);
    for (const auto& secret : secrets) {
        CHECK(secret.starts_with("whsec_"));
        CHECK(secret.size() == 6 + 44);
        CHECK(signature_header({secret}, {"id", 1, "{}"}));
    }
}

TEST_CASE("[I6] waits grow as they are listed, are spread by a fifth, and heed the receiver for an hour at most") {
    const std::vector<int> waits{5, 30, 120};
    CHECK(wait_before_next_ms(waits, 1, 0, 0) == 4'000);
    CHECK(wait_before_next_ms(waits, 1, 0, jitter_steps - 1) == 6'000);
    CHECK(wait_before_next_ms(waits, 2, 0, 200) == 30'000);
    CHECK(wait_before_next_ms(waits, 3, 0, 200) == 120'000);
    CHECK(wait_before_next_ms(waits, 1'000, 0, 200) == 120'000);
    CHECK(wait_before_next_ms(waits, 1, 60, 200) == 60'000);
    CHECK(wait_before_next_ms(waits, 3, 60, 200) == 120'000);
    CHECK(wait_before_next_ms(waits, 1, 1'000'000, 0) == 3'600'000);
    CHECK(wait_before_next_ms(waits, 1, -5, 0) == 4'000);
    CHECK(wait_before_next_ms({0}, 7, 0, 400) == 0);
}

TEST_CASE("[I6] events go to https on the open internet only") {
    for (const auto* good : {"https://hooks.shop.example/a?b=c", "https://shop.example:8443/", "https://8.8.8.8/",
                             "https://[2a00:1450::1]/x", "https://shop.example."}) {
        INFO(good);
        CHECK(url_trouble(good, false).empty());
        CHECK(url_trouble(good, true).empty());
    }
    for (const auto* bad : {"http://shop.example/",
                            "https://127.0.0.1/",
                            "https://localhost/",
                            "https://a.localhost/",
                            "https://2130706433/",
                            "https://0x7f.1/",
                            "https://0177.0.0.1/",
                            "https://10.0.0.1/",
                            "https://169.254.169.254/latest",
                            "https://192.168.0.1:8443/",
                            "https://100.64.0.1/",
                            "https://[::1]/",
                            "https://[::ffff:127.0.0.1]/",
                            "https://[64:ff9b::a00:1]/",
                            "https://[fd00::1]/",
                            "https://[2002:a00:1::]/",
                            "https://intranet/",
                            "https://db.internal/",
                            "https://printer.local/",
                            "https://user@shop.example/",
                            "https://u:p@shop.example/",
                            "https://shop.example:25/",
                            "https://shop.example:80/",
                            "https://shop.example/#x",
                            "ftp://shop.example/",
                            "https://",
                            "nonsense",
                            "https://shop.example@10.0.0.1/",
                            "https://localhost./",
                            "https://224.0.0.1/",
                            "file:///etc/passwd"}) {
        INFO(bad);
        CHECK_FALSE(url_trouble(bad, false).empty());
    }
    for (const auto* ours : {"http://127.0.0.1:9000/", "http://localhost:9000/", "https://[::1]:9000/"}) {
        INFO(ours);
        CHECK(url_trouble(ours, true).empty());
    }
    for (const auto* others : {"http://10.0.0.1:9000/", "http://shop.example/", "https://169.254.169.254/"}) {
        INFO(others);
        CHECK_FALSE(url_trouble(others, true).empty());
    }
    CHECK(EndpointUrl::parse("https://shop.example/hook"));
    CHECK_FALSE(EndpointUrl::parse("https://shop.example/ x"));
    CHECK_FALSE(EndpointUrl::parse("https://shop.example/\r\nX: y"));
    CHECK_FALSE(EndpointUrl::parse("https://shop.example/" + std::string(500, 'a')));
}

TEST_CASE("[I6] every type has a schema that is JSON, and a name that can be asked for") {
    for (const auto& type : event_types()) {
        INFO(type.name);
        CHECK(json::parse(type.schema(type.name)));
        CHECK(is_event_type(type.name) == (type.name != test_type));
        CHECK(EventTypeName::parse(type.name).has_value() == (type.name != test_type));
    }
    CHECK_FALSE(EventTypeName::parse("order.eaten"));
}
