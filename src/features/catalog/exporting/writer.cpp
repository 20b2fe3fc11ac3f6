// Quoting and escaping.
#include "features/catalog/exporting/writer.h"

#include <fmt/format.h>

#include "features/catalog/import/table.h"
#include "json/write.h"

namespace marque::catalog::exporting {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

void append_cell(std::string& line, const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        line += text;
        return;
    }
    line += '"';
    for (const char letter : text) {
        if (letter == '"') line += '"';
        line += letter;
    }
    line += '"';
}

}  // namespace

void Writer::cells(const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) pending_ += ',';
        append_cell(pending_, faults_.naked_formulas ? cells[i] : import::escape_formula(cells[i]));
    }
    line("");
}

void Writer::line(std::string_view text) {
    pending_.append(text).append("\n");
    if (pending_.size() >= piece_bytes) flush();
}

void Writer::flush() {
    if (!pending_.empty()) sink_(pending_);
    pending_.clear();
}

void JsonLine::begin(std::string_view name) {
    if (text_.size() > 1) text_ += ',';
    json::append_text(text_, name);
    text_ += ':';
}

void JsonLine::text(std::string_view name, std::string_view value) {
    begin(name);
    json::append_text(text_, value);
}

void JsonLine::text_if(std::string_view name, const std::optional<std::string>& value) {
    if (value) text(name, *value);
}

void JsonLine::flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }

void JsonLine::number(std::string_view name, std::int64_t value) {
    begin(name);
    json::append_integer(text_, value);
}

void JsonLine::texts(std::string_view name, const std::vector<std::string>& values) {
    begin(name);
    json::write(text_, values);
}

void JsonLine::raw(std::string_view name, std::string_view json) {
    begin(name);
    text_ += json;
}

std::string JsonLine::finish() {
    text_ += '}';
    return std::move(text_);
}

std::string amount_text(std::int64_t minor) { return fmt::format("{}.{:02}", minor / 100, minor % 100); }

std::optional<std::string> amount_text(std::optional<std::int64_t> minor) {
    return minor ? std::optional{amount_text(*minor)} : std::nullopt;
}

std::optional<std::string> moment_text(std::optional<Timestamp> moment) {
    return moment ? std::optional{moment->to_text()} : std::nullopt;
}

}  // namespace marque::catalog::exporting
