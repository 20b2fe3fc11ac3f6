#pragma once
// Streaming reader of RFC 4180 CSV: one record at a time from a byte source, in constant memory.
// Every record knows the physical line it starts on, so whatever is refused later can be found in an editor.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "features/catalog/import/product.h"
#include "features/catalog/import/source.h"

namespace marque::catalog::import {

struct CsvLimits {
    std::size_t field_bytes_max = std::size_t{1} << 20U;
    std::size_t record_bytes_max = std::size_t{4} << 20U;
    std::size_t columns_max = 4096;
};

struct CsvDialect {
    char delimiter = ',';
    // A quote inside a field that does not begin with one is taken as it stands (3.5"), as spreadsheets take it.
    bool loose_quotes = false;
};

// The fields point into the reader's buffer and stay valid until its next call.
struct CsvRecord {
    long line = 0;
    std::vector<std::string_view> fields;
};

class CsvReader {
public:
    explicit CsvReader(Source& source, CsvLimits limits = {}, CsvDialect dialect = {});

    // True: the record was filled. False: the end. Lines with nothing on them are passed over. An error is final: the
    // reader cannot know where the next record would begin.
    std::expected<bool, ImportError> next(CsvRecord& record);

private:
    static constexpr int end_of_input = -1;

    int take();
    int peek();
    bool refill();
    bool read_field();
    bool read_quoted();
    bool read_unquoted();
    bool append(char byte);
    bool end_line(int byte);
    void skip_byte_order_mark();
    bool fail(long line, std::string message);

    Source& source_;
    CsvLimits limits_;
    CsvDialect dialect_;
    std::string input_;
    std::size_t position_ = 0;
    std::size_t available_ = 0;
    bool at_end_ = false;
    bool started_ = false;
    long line_ = 1;
    // The record being read: its bytes, and where each field ends in them.
    std::string bytes_;
    std::vector<std::size_t> ends_;
    std::size_t field_begin_ = 0;
    long record_line_ = 1;
    bool quoted_ = false;
    bool record_ended_ = false;
    ImportError error_;
    bool failed_ = false;
};

// One record as a line of CSV with a line feed; fields are quoted where they must be.
std::string csv_line(const std::vector<std::string>& fields);
std::string csv_line(const std::vector<std::string_view>& fields, char delimiter = ',');

}  // namespace marque::catalog::import
