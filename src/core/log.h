#pragma once
// Log lines: one JSON object each on standard error, with time, level, event, market and what else matters.
// Phones, codes, tokens and addresses never go in; mask them first.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace marque::log {

enum class Level { debug, info, warning, error };

/// A name and its value; numbers are written as text.
using Field = std::pair<std::string_view, std::string>;

/// Lines below `least` are dropped. "debug", "info", "warning" or "error".
void set_level(std::string_view least);
[[nodiscard]] bool enabled(Level level);

/// `event` is a dotted word for machines ("order.created"), not a sentence.
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});

inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::error, event, fields);
}

}  // namespace marque::log
