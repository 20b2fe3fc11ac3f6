// E-mail addresses that are taken and refused.
#include "core/email.h"

#include <doctest/doctest.h>

namespace marque {

TEST_CASE("[R46] e-mail addresses") {
    for (const char* good : {"a@b.co", "first.last+tag@sub.example.com", "x_y-z@example-shop.kg", "1@2.example"}) {
        CAPTURE(good);
        CHECK(Email::parse(good).has_value());
    }
    CHECK(Email::parse("  Aida@EXAMPLE.com ").value().to_text() == "Aida@example.com");
    for (const char* bad : {"",
                            "a",
                            "@b.co",
                            "a@",
                            "a@b",
                            "a@b.c",
                            "a@.co",
                            "a@b..co",
                            ".a@b.co",
                            "a.@b.co",
                            "a..b@c.co",
                            "a b@c.co",
                            "a@b@c.co",
                            "a@-b.co",
                            "a@b-.co",
                            "a@1.2.3.4",
                            "a@[1.2.3.4]",
                            "\"a\"@b.co",
                            "a@b.co\nBcc: c@d.co",
                            "ж@b.co"}) {
        CAPTURE(bad);
        CHECK_FALSE(Email::parse(bad).has_value());
    }
    CHECK_FALSE(Email::parse(std::string(65, 'a') + "@b.co").has_value());
    CHECK(Email::parse(std::string(64, 'a') + "@b.co").has_value());
    CHECK_FALSE(Email::parse("a@" + std::string(64, 'b') + ".co").has_value());
}

}  // namespace marque
