// Statements of a script are told apart, whatever hides their semicolons.
#include "db/script.h"

#include <doctest/doctest.h>

using marque::db::line_of_position;
using marque::db::line_of_statement;

TEST_CASE("the line of a statement is found behind quotes and comments") {
    constexpr std::string_view sql = R"(-- one; two
SELECT 'a;b', 'it''s; fine', E'\';' /* ; /* nested; */ ; */;;

CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM $$;$$ || $1;
END $body$;
  SELECT ";" -- the last; has no semicolon
)";
    CHECK(line_of_statement(sql, 0) == 2);
    CHECK(line_of_statement(sql, 1) == 4);
    CHECK(line_of_statement(sql, 2) == 8);
    CHECK(line_of_statement("SELECT $1, 'x' ;\nSELECT 2", 1) == 2);
    CHECK(line_of_statement("", 0) == 1);
}

TEST_CASE("positions count characters, not bytes") {
    CHECK(line_of_position("сом\nсом", 3) == 1);
    CHECK(line_of_position("сом\nсом", 5) == 2);
    CHECK(line_of_position("one\ntwo\nthree", 9) == 3);
}
