// A scanner of SQL that knows just enough of quotes and comments to tell statements apart.
#include "db/script.h"

#include <algorithm>

namespace marque::db {
namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }

std::size_t end_or(std::string_view sql, std::size_t found, std::size_t length) {
    return found == std::string_view::npos ? sql.size() : found + length;
}

std::size_t after_quoted(std::string_view sql, std::size_t at, bool backslashes) {
    const char quote = sql[at];
    for (++at; at < sql.size(); ++at) {
        if (backslashes && sql[at] == '\\') {
            ++at;
        } else if (sql[at] == quote) {
            return at + 1;  // a doubled quote opens the next literal at once, which comes to the same
        }
    }
    return sql.size();
}

/// Behind the dollar-quoted literal that starts at `at`, or at + 1 where none does.
std::size_t after_dollar(std::string_view sql, std::size_t at) {
    std::size_t end = at + 1;
    while (end < sql.size() && is_word(sql[end])) ++end;
    const bool parameter = end > at + 1 && sql[at + 1] >= '0' && sql[at + 1] <= '9';
    if (end >= sql.size() || sql[end] != '$' || parameter) return at + 1;
    const std::string_view tag = sql.substr(at, end + 1 - at);
    return end_or(sql, sql.find(tag, end + 1), tag.size());
}

std::size_t after_block_comment(std::string_view sql, std::size_t at) {
    int depth = 0;
    while (at < sql.size()) {
        if (sql.substr(at, 2) == "/*") {
            ++depth;
            at += 2;
        } else if (sql.substr(at, 2) == "*/") {
            --depth;
            at += 2;
            if (depth == 0) return at;
        } else {
            ++at;
        }
    }
    return at;
}

/// Behind the space or comment at `at`, or `at` itself.
std::size_t after_blank(std::string_view sql, std::size_t at) {
    if (is_space(sql[at])) return at + 1;
    if (sql.substr(at, 2) == "--") return end_or(sql, sql.find('\n', at), 1);
    if (sql.substr(at, 2) == "/*") return after_block_comment(sql, at);
    return at;
}

std::size_t after_token(std::string_view sql, std::size_t at) {
    if (sql[at] == '\'') {
        const bool escapes = at > 0 && (sql[at - 1] == 'E' || sql[at - 1] == 'e') && (at < 2 || !is_word(sql[at - 2]));
        return after_quoted(sql, at, escapes);
    }
    if (sql[at] == '"') return after_quoted(sql, at, false);
    if (sql[at] == '$') return after_dollar(sql, at);
    return at + 1;
}

int line_of_offset(std::string_view sql, std::size_t offset) {
    return 1 + static_cast<int>(std::ranges::count(sql.substr(0, offset), '\n'));
}

}  // namespace

int line_of_position(std::string_view sql, int position) {
    std::size_t offset = 0;
    for (int seen = 0; offset < sql.size(); ++offset) {
        const bool starts_character = (static_cast<unsigned char>(sql[offset]) & 0xC0U) != 0x80U;
        if (starts_character && ++seen == position) break;
    }
    return line_of_offset(sql, offset);
}

int line_of_statement(std::string_view sql, int index) {
    bool inside = false;
    int started = 0;
    for (std::size_t at = 0; at < sql.size();) {
        const std::size_t next = after_blank(sql, at);
        if (next != at) {
            at = next;
            continue;
        }
        if (sql[at] == ';') {
            inside = false;
        } else if (!inside) {
            inside = true;
            if (started++ == index) return line_of_offset(sql, at);
        }
        at = after_token(sql, at);
    }
    return line_of_offset(sql, sql.size());
}

}  // namespace marque::db
