// Magento rows to products: each rule with a small file of its own, and random rows with a printed seed.
#include "features/catalog/import/magento.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <random>
#include <set>

#include "features/catalog/import/magento_testing.h"

namespace marque::catalog::import {
namespace {

Outcome import_text(std::string_view text) {
    TextSource source(text);
    return import_from(source);
}

// A file of rows that differ from a sound simple row in the columns they name.
using Row = std::map<std::string, std::string>;
std::string file_of(const std::vector<Row>& rows) {
    const Row sound = {{"sku", ""},
                       {"store_view_code", ""},
                       {"product_type", "simple"},
                       {"categories", "Default Category/Men/Tops/Tees"},
                       {"name", "Plain Tee"},
                       {"description", ""},
                       {"short_description", ""},
                       {"weight", ""},
                       {"product_online", "1"},
                       {"visibility", "Not Visible Individually"},
                       {"price", "29"},
                       {"special_price", ""},
                       {"special_price_from_date", ""},
                       {"special_price_to_date", ""},
                       {"url_key", ""},
                       {"base_image", ""},
                       {"additional_images", ""},
                       {"additional_attributes", ""},
                       {"qty", "100"},
                       {"is_in_stock", "1"},
                       {"configurable_variations", ""}};
    std::vector<std::string> fields;
    for (const auto& [name, value] : sound) {
        fields.push_back(name);
    }
    std::string text = csv_line(fields);
    for (auto row : rows) {
        row.insert(sound.begin(), sound.end());
        fields.clear();
        for (const auto& [name, value] : row) {
            fields.push_back(value);
        }
        text += csv_line(fields);
    }
    return text;
}

Row part(const std::string& sku, const std::string& size, const std::string& color) {
    return {{"sku", sku}, {"additional_attributes", "size=" + size + ",color=" + color}};
}

Row configurable(const std::string& sku, const std::string& variations) {
    return {{"sku", sku},
            {"product_type", "configurable"},
            {"visibility", "Catalog, Search"},
            {"qty", "0"},
            {"configurable_variations", variations}};
}

Row single(const std::string& sku) { return {{"sku", sku}, {"visibility", "Catalog, Search"}}; }

Row with(Row row, const std::string& column, const std::string& value) {
    row[column] = value;
    return row;
}

Outcome import_rows(const std::vector<Row>& rows) { return import_text(file_of(rows)); }

TEST_CASE("a configurable row and its simple rows become one product") {
    auto top = configurable("A", "sku=A-S,size=S,color=Red|sku=A-M,size=M,color=Red");
    top["name"] = "Ryker LumaTech&trade; Tee";
    top["description"] = "<p>Warm.</p><p>&bull; Soft.<br />&bull; Light.</p>";
    top["base_image"] = "/a.jpg";
    top["additional_images"] = "/b.jpg,/a.jpg,no_selection";
    top["additional_attributes"] = "erin_recommends=Yes,material=Wool";
    auto small = part("A-S", "S", "Red");
    small["price"] = "32.5000";
    small["weight"] = "1.25";
    small["base_image"] = "/a-red.jpg";
    const auto outcome = import_rows({small, part("A-M", "M", "Red"), top});
    CHECK(outcome.refusals() == "");
    REQUIRE(outcome.products.size() == 1);
    const auto& product = outcome.products[0];
    CHECK(product.key == "A");
    CHECK(product.slug == "ryker-lumatech-tee");
    CHECK(product.name == "Ryker LumaTech™ Tee");
    CHECK(product.brand == "Luma");
    CHECK(product.description == "Warm.");
    CHECK(product.features == std::vector<std::string>{"Soft.", "Light."});
    CHECK(product.images == std::vector<std::string>{"/a.jpg", "/b.jpg"});
    CHECK(product.category == "Men");
    CHECK(product.subcategory == "Tees");
    CHECK(product.is_featured);
    CHECK(product.is_active);
    CHECK(product.line == 4);
    REQUIRE(product.skus.size() == 2);
    CHECK(product.skus[0].code == "A-S");
    CHECK(product.skus[0].size == "S");
    CHECK(product.skus[0].color == "Red");
    CHECK(product.skus[0].price_minor == 3250);
    CHECK_FALSE(product.skus[0].original_price_minor.has_value());
    CHECK(product.skus[0].stock == 100);
    CHECK(product.skus[0].weight_thousandths == 1250);
    CHECK(product.skus[0].image == "/a-red.jpg");
    CHECK(product.skus[0].line == 2);
    CHECK_FALSE(product.skus[1].weight_thousandths.has_value());
}

TEST_CASE("the order of rows does not matter, the order of variations is kept") {
    const auto outcome =
        import_rows({part("A-M", "M", "Red"), configurable("A", "sku=A-S,size=S|sku=A-M,size=M|sku=A-L,size=L"),
                     part("A-L", "L", "Red"), part("A-S", "S", "Red")});
    CHECK(outcome.refusals() == "");
    REQUIRE(outcome.products.size() == 1);
    CHECK(outcome.products[0].skus[0].code == "A-S");
    CHECK(outcome.products[0].skus[1].code == "A-M");
    CHECK(outcome.products[0].skus[2].code == "A-L");
    CHECK(outcome.products[0].skus[2].color == "Red");
    CHECK(outcome.counts.rows == 4);
    CHECK(outcome.counts.skus == 3);
}

TEST_CASE("a visible simple row is a product with one SKU, or a SKU where a product waits for it") {
    auto bag = single("BAG");
    bag["additional_attributes"] = "brand=Nord,color=Black";
    bag["url_key"] = "Duffle_Bag";
    auto outcome = import_rows({bag});
    REQUIRE(outcome.products.size() == 1);
    CHECK(outcome.products[0].slug == "duffle-bag");
    CHECK(outcome.products[0].brand == "Nord");
    CHECK(outcome.products[0].skus[0].code == "BAG");
    CHECK(outcome.products[0].skus[0].color == "Black");
    outcome = import_rows({configurable("A", "sku=BAG,size=S"), bag});
    REQUIRE(outcome.products.size() == 1);
    CHECK(outcome.products[0].key == "A");
    outcome = import_rows({bag, configurable("A", "sku=BAG,size=S")});
    CHECK(outcome.products.size() == 1);
    CHECK(outcome.refusals() ==
          "3 BAG: variation of A is part of a product already (its row is on line 2)\n"
          "3 A: none of its variations could be imported\n");
}

TEST_CASE("rows that become nothing are refused with their line and reason") {
    const auto outcome = import_rows(
        {part("X", "S", "Red"), with(single("B"), "product_type", "bundle"),
         with(single("V"), "product_type", "virtual"), with(single("Q"), "product_type", "quilt"), single("ONE"),
         with(single("ONE"), "store_view_code", "german"), single(""), with(single("W"), "visibility", "perhaps")});
    CHECK(outcome.products.size() == 1);
    CHECK(
        outcome.refusals() ==
        "3 B: product type bundle is a set of other products, which are imported by their own rows\n"
        "4 V: product type virtual has nothing to ship\n"
        "5 Q: product_type must be simple or configurable, but is \"quilt\"\n"
        "7 ONE: sku already stands on line 6; of the rows of several store views only the first is imported (this one "
        "is for "
        "\"german\")\n"
        "8 : sku is empty\n"
        "9 W: visibility must be \"Catalog, Search\", \"Catalog\", \"Search\" or \"Not Visible Individually\", but is "
        "\"perhaps\"\n"
        "2 X: is not visible individually, and no configurable product names it as a variation\n");
    CHECK(outcome.counts.refused == 7);
}

TEST_CASE("variations that cannot be had are named, the others make the product") {
    auto outcome =
        import_rows({part("A-S", "S", "Red"), with(part("A-M", "M", "Red"), "price", "free"),
                     configurable("A",
                                  "sku=A-S,size=S|sku=A-M,size=M|sku=A-L,size=L|sku=A,size=XL|sku=A-S,size=Z|"
                                  "sku=A-L,size=Y"),
                     with(part("A-L", "L", "Red"), "qty", "1.5")});
    REQUIRE(outcome.products.size() == 1);
    CHECK(outcome.products[0].skus.size() == 1);
    CHECK(outcome.refusals() ==
          "3 A-M: price must be a decimal number such as 52.50 with at most 2 places, but is \"free\"\n"
          "4 A: variation of A is part of a product already (its row is on line 4)\n"
          "4 A-S: variation of A is part of a product already (its row is on line 2)\n"
          "4 A-L: variation of A is named by configurable_variations before\n"
          "5 A-L: qty must be a whole number such as 100, but is \"1.5\"\n");
    outcome = import_rows({part("A-S", "S", "Red"), configurable("A", "sku=A-S,size=S|sku=GONE,size=M")});
    CHECK(outcome.products.size() == 1);
    CHECK(outcome.refusals() == "3 GONE: variation of A has no row in the file\n");
    outcome = import_rows({configurable("A", "sku=GONE,size=M")});
    CHECK(outcome.refusals() ==
          "2 GONE: variation of A has no row in the file\n2 A: none of its variations could be imported\n");
}

TEST_CASE("two SKUs of one size and colour, and a configurable row as a variation, are refused") {
    auto outcome =
        import_rows({part("A-1", "S", "Red"), part("A-2", "S", "Red"), configurable("A", "sku=A-1|sku=A-2")});
    CHECK(outcome.refusals() == "3 A-2: product A has another sku of size \"S\" and color \"Red\"\n");
    outcome = import_rows({part("B-1", "S", "Red"), configurable("A", "sku=B"), configurable("B", "sku=B-1")});
    CHECK(outcome.products.size() == 1);
    CHECK(outcome.refusals() ==
          "4 B: cannot be a variation of another product, for it is configurable itself\n"
          "3 A: none of its variations could be imported\n");
}

TEST_CASE("a refused configurable row takes its SKUs along, before and after it") {
    const auto outcome =
        import_rows({part("A-S", "S", "Red"),
                     with(configurable("A", "sku=A-S,size=S|sku=A-M,size=M"), "categories", "Default Category"),
                     part("A-M", "M", "Red")});
    CHECK(outcome.products.empty());
    CHECK(outcome.refusals() ==
          "3 A: categories holds no path of a category (expected such as Default Category/Men/Tops), but is \"Default "
          "Category\"\n"
          "2 A-S: its configurable product on line 3 was refused\n"
          "4 A-M: its configurable product on line 3 was refused\n");
}

TEST_CASE("a special price counts when it is lower and its dates hold today") {
    struct Case {
        std::string special, from, to;
        std::int64_t price_minor;
    };
    const std::vector<Case> cases = {{"19.99", "", "", 1999},
                                     {"29", "", "", 2900},
                                     {"0", "", "", 2900},
                                     {"19.99", "2024-06-15 00:00:00", "6/15/24", 1999},
                                     {"19.99", "6/16/24, 12:00 AM", "", 2900},
                                     {"19.99", "", "2024-06-14", 2900},
                                     {"19.99", "1/31/2020", "2030-01-01T00:00:00", 1999}};
    for (const auto& [special, from, to, price_minor] : cases) {
        CAPTURE(special + " from " + from + " to " + to);
        auto row = single("A");
        row["special_price"] = special;
        row["special_price_from_date"] = from;
        row["special_price_to_date"] = to;
        const auto outcome = import_rows({row});
        CHECK(outcome.refusals() == "");
        REQUIRE(outcome.products.size() == 1);
        const auto& sku = outcome.products[0].skus[0];
        CHECK(sku.price_minor == price_minor);
        CHECK(sku.original_price_minor.has_value() == (price_minor < 2900));
    }
    auto row = with(with(single("A"), "special_price", "19"), "special_price_to_date", "31.01.2024");
    CHECK(import_rows({row}).refusals() ==
          "2 A: special_price_to_date must be a date such as 2017-01-31 or 1/31/17, but is \"31.01.2024\"\n");
}

TEST_CASE("fields are checked, each with its own reason") {
    const std::vector<std::array<std::string, 3>> cases = {
        {"price", "", "price is empty"},
        {"price", "0", "price must be above 0"},
        {"price", "1.005", "price must be a decimal number such as 52.50 with at most 2 places, but is \"1.005\""},
        {"price", "1000000000.01", "price is too large: \"1000000000.01\""},
        {"name", " ", "name must have 1 to 200 characters, but has 0"},
        {"name", std::string(201, 'x'), "name must have 1 to 200 characters, but has 201"},
        {"weight", "-1", "weight must be a decimal number such as 52.50 with at most 3 places, but is \"-1\""},
        {"qty", "", "qty is empty"},
        {"sku", std::string(65, 'x'), "sku must have 1 to 64 characters, but has 65"},
    };
    for (const auto& [column, value, reason] : cases) {
        CAPTURE(reason);
        const auto outcome = import_rows({with(single("A"), column, value)});
        REQUIRE(outcome.refused.size() == 1);
        CHECK(outcome.refused[0].reason == reason);
    }
    const auto invalid = import_rows({with(single("A"), "name", "a\xFF")});
    REQUIRE(invalid.refused.size() == 1);
    CHECK(invalid.refused[0].reason.starts_with("name "));
}

TEST_CASE("stock: backorders and rows out of stock count as none; offline rows are inactive") {
    const auto outcome = import_rows({with(single("A"), "qty", "-3.0000"), with(single("B"), "is_in_stock", "0"),
                                      with(single("C"), "product_online", "2"), with(single("D"), "qty", "7.0000")});
    REQUIRE(outcome.products.size() == 4);
    CHECK(outcome.products[0].skus[0].stock == 0);
    CHECK(outcome.products[1].skus[0].stock == 0);
    CHECK_FALSE(outcome.products[2].is_active);
    CHECK_FALSE(outcome.products[2].skus[0].is_active);
    CHECK(outcome.products[3].skus[0].stock == 7);
    CHECK(outcome.products[1].slug == "plain-tee-b");
}

TEST_CASE("the header must name what is needed, once") {
    CHECK(import_text("").error == "1: the file is empty, a header line was expected");
    CHECK(import_text("sku,name\n").error ==
          "1: column product_type is missing from the header (is this Magento's product export?)");
    CHECK(import_text("sku,SKU\n").error == "1: column sku stands twice in the header");
    CHECK(import_text(file_of({})).products.empty());
    CHECK(import_text(file_of({}) + "a,b\n").refusals() == "2 : the row has 2 fields, but the header has 21 columns\n");
    CHECK(import_text(file_of({single("A")}) + "\"open\n").error ==
          "3: the quote that begins a field here is never closed");
}

TEST_CASE("what waits is bounded") {
    const auto text = file_of({part("A", "", ""), part("B", "", ""), part("C", "", "")});
    TextSource source(text);
    auto options = options_for_tests();
    options.pending_max = 2;
    CHECK(import_from(source, options).error.starts_with("4: more than 2 skus wait for the row they belong to"));
}

TEST_CASE("random rows: every row ends in a product or a refusal, and products are sound") {
    const auto seed = std::random_device{}();
    INFO("seed ", seed);
    std::mt19937 random(seed);
    const std::vector<std::string> skus = {"A", "B", "C", "D", "E", "F", "", "\xFF"};
    const auto pick = [&](const std::vector<std::string>& values) { return values[random() % values.size()]; };
    for (int round = 0; round < 1000; ++round) {
        std::vector<Row> rows;
        std::size_t named = 0;
        for (auto count = random() % 12; count > 0; --count) {
            auto row =
                random() % 2 == 0 ? part(pick(skus), pick({"S", "M", ""}), pick({"Red", ""})) : single(pick(skus));
            if (random() % 3 == 0) {
                row = configurable(pick(skus), "sku=" + pick(skus) + ",size=S|sku=" + pick(skus) + ",size=M");
                named += 2;
            }
            row["price"] = pick({"1", "2.50", "2", "x"});
            rows.push_back(row);
        }
        const auto outcome = import_rows(rows);
        CHECK(outcome.error == "");
        std::set<std::string> codes;
        std::set<std::string> slugs;
        for (const auto& product : outcome.products) {
            CHECK(slugs.insert(product.slug).second);
            CHECK_FALSE(product.skus.empty());
            for (const auto& sku : product.skus) {
                CHECK(codes.insert(sku.code).second);
                CHECK(sku.price_minor > 0);
            }
        }
        std::set<long> told;
        for (const auto& product : outcome.products) {
            told.insert(product.line);
            for (const auto& sku : product.skus) {
                told.insert(sku.line);
            }
        }
        for (const auto& row : outcome.refused) {
            told.insert(row.line);
        }
        CHECK(told.size() == rows.size());
        CHECK(outcome.refused.size() <= rows.size() + named);
    }
}

}  // namespace
}  // namespace marque::catalog::import
