#pragma once
// Lines of an export: cells of CSV that no spreadsheet takes for a formula, members of JSON lines.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "features/catalog/exporting/export.h"

namespace marque::catalog::exporting {

/// Gathers what is written and gives it to the sink in pieces.
class Writer {
public:
    Writer(const Sink& sink, ExportFaults faults) : sink_(sink), faults_(faults) {}
    /// A CSV line; a cell that begins like a formula gets an apostrophe, which our import takes away again.
    void cells(const std::vector<std::string>& cells);
    void line(std::string_view text);
    /// Must be called at the end.
    void flush();

private:
    const Sink& sink_;
    ExportFaults faults_;
    std::string pending_;
};

/// A JSON object in the making; members without a value are left out.
class JsonLine {
public:
    void text(std::string_view name, std::string_view value);
    void text_if(std::string_view name, const std::optional<std::string>& value);
    void flag(std::string_view name, bool value);
    void number(std::string_view name, std::int64_t value);
    void texts(std::string_view name, const std::vector<std::string>& values);
    /// Already JSON.
    void raw(std::string_view name, std::string_view json);
    [[nodiscard]] std::string finish();

private:
    void begin(std::string_view name);
    std::string text_ = "{";
};

/// 1250 as "12.50".
[[nodiscard]] std::string amount_text(std::int64_t minor);
[[nodiscard]] std::optional<std::string> amount_text(std::optional<std::int64_t> minor);
[[nodiscard]] std::optional<std::string> moment_text(std::optional<Timestamp> moment);

}  // namespace marque::catalog::exporting
