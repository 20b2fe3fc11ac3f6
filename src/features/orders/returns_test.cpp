// What is owed for goods that came back.
#include "features/orders/returns.h"

#include <doctest/doctest.h>

#include <random>

namespace marque::orders {

TEST_CASE("a piece is worth its share of what was paid for its line, with its tax") {
    const PaidOrder order{.tax_minor = 80, .taxable_minor = 1'000};
    std::vector<PaidLine> lines{{.subtotal_minor = 600, .discount_minor = 100, .taxable_minor = 500, .quantity = 2},
                                {.subtotal_minor = 500, .taxable_minor = 500, .quantity = 1}};
    lines[0].returning = 1;
    CHECK(refund_minor_of(order, lines) == 250 + 20);
    lines[0].returning = 0;
    lines[1].returning = 1;
    CHECK(refund_minor_of(order, lines) == 500 + 40);
    CHECK(refund_minor_of({}, lines) == 500);
}

TEST_CASE("in whatever order pieces come back, all together are owed what was paid, and never more") {
    const auto seed = std::random_device{}();
    MESSAGE("seed " << seed);
    std::mt19937_64 random{seed};
    const auto up_to = [&](std::int64_t most) { return std::uniform_int_distribution<std::int64_t>{0, most}(random); };
    for (int round = 0; round < 2'000; ++round) {
        std::vector<PaidLine> lines(static_cast<std::size_t>(1 + up_to(4)));
        PaidOrder order{.tax_minor = up_to(100'000)};
        std::int64_t goods = 0;
        for (auto& line : lines) {
            line.quantity = static_cast<std::int32_t>(1 + up_to(6));
            line.subtotal_minor = (1 + up_to(99'999)) * line.quantity;
            line.discount_minor = up_to(line.subtotal_minor);
            line.taxable_minor = line.subtotal_minor - line.discount_minor;
            order.taxable_minor += line.taxable_minor;
            goods += line.taxable_minor;
        }
        if (order.taxable_minor == 0) order.tax_minor = 0;
        std::int64_t paid_back = 0;
        for (bool some_left = true; some_left;) {
            some_left = false;
            for (auto& line : lines) {
                line.returning = static_cast<std::int32_t>(up_to(line.quantity - line.received));
            }
            const std::int64_t refund = refund_minor_of(order, lines);
            REQUIRE(refund >= 0);
            paid_back += refund;
            for (auto& line : lines) {
                line.received += line.returning;
                line.returning = 0;
                some_left = some_left || line.received < line.quantity;
            }
        }
        REQUIRE(paid_back == goods + order.tax_minor);
    }
}

}  // namespace marque::orders
