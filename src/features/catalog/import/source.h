#pragma once
// Byte sources an import pulls from: a file (plain or gzip, told apart by its first bytes) or text in memory.
// Nothing is read ahead beyond one buffer, so a file of any size costs the same memory.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace marque::catalog::import {

class Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    // Fills at most the whole buffer and says how much; 0 means the end. Once an error was returned, it is returned
    // again.
    virtual std::expected<std::size_t, std::string> read(std::span<char> buffer) = 0;

    // For progress: bytes taken from what is stored (compressed bytes for gzip) and how many there are, 0 if unknown.
    virtual std::uint64_t bytes_read() const = 0;
    virtual std::uint64_t bytes_total() const = 0;
};

// Opens a file; gzip is recognised by its magic bytes, whatever the name ends in.
std::expected<std::unique_ptr<Source>, std::string> open_source(const std::string& path);

// The same for what another source gives.
std::expected<std::unique_ptr<Source>, std::string> unpacked(std::unique_ptr<Source> stored);

// Reads from text that outlives the source.
class TextSource final : public Source {
public:
    // chunk_bytes bounds what one read returns, which lets tests place buffer ends anywhere.
    explicit TextSource(std::string_view text, std::size_t chunk_bytes = SIZE_MAX);
    std::expected<std::size_t, std::string> read(std::span<char> buffer) override;
    std::uint64_t bytes_read() const override { return position_; }
    std::uint64_t bytes_total() const override { return text_.size(); }

private:
    std::string_view text_;
    std::size_t chunk_bytes_;
    std::size_t position_ = 0;
};

}  // namespace marque::catalog::import
