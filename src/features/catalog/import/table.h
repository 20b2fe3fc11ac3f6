#pragma once
// A CSV file seen as a table with named columns: its delimiter found out, its columns under our names, its rows checked
// for their width and their letters before anybody reads a value.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/catalog/import/csv.h"
#include "features/catalog/import/encoding.h"

namespace marque::catalog::import {

struct TableOptions {
    std::optional<char> delimiter;                               // Found out from the header where absent.
    std::vector<std::pair<std::string, std::string>> map;        // Our column, the file's.
    std::vector<std::pair<std::string, std::string>> constants;  // Our column, what it says in every row.
    bool join_last = false;     // What a row has too many fields for belongs to its last column, commas and all.
    bool undo_escapes = false;  // Our own files: '=1+1 is the text =1+1.
};

class Table {
public:
    using Column = std::optional<std::size_t>;

    // `required`: our names, each of which the header must have under that name or a mapped one.
    static std::expected<std::unique_ptr<Table>, ImportError> open(TextStream& stream, TableOptions options,
                                                                   const std::vector<std::string>& required);

    // Our name's column: mapped, by its own name, or a constant; nothing where the file has none.
    Column find(std::string_view name) const;
    // Names the file has and nobody asked for with find().
    std::vector<std::string> unused() const;
    // Column names that begin with the prefix, with what stands behind it: name_ru for name_.
    std::vector<std::pair<std::string, std::size_t>> find_family(std::string_view prefix) const;

    // False: the end. A row that cannot be read has a fault(); the others can be asked for their values.
    std::expected<bool, ImportError> next();
    const std::optional<std::string>& fault() const { return fault_; }
    bool repaired() const { return repaired_; }
    long line() const { return record_.line; }
    // Trimmed; empty where the file has no such column.
    std::string_view get(Column column) const;
    // The row as it stood, and the header, for the file of refused rows.
    std::string raw() const;
    std::string header_line() const;
    bool decimal_comma() const { return delimiter_ == ';'; }

private:
    Table(TextStream& stream, TableOptions options, char delimiter);
    std::optional<ImportError> read_header(const std::vector<std::string>& required);
    void check();

    TableOptions options_;
    char delimiter_;
    CsvReader reader_;
    CsvRecord record_;
    std::vector<std::string> names_;
    mutable std::vector<bool> used_;
    std::optional<std::string> fault_;
    bool repaired_ = false;
    std::string joined_;
};

// The delimiter of a header line: whichever of comma, semicolon and tab stands in it most often outside quotes.
char sniff_delimiter(std::string_view beginning);

// Text that a spreadsheet would take for a formula gets an apostrophe before it (=, +, -, @, tab and return begin one),
// and loses it again when our own file is read.
std::string escape_formula(std::string_view text);
std::string_view undo_escape(std::string_view text);

}  // namespace marque::catalog::import
