// The CSV reader: each rule of RFC 4180, each limit, and properties over random input with a printed seed.
#include "features/catalog/import/csv.h"

#include <doctest/doctest.h>

#include <random>

namespace marque::catalog::import {
namespace {

struct Outcome {
    std::vector<std::vector<std::string>> records;
    std::vector<long> lines;
    std::string error;
    long error_line = 0;
};

Outcome read_all(std::string_view text, std::size_t chunk_bytes = SIZE_MAX, CsvLimits limits = {}) {
    TextSource source(text, chunk_bytes);
    CsvReader reader(source, limits);
    Outcome outcome;
    CsvRecord record;
    for (;;) {
        auto more = reader.next(record);
        if (!more) {
            outcome.error = more.error().message;
            outcome.error_line = more.error().line;
            return outcome;
        }
        if (!*more) {
            return outcome;
        }
        outcome.records.emplace_back(record.fields.begin(), record.fields.end());
        outcome.lines.push_back(record.line);
    }
}

using Records = std::vector<std::vector<std::string>>;

TEST_CASE("plain, quoted and empty fields") {
    CHECK(read_all("a,b\n1,2\n").records == Records{{"a", "b"}, {"1", "2"}});
    CHECK(read_all("\"a,b\",\"c\"\"d\",,\"\"\n").records == Records{{"a,b", "c\"d", "", ""}});
    CHECK(read_all("a,\n").records == Records{{"a", ""}});
    CHECK(read_all("\"\"\n").records == Records{{""}});
    CHECK(read_all("").records.empty());
}

TEST_CASE("line ends: LF, CRLF, none at the end, blank lines, breaks inside quotes") {
    CHECK(read_all("a,b\r\n1,2").records == Records{{"a", "b"}, {"1", "2"}});
    CHECK(read_all("a\r\n\r\n\nb\r").records == Records{{"a"}, {"b"}});
    auto outcome = read_all("h\n\"x\r\ny\nz\",1\n\nlast\n");
    CHECK(outcome.records == Records{{"h"}, {"x\r\ny\nz", "1"}, {"last"}});
    CHECK(outcome.lines == std::vector<long>{1, 2, 6});
}

TEST_CASE("a byte order mark is passed over, part of one is kept") {
    for (const std::size_t chunk_bytes : {1UL, 2UL, 3UL, 100UL}) {
        CHECK(read_all("\xEF\xBB\xBFsku,name\n", chunk_bytes).records == Records{{"sku", "name"}});
        CHECK(read_all("\xEF\xBB\xBF\"sku\"\n", chunk_bytes).records == Records{{"sku"}});
        CHECK(read_all("\xEF\xBBx\n", chunk_bytes).records == Records{{"\xEF\xBBx"}});
        CHECK(read_all("\xEF\xBB", chunk_bytes).records == Records{{"\xEF\xBB"}});
        CHECK(read_all("\xEF\xBB\xBF", chunk_bytes).records.empty());
    }
}

TEST_CASE("malformed input is an error with its line") {
    auto open_quote = read_all("a\nb,\"never closed\nx\n");
    CHECK(open_quote.records == Records{{"a"}});
    CHECK(open_quote.error_line == 2);
    CHECK(open_quote.error == "the quote that begins a field here is never closed");
    CHECK(read_all("a\nb\"c\n").error == "a quote stands inside a field that does not begin with one");
    CHECK(read_all("\"a\"b\n").error == "a comma or the end of the line was expected after a closing quote");
    CHECK(read_all("a\rb\n").error == "a carriage return stands without a line feed outside quotes");
}

TEST_CASE("limits are errors, and the largest allowed passes") {
    const CsvLimits limits{.field_bytes_max = 4, .record_bytes_max = 10, .columns_max = 3};
    CHECK(read_all("1234,1234,12\n", SIZE_MAX, limits).error.empty());
    CHECK(read_all("x\n12345\n", SIZE_MAX, limits).error == "a field of the record is longer than 4 bytes");
    CHECK(read_all("x\n12345\n", SIZE_MAX, limits).error_line == 2);
    CHECK(read_all("1234,1234,123\n", SIZE_MAX, limits).error == "the record is longer than 10 bytes");
    CHECK(read_all("1,2,3,4\n", SIZE_MAX, limits).error == "the record has more than 3 columns");
    CHECK(read_all(std::string(4097, ','), SIZE_MAX).error == "the record has more than 4096 columns");
    CHECK(read_all(std::string((1U << 20U) + 1, 'x')).error_line == 1);
}

TEST_CASE("an error stays an error") {
    TextSource source("a\"b\nc\n");
    CsvReader reader(source);
    CsvRecord record;
    CHECK_FALSE(reader.next(record).has_value());
    CHECK_FALSE(reader.next(record).has_value());
}

TEST_CASE("what is written is read back, however the bytes arrive") {
    const auto seed = std::random_device{}();
    INFO("seed ", seed);
    std::mt19937 random(seed);
    constexpr std::string_view alphabet = "ab,\"\r\n \xC3\xA9\xEF\xBB\xBF;0";
    for (int round = 0; round < 500; ++round) {
        Records records(1 + random() % 6);
        std::string text;
        for (auto& fields : records) {
            fields.resize(1 + random() % 5);
            for (auto& field : fields) {
                for (auto length = random() % 8; length > 0; --length) {
                    field += alphabet[random() % alphabet.size()];
                }
            }
            text += csv_line(fields);
        }
        const auto outcome = read_all(text, 1 + random() % 7);
        CHECK(outcome.error == "");
        CHECK(outcome.records == records);
    }
}

TEST_CASE("random bytes give records or an error, the same for every chunk size") {
    const auto seed = std::random_device{}();
    INFO("seed ", seed);
    std::mt19937 random(seed);
    for (int round = 0; round < 2000; ++round) {
        std::string text(random() % 60, '\0');
        for (char& byte : text) {
            byte = random() % 3 == 0 ? "\",\r\n"[random() % 4] : static_cast<char>(random() & 0xFFU);
        }
        const auto whole = read_all(text);
        const auto pieces = read_all(text, 1 + random() % 5);
        CHECK(whole.records == pieces.records);
        CHECK(whole.error == pieces.error);
        CHECK(whole.error_line == pieces.error_line);
    }
}

}  // namespace
}  // namespace marque::catalog::import
