#pragma once
// Typed SQL: a Statement<Row(Params…)> is a constant with a name; the compiler counts its $n against the parameters.

#include <string_view>
#include <type_traits>

namespace marque::db {

/// What the connection needs to know of a statement; the name is also its prepared name, metric label and log label.
struct StatementInfo {
    std::string_view name;
    std::string_view sql;
};

/// The highest $n of a SQL text, evaluated while compiling.
consteval int highest_parameter(std::string_view sql) {
    int highest = 0;
    for (std::size_t i = 0; i + 1 < sql.size(); ++i) {
        if (sql[i] != '$') continue;
        int number = 0;
        for (std::size_t j = i + 1; j < sql.size() && sql[j] >= '0' && sql[j] <= '9'; ++j) {
            number = number * 10 + (sql[j] - '0');
        }
        if (number > highest) highest = number;
    }
    return highest;
}

template <class Signature>
struct Statement;

/// Row is a RECORD (columns by position, names checked by test), or one scalar for a single column, or void.
/// SQL of shared connections must be one statement that takes no lock and needs no transaction.
template <class RowType, class... Params>
struct Statement<RowType(Params...)> : StatementInfo {
    using Row = RowType;
    consteval Statement(std::string_view given_name, std::string_view given_sql)
        : StatementInfo{given_name, given_sql} {
        const bool matches = highest_parameter(given_sql) == static_cast<int>(sizeof...(Params));
        if (!matches) throw "the SQL's $n do not match the parameters";
    }
};

}  // namespace marque::db
