// Forms of addresses that are one address, and the networks around them.
#include "core/address.h"

#include <doctest/doctest.h>

using marque::Address;

TEST_CASE("[E10] every form of an address is one key") {
    CHECK(Address::parse("203.0.113.7")->to_text() == "203.0.113.7");
    CHECK(Address::parse("::ffff:203.0.113.7")->to_text() == "203.0.113.7");
    CHECK(Address::parse("::FFFF:cb00:7107")->to_text() == "203.0.113.7");
    CHECK(Address::parse("2001:DB8:0:0:0:0:0:1")->to_text() == "2001:db8::1");
    CHECK(Address::parse("2001:db8::1")->to_text() == "2001:db8::1");
}

TEST_CASE("networks are /24 and /48, hosts of IPv6 /64") {
    CHECK(Address::parse("203.0.113.7")->network_text() == "203.0.113.0/24");
    CHECK(Address::parse("2001:db8:1:2:3:4:5:6")->network_text() == "2001:db8:1::/48");
    CHECK(Address::parse("2001:db8:1:2:3:4:5:6")->host_bytes() == Address::parse("2001:db8:1:2::")->host_bytes());
    CHECK(Address::parse("2001:db8:1:2::1")->host_bytes() != Address::parse("2001:db8:1:3::1")->host_bytes());
    CHECK(Address::parse("203.0.113.7")->host_bytes() != Address::parse("203.0.113.8")->host_bytes());
}

TEST_CASE("what is no address is none") {
    for (const char* text : {"", "1.2.3", "1.2.3.4:80", "[::1]", "[::1]:80", "fe80::1%eth0", "1.2.3.4 ", "01.2.3.4",
                             "localhost", "1.2.3.4.5", "::ffff:1.2.3.256"}) {
        INFO(text);
        CHECK_FALSE(Address::parse(text).has_value());
    }
}
