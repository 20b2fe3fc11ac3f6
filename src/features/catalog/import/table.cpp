// Header, widths and names of a table.
#include "features/catalog/import/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"

namespace marque::catalog::import {
namespace {

constexpr std::size_t constants_begin = 1'000'000;  // Column numbers from here on are constants.

/// Also the wide forms of these signs, which spreadsheets of eastern Asia take for the plain ones.
bool begins_formula(std::string_view text) {
    if (text.empty()) return false;
    if (std::string_view{"=+-@\t\r"}.contains(text.front())) return true;
    return std::ranges::any_of(std::array<std::string_view, 4>{"＝", "＋", "－", "＠"},
                               [&](std::string_view sign) { return text.starts_with(sign); });
}

std::string_view without_apostrophes(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
    return text;
}

}  // namespace

char sniff_delimiter(std::string_view beginning) {
    const std::string_view header = beginning.substr(0, beginning.find('\n'));
    std::array<std::pair<long, char>, 3> counts{{{0, ','}, {0, ';'}, {0, '\t'}}};
    bool quoted = false;
    for (const char byte : header) {
        if (byte == '"') quoted = !quoted;
        for (auto& [count, delimiter] : counts) count += !quoted && byte == delimiter ? 1 : 0;
    }
    return std::ranges::max_element(counts, {}, &std::pair<long, char>::first)->second;
}

std::string escape_formula(std::string_view text) {
    const bool escaped = begins_formula(without_apostrophes(text));
    return (escaped ? "'" : "") + std::string{text};
}

std::string_view undo_escape(std::string_view text) {
    const bool escaped = text.starts_with('\'') && begins_formula(without_apostrophes(text));
    return escaped ? text.substr(1) : text;
}

Table::Table(TextStream& stream, TableOptions options, char delimiter)
    : options_(std::move(options)),
      delimiter_(delimiter),
      reader_(stream, CsvLimits{}, CsvDialect{.delimiter = delimiter, .loose_quotes = true}) {}

std::expected<std::unique_ptr<Table>, ImportError> Table::open(TextStream& stream, TableOptions options,
                                                               const std::vector<std::string>& required) {
    const char delimiter = options.delimiter.value_or(sniff_delimiter(stream.beginning()));
    std::unique_ptr<Table> table{new Table{stream, std::move(options), delimiter}};
    if (auto error = table->read_header(required)) return std::unexpected(std::move(*error));
    return table;
}

std::optional<ImportError> Table::read_header(const std::vector<std::string>& required) {
    const auto more = reader_.next(record_);
    if (!more) return more.error();
    if (!*more) return ImportError{1, "the file is empty, a header line was expected"};
    for (const auto field : record_.fields) {
        names_.push_back(lowered(trimmed(field)));
        if (!utf8_length(names_.back())) return ImportError{1, "the header is not UTF-8"};
        const auto twice = std::ranges::count(names_, names_.back()) > 1;
        if (twice && !names_.back().empty()) {
            return ImportError{record_.line, fmt::format("column {} stands twice in the header", names_.back())};
        }
    }
    used_.assign(names_.size(), false);
    for (const auto& [ours, theirs] : options_.map) {
        if (std::ranges::find(names_, lowered(theirs)) != names_.end()) continue;
        return ImportError{
            record_.line, fmt::format("column {} is missing from the header (it was to be {}); the file has {}", theirs,
                                      ours, fmt::join(names_, ", "))};
    }
    for (const auto& name : required) {
        if (find(name)) continue;
        return ImportError{record_.line, fmt::format("column {} is missing from the header; the file has {}", name,
                                                     fmt::join(names_, ", "))};
    }
    return std::nullopt;
}

Table::Column Table::find(std::string_view name) const {
    for (std::size_t i = 0; i < options_.constants.size(); ++i) {
        if (options_.constants[i].first == name) return constants_begin + i;
    }
    const auto mapped = std::ranges::find(options_.map, name, &std::pair<std::string, std::string>::first);
    const std::string wanted = mapped == options_.map.end() ? std::string{name} : lowered(mapped->second);
    const auto found = std::ranges::find(names_, wanted);
    if (found == names_.end()) return std::nullopt;
    const auto position = static_cast<std::size_t>(found - names_.begin());
    used_[position] = true;
    return position;
}

std::vector<std::pair<std::string, std::size_t>> Table::find_family(std::string_view prefix) const {
    std::vector<std::pair<std::string, std::size_t>> found;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (!names_[i].starts_with(prefix) || names_[i].size() == prefix.size()) continue;
        const auto rest = names_[i].substr(prefix.size());
        // A language is two letters; category_slug is no category in a language.
        if (rest.size() != 2) continue;
        used_[i] = true;
        found.emplace_back(rest, i);
    }
    return found;
}

std::vector<std::string> Table::unused() const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (!used_[i] && !names_[i].empty()) names.push_back(names_[i]);
    }
    return names;
}

std::expected<bool, ImportError> Table::next() {
    const auto more = reader_.next(record_);
    if (!more) return std::unexpected(more.error());
    if (*more) check();
    return *more;
}

void Table::check() {
    fault_.reset();
    repaired_ = false;
    if (record_.fields.size() > names_.size() && options_.join_last) {
        joined_.clear();
        for (std::size_t i = names_.size() - 1; i < record_.fields.size(); ++i) {
            if (!joined_.empty()) joined_ += delimiter_;
            joined_ += record_.fields[i];
        }
        record_.fields.resize(names_.size());
        record_.fields.back() = joined_;
        repaired_ = true;
    }
    if (record_.fields.size() != names_.size()) {
        fault_ =
            fmt::format("the row has {} fields, but the header has {} columns{}", record_.fields.size(), names_.size(),
                        record_.fields.size() > names_.size() ? "; a value with a comma in it must stand in quotes"
                                                              : "; is a value missing, or a line break not in quotes?");
        return;
    }
    for (std::size_t i = 0; i < record_.fields.size(); ++i) {
        if (const auto length = utf8_length(record_.fields[i]); !length) {
            fault_ = fmt::format("column {} {}", names_[i], length.error());
            return;
        }
        if (options_.undo_escapes) record_.fields[i] = undo_escape(record_.fields[i]);
    }
}

std::string_view Table::get(Column column) const {
    if (!column) return {};
    if (*column >= constants_begin) return options_.constants[*column - constants_begin].second;
    return *column < record_.fields.size() ? trimmed(record_.fields[*column]) : std::string_view{};
}

std::string Table::raw() const {
    if (!options_.undo_escapes) return csv_line(record_.fields, delimiter_);
    std::vector<std::string> escaped;
    for (const auto field : record_.fields) escaped.push_back(escape_formula(field));
    return csv_line(std::vector<std::string_view>(escaped.begin(), escaped.end()), delimiter_);
}

std::string Table::header_line() const {
    return csv_line(std::vector<std::string_view>(names_.begin(), names_.end()), delimiter_);
}

}  // namespace marque::catalog::import
