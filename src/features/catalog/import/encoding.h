#pragma once
// The text of a file whatever it is written in: UTF-8 goes through, UTF-16 with its mark is converted, an old Windows
// code page only where somebody says so, for nothing in a file tells one of them from another.

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "features/catalog/import/source.h"

namespace marque::catalog::import {

enum class Encoding { automatic, utf8, utf16, windows_1251, windows_1252 };

// "auto", "utf-8", "utf-16", "windows-1251", "windows-1252". The error reads on after the name of the option.
std::expected<Encoding, std::string> parse_encoding(std::string_view word);

// A source of UTF-8 whose beginning can be looked at before it is read.
class TextStream final : public Source {
public:
    // The error is a sentence for the owner of the file: what it seems to be, and what to do.
    static std::expected<std::unique_ptr<TextStream>, std::string> open(std::unique_ptr<Source> source,
                                                                        Encoding encoding);

    std::expected<std::size_t, std::string> read(std::span<char> buffer) override;
    std::uint64_t bytes_read() const override { return source_->bytes_read(); }
    std::uint64_t bytes_total() const override { return source_->bytes_total(); }
    // Up to 64 KiB of the text from its first byte on, without a byte order mark.
    std::string_view beginning() const { return beginning_; }

private:
    TextStream(std::unique_ptr<Source> source, Encoding encoding) : source_(std::move(source)), encoding_(encoding) {}
    void convert(std::string_view raw);
    void convert_utf16(std::string_view raw);
    std::expected<bool, std::string> refill();

    std::unique_ptr<Source> source_;
    Encoding encoding_;
    bool big_endian_ = false;
    std::string raw_;  // Bytes of a character that the last read cut through.
    char32_t surrogate_ = 0;
    std::string ready_;  // Converted and not handed out yet.
    std::size_t position_ = 0;
    std::string beginning_;
    bool at_end_ = false;
};

}  // namespace marque::catalog::import
