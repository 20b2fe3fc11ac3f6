// The schemas: one snapshot of everything, and that names stay unambiguous.
#include "json/schema.h"

#include <doctest/doctest.h>

#include "core/clock.h"
#include "core/quantity.h"
#include "core/text.h"
#include "json/write.h"

namespace schema_of_test {

enum class Kind { sale, fresh };
ENUMERATION(Kind, sale, fresh)

struct Line {
    static constexpr std::string_view doc = "One line of an \"order\".";
    marque::SkuId sku_id;
    marque::Quantity quantity;
};
RECORD(Line, sku_id, quantity);

struct OrderView {
    marque::OrderId id;
    marque::Money total;
    std::vector<Line> lines;
    std::optional<Line> gift;
    Kind kind = Kind::sale;
    std::map<std::string, std::string> names;
    double rating = 0;
    marque::Timestamp at;
};
RECORD(OrderView, id, total, lines, gift, kind, names, rating, at);

struct OrderBody {
    std::vector<Line> lines;
    std::optional<std::optional<std::string>> note;
    std::optional<marque::json::AmountText> tip;
    bool gift = false;
};
RECORD(OrderBody, lines, note, tip, gift);

struct Tree {
    std::vector<Tree> children;
};
RECORD(Tree, children);

struct Search {
    std::optional<marque::ProductId> product_id;
    std::string text;
    std::int32_t page = 1;
};
RECORD(Search, product_id, text, page);

template <class T>
struct Page {};

namespace other {
struct Line {
    std::string name;
};
RECORD(Line, name);
}  // namespace other

struct Sparse {
    static constexpr std::array<std::string_view, 1> left_out_when_empty{"note"};
    std::int64_t id = 0;
    std::optional<std::int64_t> note;
    marque::json::RawOf<std::vector<std::int64_t>> lines;
};
RECORD(Sparse, id, note, lines);

}  // namespace schema_of_test

namespace marque::json {
namespace {

using namespace schema_of_test;

TEST_CASE("answers") {
    SchemaSet set;
    CHECK(set.reference_of<OrderView>() == R"({"$ref":"#/components/schemas/OrderView"})");
    CHECK(set.components() ==
          R"({"Line":{"type":"object","description":"One line of an \"order\".","properties":{)"
          R"("sku_id":{"type":"string","pattern":"^[1-9][0-9]{0,18}$","maxLength":19,"examples":["19"]},)"
          R"("quantity":{"type":"integer","minimum":1,"maximum":99,"examples":[1]}},)"
          R"("required":["sku_id","quantity"],"additionalProperties":false},)"
          R"("OrderView":{"type":"object","properties":{)"
          R"("id":{"type":"string","pattern":"^[1-9][0-9]{0,18}$","maxLength":19,"examples":["19"]},)"
          R"("total":{"type":"number","description":"An amount with exactly its currency's decimals.",)"
          R"("examples":[1250.00]},)"
          R"("lines":{"type":"array","items":{"$ref":"#/components/schemas/Line"}},)"
          R"("gift":{"anyOf":[{"$ref":"#/components/schemas/Line"},{"type":"null"}]},)"
          R"("kind":{"type":"string","enum":["sale","fresh"]},)"
          R"("names":{"type":"object","additionalProperties":{"type":"string"}},)"
          R"("rating":{"type":"number"},)"
          R"("at":{"type":"string","format":"date-time","examples":["2026-01-31T09:15:00Z"]}},)"
          R"("required":["id","total","lines","gift","kind","names","rating","at"],"additionalProperties":false}})");
    CHECK(parse(set.components()).has_value());
}

TEST_CASE("bodies: ids may be numbers, optional members may be missing, lists are bounded") {
    SchemaSet set;
    CHECK(set.reference_of<OrderBody>(Direction::input) == R"({"$ref":"#/components/schemas/OrderBody"})");
    CHECK(set.components() ==
          R"({"LineInput":{"type":"object","description":"One line of an \"order\".","properties":{)"
          R"("sku_id":{"type":["string","integer"],"pattern":"^[1-9][0-9]{0,18}$","maxLength":19,"examples":["19"]},)"
          R"("quantity":{"type":"integer","minimum":1,"maximum":99,"examples":[1]}},)"
          R"("required":["sku_id","quantity"],"additionalProperties":false},)"
          R"("OrderBody":{"type":"object","properties":{)"
          R"("lines":{"type":"array","items":{"$ref":"#/components/schemas/LineInput"},"maxItems":1000},)"
          R"("note":{"anyOf":[{"type":"string","maxLength":10000},{"type":"null"}]},)"
          R"("tip":{"anyOf":[{"type":["number","string"],"pattern":"^-?[0-9]+(\\.[0-9]+)?$",)"
          R"("description":"An amount, read digit by digit; at most its currency's decimals.","examples":[1250.50]},)"
          R"({"type":"null"}]},"gift":{"type":"boolean"}},"required":["lines","gift"],"additionalProperties":false}})");
    CHECK(parse(set.components()).has_value());
}

TEST_CASE("one record as answer and body has two names; the order of registration does not matter") {
    SchemaSet first;
    (void)first.reference_of<Line>();
    (void)first.reference_of<Line>(Direction::input);
    SchemaSet second;
    (void)second.reference_of<std::vector<Line>>(Direction::input);
    (void)second.reference_of<std::optional<Line>>();
    CHECK(first.components() == second.components());
}

TEST_CASE("a record may hold itself") {
    SchemaSet set;
    (void)set.reference_of<Tree>();
    CHECK(set.components() ==
          R"({"Tree":{"type":"object","properties":{"children":{"type":"array","items":)"
          R"({"$ref":"#/components/schemas/Tree"}}},"required":["children"],"additionalProperties":false}})");
}

TEST_CASE("what may be left out is not required, and text of a type has that type's schema") {
    SchemaSet set;
    (void)set.reference_of<Sparse>();
    CHECK(set.components() == R"({"Sparse":{"type":"object","properties":{"id":{"type":"integer","format":"int64"},)"
                              R"("note":{"anyOf":[{"type":"integer","format":"int64"},{"type":"null"}]},)"
                              R"("lines":{"type":"array","items":{"type":"integer","format":"int64"}}},)"
                              R"("required":["id","lines"],"additionalProperties":false}})");
    CHECK(written(Sparse{1, {}, {"[2]"}}) == R"({"id":1,"lines":[2]})");
    CHECK(written(Sparse{1, 3, {"[]"}}) == R"({"id":1,"note":3,"lines":[]})");
}

TEST_CASE("two types of one name are a bug") {
    SchemaSet set;
    (void)set.reference_of<Line>();
    CHECK_THROWS_AS((void)set.reference_of<schema_of_test::other::Line>(), Bug);
    SchemaSet both;
    (void)both.reference_of<OrderBody>(Direction::input);
    CHECK_THROWS_AS((void)both.reference_of<OrderBody>(), Bug);
    CHECK_THROWS_AS((void)both.reference_of<Money>(Direction::input), Bug);
}

TEST_CASE("parameters") {
    SchemaSet set;
    const auto members = set.members_of<Search>(Direction::text);
    REQUIRE(members.size() == 3);
    CHECK(members[0].name == "product_id");
    CHECK(members[0].schema == R"({"type":"string","pattern":"^[1-9][0-9]{0,18}$","maxLength":19,"examples":["19"]})");
    CHECK_FALSE(members[0].required);
    CHECK(members[2].schema == R"({"type":"integer","format":"int32"})");
    CHECK(set.components() == "{}");
}

struct Hidden {};

TEST_CASE("names of types") {
    CHECK(unqualified_name(pretty_type_name<OrderView>()) == "OrderView");
    CHECK(unqualified_name(pretty_type_name<Page<OrderView>>()) == "PageOrderView");
    CHECK(unqualified_name(pretty_type_name<Hidden>()) == "Hidden");
    CHECK(unqualified_name(pretty_type_name<Page<Hidden>>()) == "PageHidden");
}

}  // namespace
}  // namespace marque::json
