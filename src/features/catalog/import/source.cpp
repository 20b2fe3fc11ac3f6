// Files as byte sources: plain reads through a descriptor, and zlib's inflate over them for gzip.
// Concatenated gzip members are one stream, as gunzip treats them.
#include "features/catalog/import/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace marque::catalog::import {

namespace {

using ReadResult = std::expected<std::size_t, std::string>;

class FileSource final : public Source {
public:
    FileSource(int descriptor, std::uint64_t bytes_total) : descriptor_(descriptor), bytes_total_(bytes_total) {}
    ~FileSource() override { ::close(descriptor_); }

    ReadResult read(std::span<char> buffer) override {
        for (;;) {
            const auto count = ::read(descriptor_, buffer.data(), buffer.size());
            if (count >= 0) {
                bytes_read_ += static_cast<std::uint64_t>(count);
                return static_cast<std::size_t>(count);
            }
            if (errno != EINTR) {
                return std::unexpected("cannot be read: " + std::system_category().message(errno));
            }
        }
    }
    std::uint64_t bytes_read() const override { return bytes_read_; }
    std::uint64_t bytes_total() const override { return bytes_total_; }

private:
    int descriptor_;
    std::uint64_t bytes_total_;
    std::uint64_t bytes_read_ = 0;
};

// Hands out bytes that were read to look at the magic number, then the rest of the source behind them.
class PrefixedSource final : public Source {
public:
    PrefixedSource(std::string prefix, std::unique_ptr<Source> rest)
        : prefix_(std::move(prefix)), rest_(std::move(rest)) {}

    ReadResult read(std::span<char> buffer) override {
        if (position_ == prefix_.size()) {
            return rest_->read(buffer);
        }
        const auto count = std::min(buffer.size(), prefix_.size() - position_);
        std::memcpy(buffer.data(), prefix_.data() + position_, count);
        position_ += count;
        return count;
    }
    std::uint64_t bytes_read() const override { return rest_->bytes_read() - (prefix_.size() - position_); }
    std::uint64_t bytes_total() const override { return rest_->bytes_total(); }

private:
    std::string prefix_;
    std::size_t position_ = 0;
    std::unique_ptr<Source> rest_;
};

class GzipSource final : public Source {
public:
    explicit GzipSource(std::unique_ptr<Source> compressed) : compressed_(std::move(compressed)) {
        ready_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK;
        if (!ready_) {
            error_ = "cannot be unpacked: zlib did not start";
        }
    }
    ~GzipSource() override {
        if (ready_) {
            inflateEnd(&stream_);
        }
    }

    ReadResult read(std::span<char> buffer) override {
        const auto wanted = std::min(buffer.size(), std::size_t{1} << 20U);
        stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream_.avail_out = static_cast<uInt>(wanted);
        while (error_.empty() && !finished_ && stream_.avail_out == wanted) {
            step();
        }
        // Bytes already unpacked are handed out before a later error is told.
        const auto produced = wanted - stream_.avail_out;
        if (produced > 0 || error_.empty()) {
            return produced;
        }
        return std::unexpected(error_);
    }
    std::uint64_t bytes_read() const override { return compressed_->bytes_read() - stream_.avail_in; }
    std::uint64_t bytes_total() const override { return compressed_->bytes_total(); }

private:
    void step() {
        if (stream_.avail_in == 0 && !refill()) {
            return;
        }
        if (between_members_ && !begin_member()) {
            return;
        }
        const auto outcome = inflate(&stream_, Z_NO_FLUSH);
        if (outcome == Z_STREAM_END) {
            between_members_ = true;
            inflateReset(&stream_);
        } else if (outcome != Z_OK && outcome != Z_BUF_ERROR) {
            error_ = "is damaged: its gzip data cannot be unpacked";
        }
    }

    bool refill() {
        auto count = compressed_->read(input_);
        if (!count) {
            error_ = count.error();
            return false;
        }
        if (*count == 0) {
            finished_ = true;
            if (!between_members_) {
                error_ = "is cut short: its gzip data ends in the middle";
            }
            return false;
        }
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
        stream_.avail_in = static_cast<uInt>(*count);
        return true;
    }

    // Tape blocks leave zero bytes behind the last member; anything else there has to be another member.
    bool begin_member() {
        while (stream_.avail_in > 0 && *stream_.next_in == 0) {
            ++stream_.next_in;
            --stream_.avail_in;
        }
        if (stream_.avail_in == 0) {
            return false;
        }
        between_members_ = false;
        return true;
    }

    std::unique_ptr<Source> compressed_;
    z_stream stream_{};
    std::array<char, 65536> input_{};
    std::string error_;
    bool ready_ = false;
    bool finished_ = false;
    bool between_members_ = false;
};

}  // namespace

std::expected<std::unique_ptr<Source>, std::string> open_source(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return std::unexpected(path + " cannot be opened: " + std::system_category().message(errno));
    }
    struct stat status{};
    const bool known = ::fstat(descriptor, &status) == 0;
    const auto total = known && S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
    std::unique_ptr<Source> file = std::make_unique<FileSource>(descriptor, total);
    if (known && S_ISDIR(status.st_mode)) {
        return std::unexpected(path + " is a directory, a CSV file was expected");
    }
    auto opened = unpacked(std::move(file));
    if (!opened) {
        return std::unexpected(path + " " + opened.error());
    }
    return opened;
}

std::expected<std::unique_ptr<Source>, std::string> unpacked(std::unique_ptr<Source> stored) {
    std::string magic;
    while (magic.size() < 2) {
        char byte = 0;
        auto count = stored->read(std::span(&byte, 1));
        if (!count) {
            return std::unexpected(count.error());
        }
        if (*count == 0) {
            break;
        }
        magic += byte;
    }
    const bool gzip = magic == "\x1f\x8b";
    stored = std::make_unique<PrefixedSource>(std::move(magic), std::move(stored));
    if (gzip) {
        return std::make_unique<GzipSource>(std::move(stored));
    }
    return stored;
}

TextSource::TextSource(std::string_view text, std::size_t chunk_bytes) : text_(text), chunk_bytes_(chunk_bytes) {}

ReadResult TextSource::read(std::span<char> buffer) {
    const auto count = std::min({buffer.size(), chunk_bytes_, text_.size() - position_});
    std::memcpy(buffer.data(), text_.data() + position_, count);
    position_ += count;
    return count;
}

}  // namespace marque::catalog::import
