// Files as sources: plain and gzip by their bytes, damage told, progress counted in stored bytes.
#include "features/catalog/import/source.h"

#include <doctest/doctest.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace marque::catalog::import {
namespace {

class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& bytes) {
        std::string pattern = (std::filesystem::temp_directory_path() / "marque_source_XXXXXX").string();
        const int descriptor = mkstemp(pattern.data());
        REQUIRE(descriptor >= 0);
        close(descriptor);
        path_ = pattern;
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string gzipped(const std::string& text) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string result(deflateBound(&stream, text.size()) + 64, '\0');
    std::string input = text;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

struct Outcome {
    std::string text;
    std::string error;
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_total = 0;
};

Outcome read_file(const std::string& bytes, std::size_t chunk_bytes) {
    const TemporaryFile file(bytes);
    auto source = open_source(file.path());
    REQUIRE(source.has_value());
    Outcome outcome;
    std::string buffer(chunk_bytes, '\0');
    for (;;) {
        auto count = (*source)->read(buffer);
        if (!count) {
            outcome.error = count.error();
            CHECK_FALSE((*source)->read(buffer).has_value());
            break;
        }
        if (*count == 0) {
            break;
        }
        outcome.text.append(buffer, 0, *count);
        CHECK((*source)->bytes_read() <= (*source)->bytes_total());
    }
    outcome.bytes_read = (*source)->bytes_read();
    outcome.bytes_total = (*source)->bytes_total();
    return outcome;
}

std::string long_text() {
    std::string text;
    for (int line = 0; text.size() < 300'000; ++line) {
        text += std::to_string(line * 7919) + ",field\n";
    }
    return text;
}

TEST_CASE("plain and gzip files give the same bytes") {
    const auto text = long_text();
    const auto packed = gzipped(text);
    for (const std::size_t chunk_bytes : {7UL, 4096UL, 1000000UL}) {
        const auto plain = read_file(text, chunk_bytes);
        CHECK((plain.text == text));
        CHECK(plain.bytes_read == text.size());
        const auto unpacked = read_file(packed, chunk_bytes);
        CHECK((unpacked.text == text));
        CHECK(unpacked.error == "");
        CHECK(unpacked.bytes_read == packed.size());
        CHECK(unpacked.bytes_total == packed.size());
    }
    CHECK(read_file("", 10).text == "");
    CHECK(read_file("x", 10).text == "x");
    CHECK(read_file(gzipped(""), 10).text == "");
}

TEST_CASE("members of gzip follow each other, with zeros behind the last") {
    const auto outcome = read_file(gzipped("one,") + gzipped("two\n") + std::string(512, '\0'), 3);
    CHECK(outcome.text == "one,two\n");
    CHECK(outcome.error == "");
}

TEST_CASE("damage is told after what could be read") {
    const auto text = long_text();
    auto packed = gzipped(text);
    const auto cut = read_file(packed.substr(0, packed.size() / 2), 4096);
    CHECK(cut.error == "is cut short: its gzip data ends in the middle");
    CHECK(text.starts_with(cut.text));
    CHECK_FALSE(cut.text.empty());
    packed[packed.size() - 5] = static_cast<char>(packed[packed.size() - 5] ^ 0x55);
    CHECK(read_file(packed, 4096).error == "is damaged: its gzip data cannot be unpacked");
    CHECK(read_file(gzipped("a") + "rest", 4096).error == "is damaged: its gzip data cannot be unpacked");
}

TEST_CASE("a file that is none says so") {
    CHECK(open_source("/nowhere/at/all.csv").error() ==
          "/nowhere/at/all.csv cannot be opened: No such file or directory");
    const auto folder = std::filesystem::temp_directory_path().string();
    CHECK(open_source(folder).error() == folder + " is a directory, a CSV file was expected");
}

}  // namespace
}  // namespace marque::catalog::import
