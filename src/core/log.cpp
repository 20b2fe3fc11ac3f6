// JSON lines through spdlog's standard error sink.
#include "core/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "core/clock.h"
#include "core/text.h"

namespace marque::log {
namespace {

spdlog::logger& logger() {
    static const auto instance = [] {
        auto created = spdlog::stderr_logger_mt("marque");
        created->set_pattern("%v");
        created->set_level(spdlog::level::info);
        return created;
    }();
    return *instance;
}

spdlog::level::level_enum spdlog_level(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warning:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

std::string_view word(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "error";
}

/// A client may have chosen the text: what could break the line, the JSON or a terminal becomes an escape. Bytes that
/// are no UTF-8 are shown as if they were Latin-1.
void append_quoted(std::string& out, std::string_view text) {
    const bool readable = utf8_length(text).has_value();
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f || (byte > 0x7f && !readable)) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(byte));
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace

void set_level(std::string_view least) {
    for (const auto level : {Level::debug, Level::info, Level::warning, Level::error}) {
        if (word(level) == least) logger().set_level(spdlog_level(level));
    }
}

bool enabled(Level level) { return logger().should_log(spdlog_level(level)); }

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (!enabled(level)) return;
    std::string line = R"({"time":")";
    line += Timestamp::now().to_text();
    line += R"(","level":")";
    line += word(level);
    line += R"(","event":)";
    append_quoted(line, event);
    for (const auto& [name, value] : fields) {
        line += ',';
        append_quoted(line, name);
        line += ':';
        append_quoted(line, value);
    }
    line += '}';
    logger().log(spdlog_level(level), line);
}

}  // namespace marque::log
