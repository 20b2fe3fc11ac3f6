// Addresses of the launch markets' formats, right and wrong.
#include "features/profile/address_rules.h"

#include <doctest/doctest.h>

namespace marque::profile {
namespace {

MarketInfo market(std::string_view code, std::string_view name, std::string_view format) {
    return {.code = *MarketCode::parse(code), .name = std::string{name}, .address_format = std::string{format}};
}
const MarketInfo us = market("US", "United States", "us");
const MarketInfo kg = market("KG", "Kyrgyzstan", "plain");

template <class T>
std::optional<T> text(std::string_view value) {
    return T::parse(value).value();
}

AddressInput new_york() {
    return {.street = text<Text<1, 255>>("5th Avenue"),
            .building = text<Text<1, 50>>("350"),
            .city = text<Text<1, 100>>("New York"),
            .state = text<Text<1, 100>>("NY"),
            .postal_code = text<Text<1, 20>>("10118")};
}

std::vector<std::string> fields(const std::vector<FieldError>& mistakes) {
    std::vector<std::string> names;
    for (const auto& mistake : mistakes) names.push_back(mistake.field);
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("[R58] the US needs street, city, state and ZIP") {
    CHECK(address_mistakes(new_york(), us, "NY").empty());
    CHECK(fields(address_mistakes({}, us, std::nullopt)) == Names{"street", "city", "state", "postal_code"});
    CHECK(fields(address_mistakes(new_york(), us, std::nullopt)) == Names{"state"});
    for (const char* zip : {"1011", "101180", "10118-", "10118-123", "1O118", "720001-1", "10118 1234", "+10118"}) {
        CAPTURE(zip);
        auto input = new_york();
        input.postal_code = text<Text<1, 20>>(zip);
        CHECK(fields(address_mistakes(input, us, "NY")) == Names{"postal_code"});
    }
    auto plus_four = new_york();
    plus_four.postal_code = text<Text<1, 20>>("10118-0110");
    CHECK(address_mistakes(plus_four, us, "NY").empty());
}

TEST_CASE("[R58] Kyrgyzstan needs neither state nor postal code, but a city or a region") {
    AddressInput input{.street = text<Text<1, 255>>("Чүй проспекти"), .city = text<Text<1, 100>>("Бишкек")};
    CHECK(address_mistakes(input, kg, std::nullopt).empty());
    input.city.reset();
    CHECK(fields(address_mistakes(input, kg, std::nullopt)) == Names{"city"});
    input.state = text<Text<1, 100>>("GB");
    CHECK(address_mistakes(input, kg, "GB").empty());
    input.state = text<Text<1, 100>>("CA");
    CHECK(fields(address_mistakes(input, kg, std::nullopt)) == Names{"state"});
}

TEST_CASE("[R58] a market delivers inside its country") {
    auto input = new_york();
    for (const char* good : {"United States", "united states", "US", "us"}) {
        input.country = text<Text<1, 100>>(good);
        CHECK(address_mistakes(input, us, "NY").empty());
    }
    input.country = text<Text<1, 100>>("Kyrgyzstan");
    CHECK(fields(address_mistakes(input, us, "NY")) == Names{"country"});
}

TEST_CASE("[R57] the full address is put together as the country writes it") {
    auto input = new_york();
    input.apartment = text<Text<1, 50>>("Apt 9");
    CHECK(full_address_of(input, us, "NY") == "350 5th Avenue, Apt 9, New York, NY 10118");
    AddressInput bishkek{.street = text<Text<1, 255>>("Чүй проспекти"),
                         .building = text<Text<1, 50>>("1"),
                         .city = text<Text<1, 100>>("Бишкек"),
                         .postal_code = text<Text<1, 20>>("720001")};
    CHECK(full_address_of(bishkek, kg, std::nullopt) == "720001, Бишкек, Чүй проспекти 1");
    bishkek.full_address = text<Text<3, 500>>("as I say");
    CHECK(full_address_of(bishkek, kg, std::nullopt) == "as I say");
}

}  // namespace marque::profile
