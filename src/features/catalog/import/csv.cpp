// The state machine of the CSV reader. It is strict where leniency would shift columns silently: a stray quote or
// a lone carriage return is an error with its line, not a guess.
#include "features/catalog/import/csv.h"

#include <fmt/core.h>

namespace marque::catalog::import {

CsvReader::CsvReader(Source& source, CsvLimits limits, CsvDialect dialect)
    : source_(source), limits_(limits), dialect_(dialect), input_(65536, '\0') {}

std::expected<bool, ImportError> CsvReader::next(CsvRecord& record) {
    if (!started_) {
        started_ = true;
        skip_byte_order_mark();
    }
    for (;;) {
        bytes_.clear();
        ends_.clear();
        record_ended_ = false;
        record_line_ = line_;
        bool any_quoted = false;
        if (!failed_ && peek() == end_of_input && !failed_) {
            return false;
        }
        while (!failed_ && !record_ended_ && read_field()) {
            any_quoted = any_quoted || quoted_;
        }
        if (failed_) {
            return std::unexpected(error_);
        }
        const bool blank = ends_.size() == 1 && bytes_.empty() && !any_quoted;
        if (!blank) {
            break;
        }
    }
    record.line = record_line_;
    record.fields.clear();
    std::size_t begin = 0;
    for (const auto end : ends_) {
        record.fields.push_back(std::string_view(bytes_).substr(begin, end - begin));
        begin = end;
    }
    return true;
}

int CsvReader::peek() {
    if (position_ == available_ && !refill()) {
        return end_of_input;
    }
    return static_cast<unsigned char>(input_[position_]);
}

int CsvReader::take() {
    const int byte = peek();
    if (byte != end_of_input) {
        ++position_;
        if (byte == '\n') {
            ++line_;
        }
    }
    return byte;
}

bool CsvReader::refill() {
    if (at_end_ || failed_) {
        return false;
    }
    auto count = source_.read(input_);
    if (!count) {
        return fail(line_, "the file " + count.error());
    }
    position_ = 0;
    available_ = *count;
    at_end_ = *count == 0;
    return *count > 0;
}

void CsvReader::skip_byte_order_mark() {
    // Only a whole mark is passed over. Fewer bytes of it are kept, to be refused as invalid UTF-8 by whoever reads
    // them.
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    std::string first;
    while (first.size() < mark.size() && peek() == static_cast<unsigned char>(mark[first.size()])) {
        first += mark[first.size()];
        ++position_;
    }
    if (first.empty() || first.size() == mark.size()) {
        return;
    }
    input_.replace(0, position_, first);
    available_ = available_ - position_ + first.size();
    position_ = 0;
}

bool CsvReader::read_field() {
    if (ends_.size() == limits_.columns_max) {
        return fail(record_line_, fmt::format("the record has more than {} columns", limits_.columns_max));
    }
    field_begin_ = bytes_.size();
    quoted_ = peek() == '"';
    return quoted_ ? read_quoted() : read_unquoted();
}

bool CsvReader::read_unquoted() {
    for (;;) {
        const int byte = take();
        if (failed_) {
            return false;
        }
        if (byte == dialect_.delimiter) {
            ends_.push_back(bytes_.size());
            return true;
        }
        if (byte == '\n' || byte == '\r' || byte == end_of_input) {
            return end_line(byte);
        }
        if (byte == '"' && !dialect_.loose_quotes) {
            return fail(line_, "a quote stands inside a field that does not begin with one");
        }
        if (!append(static_cast<char>(byte))) {
            return false;
        }
    }
}

bool CsvReader::read_quoted() {
    const long opening_line = line_;
    take();
    for (;;) {
        const int byte = take();
        if (failed_) {
            return false;
        }
        if (byte == end_of_input) {
            return fail(opening_line, "the quote that begins a field here is never closed");
        }
        if (byte != '"') {
            if (!append(static_cast<char>(byte))) {
                return false;
            }
            continue;
        }
        if (peek() == '"') {
            take();
            if (!append('"')) {
                return false;
            }
            continue;
        }
        const int after = take();
        if (failed_) {
            return false;
        }
        if (after == dialect_.delimiter) {
            ends_.push_back(bytes_.size());
            return true;
        }
        if (after == '\n' || after == '\r' || after == end_of_input) {
            return end_line(after);
        }
        return fail(line_, "a comma or the end of the line was expected after a closing quote");
    }
}

bool CsvReader::end_line(int byte) {
    if (byte == '\r' && peek() != end_of_input && take() != '\n') {
        return fail(line_, "a carriage return stands without a line feed outside quotes");
    }
    if (failed_) {
        return false;
    }
    ends_.push_back(bytes_.size());
    record_ended_ = true;
    return true;
}

bool CsvReader::append(char byte) {
    if (bytes_.size() - field_begin_ == limits_.field_bytes_max) {
        return fail(record_line_,
                    fmt::format("a field of the record is longer than {} bytes", limits_.field_bytes_max));
    }
    if (bytes_.size() == limits_.record_bytes_max) {
        return fail(record_line_, fmt::format("the record is longer than {} bytes", limits_.record_bytes_max));
    }
    bytes_ += byte;
    return true;
}

bool CsvReader::fail(long line, std::string message) {
    if (!failed_) {
        failed_ = true;
        error_ = ImportError{line, std::move(message)};
    }
    return false;
}

std::string csv_line(const std::vector<std::string>& fields) {
    return csv_line(std::vector<std::string_view>(fields.begin(), fields.end()));
}

std::string csv_line(const std::vector<std::string_view>& fields, char delimiter) {
    const std::string special{delimiter, '"', '\r', '\n'};
    std::string line;
    // A lone empty field would be an empty line, which readers pass over, so it is written with quotes.
    const bool lone_empty = fields.size() == 1 && fields.front().empty();
    for (std::size_t index = 0; index < fields.size(); ++index) {
        if (index > 0) {
            line += delimiter;
        }
        const std::string_view field = fields[index];
        const bool begins_like_mark = index == 0 && field.starts_with('\xEF');
        if (!lone_empty && !begins_like_mark && field.find_first_of(special) == std::string::npos) {
            line += field;
            continue;
        }
        line += '"';
        for (const char byte : field) {
            line += byte;
            if (byte == '"') {
                line += '"';
            }
        }
        line += '"';
    }
    line += '\n';
    return line;
}

}  // namespace marque::catalog::import
