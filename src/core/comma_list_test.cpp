// Lists in one parameter: order, repetition, limits.
#include "core/comma_list.h"

#include <doctest/doctest.h>

#include "core/id.h"
#include "core/text.h"

namespace marque {
namespace {

TEST_CASE("values keep their order, repeated ones count once") {
    using Ids = CommaList<ProductId, 5>;
    CHECK(Ids::parse("19")->to_text() == "19");
    CHECK(Ids::parse("19,7,19,23,7")->to_text() == "19,7,23");
    CHECK(CommaList<Slug, 2>::parse("silk-dress,hat")->items()[1].to_text() == "hat");
}

TEST_CASE("what is no list of such values is refused, and so are too many") {
    using Ids = CommaList<ProductId, 3>;
    for (const auto* text : {"", ",", "1,", ",1", "1,,2", "1, 2", "1;2", "x", "0", "-1", "1,2,3,4", "1,1,1,1"}) {
        CAPTURE(std::string{text});
        CHECK_FALSE(Ids::parse(text));
    }
    CHECK(Ids::parse("1,x").error() == "each of the values, separated by commas, must be an id, like \"19\"");
    CHECK(Ids::parse("1,2,3,4").error() == "must not have more than 3 values");
}

}  // namespace
}  // namespace marque
