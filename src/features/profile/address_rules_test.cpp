// Addresses under the launch markets' rules, right and wrong.
#include "features/profile/address_rules.h"

#include <doctest/doctest.h>

namespace marque::profile {
namespace {

const MarketInfo us{.code = *MarketCode::parse("US"), .name = "United States"};
const MarketInfo kg{.code = *MarketCode::parse("KG"), .name = "Kyrgyzstan"};
const AddressRules us_rules{.required = {"city", "state", "postal_code"},
                            .line = "{building} {street}, {apartment}, {city}, {state} {postal_code}"};
const AddressRules kg_rules{.line = "{postal_code}, {region}, {city}, {street} {building}, {apartment}"};

AddressRules in_region(AddressRules rules, std::string code, std::string name) {
    rules.region_code = std::move(code);
    rules.region_names = {std::move(name)};
    return rules;
}

template <class T>
std::optional<T> text(std::string_view value) {
    return T::parse(value).value();
}

AddressInput new_york() {
    return {.street = text<Text<1, 255>>("5th Avenue"),
            .building = text<Text<1, 50>>("350"),
            .city = text<Text<1, 100>>("New York"),
            .state = text<Text<1, 100>>("ny"),
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
    const auto rules = in_region(us_rules, "NY", "New York");
    CHECK(address_mistakes(new_york(), us, rules).empty());
    CHECK(fields(address_mistakes({}, us, us_rules)) == Names{"street", "city", "state", "postal_code"});
    CHECK(fields(address_mistakes(new_york(), us, us_rules)) == Names{"state"});
    auto bad_zip = rules;
    bad_zip.postal_code_fits = false;
    CHECK(fields(address_mistakes(new_york(), us, bad_zip)) == Names{"postal_code"});
}

TEST_CASE("[R58] Kyrgyzstan needs neither state nor postal code, but a city or a region") {
    AddressInput input{.street = text<Text<1, 255>>("Чүй проспекти"), .city = text<Text<1, 100>>("Бишкек")};
    CHECK(address_mistakes(input, kg, kg_rules).empty());
    input.city.reset();
    CHECK(fields(address_mistakes(input, kg, kg_rules)) == Names{"city"});
    input.state = text<Text<1, 100>>("GB");
    CHECK(address_mistakes(input, kg, in_region(kg_rules, "GB", "Bishkek")).empty());
    CHECK(fields(address_mistakes(input, kg, kg_rules)) == Names{"state"});
}

TEST_CASE("[R58] a market delivers inside its country, and may ask for more") {
    auto input = new_york();
    auto rules = in_region(us_rules, "NY", "New York");
    for (const char* good : {"United States", "united states", "US", "us"}) {
        input.country = text<Text<1, 100>>(good);
        CHECK(address_mistakes(input, us, rules).empty());
    }
    input.country = text<Text<1, 100>>("Kyrgyzstan");
    CHECK(fields(address_mistakes(input, us, rules)) == Names{"country"});
    rules.required = {"street", "apartment"};
    CHECK(fields(address_mistakes({.full_address = text<Text<3, 500>>("by the gate"),
                                   .building = text<Text<1, 50>>("1"),
                                   .city = text<Text<1, 100>>("a")},
                                  us, rules)) == Names{"street", "apartment"});
}

TEST_CASE("[R57] the full address is put together as the country writes it") {
    auto input = new_york();
    const auto rules = in_region(us_rules, "NY", "New York");
    CHECK(full_address_of(input, rules) == "350 5th Avenue, New York, NY 10118");
    input.apartment = text<Text<1, 50>>("Apt 9");
    CHECK(full_address_of(input, rules) == "350 5th Avenue, Apt 9, New York, NY 10118");
    AddressInput bishkek{.street = text<Text<1, 255>>("Чүй проспекти"),
                         .building = text<Text<1, 50>>("1"),
                         .city = text<Text<1, 100>>("Бишкек"),
                         .postal_code = text<Text<1, 20>>("720001")};
    CHECK(full_address_of(bishkek, kg_rules) == "720001, Бишкек, Чүй проспекти 1");
    auto rules_there = in_region(kg_rules, "GB", "Город Бишкек");
    CHECK(full_address_of(bishkek, rules_there) == "720001, Город Бишкек, Бишкек, Чүй проспекти 1");
    rules_there.region_names = {"Бишкек", "Bishkek"};  // a city that is a region of its own is named once
    CHECK(full_address_of(bishkek, rules_there) == "720001, Бишкек, Чүй проспекти 1");
    bishkek.city = text<Text<1, 100>>("bishkek");
    CHECK(full_address_of(bishkek, rules_there) == "720001, bishkek, Чүй проспекти 1");
    bishkek.city.reset();
    CHECK(full_address_of(bishkek, rules_there) == "720001, Бишкек, Чүй проспекти 1");
    bishkek.full_address = text<Text<3, 500>>("as I say");
    CHECK(full_address_of(bishkek, kg_rules) == "as I say");
}

}  // namespace marque::profile
