#pragma once
// Streaming reader of RFC 4180 CSV: one record at a time from a byte source, in constant memory.
// Every record knows the physical line it starts on, so whatever is refused later can be found in an editor.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "features/catalog/import/source.h"

namespace marque::catalog::import {

struct CsvLimits {
    std::size_t field_bytes_max = std::size_t{1} << 20U;
    std::size_t record_bytes_max = std::size_t{4} << 20U;
    std::size_t columns_max = 4096;
};

// The fields point into the reader's buffer and stay valid until its next call.
struct CsvRecord {
    long line = 0;
    std::vector<std::string_view> fields;
};

struct ImportError {
    long line = 0;  // 0 when the error belongs to no line, such as a file that cannot be read.
    std::string message;
};

class CsvReader {
public:
    explicit CsvReader(Source& source, CsvLimits limits = {});

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

}  // namespace marque::catalog::import
