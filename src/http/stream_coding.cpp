// zlib and brotli fed piece by piece, with the settings that whole answers have (coding.cpp).
#include "http/stream_coding.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <array>
#include <memory>

#include "core/check.h"

namespace marque::http {
namespace {

/// The encoder's memory grows with its window, and many may be under way: about 1 MB each.
constexpr int brotli_window_bits = 18;
constexpr std::size_t room_bytes = 32 * 1024;
using Room = std::array<std::uint8_t, room_bytes>;

class Gzip {
public:
    Gzip() {
        constexpr int gzip_window = 15 + 16;
        const int done = deflateInit2(&state_, gzip_level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY);
        check(done == Z_OK, "zlib could not start");
    }
    ~Gzip() { deflateEnd(&state_); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    void append(std::string& out, std::string_view bytes, bool is_last) {
        // zlib takes its input without const and does not write to it.
        state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        state_.avail_in = static_cast<uInt>(bytes.size());
        Room room;
        do {
            state_.next_out = room.data();
            state_.avail_out = static_cast<uInt>(room.size());
            const int done = deflate(&state_, is_last ? Z_FINISH : Z_NO_FLUSH);
            check(done == Z_OK || done == Z_STREAM_END || done == Z_BUF_ERROR, "zlib did not compress");
            out.append(reinterpret_cast<const char*>(room.data()), room.size() - state_.avail_out);
        } while (state_.avail_out == 0);
    }

private:
    z_stream state_{};
};

class Brotli {
public:
    Brotli() : state_(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)) {
        check(state_ != nullptr, "brotli could not start");
        BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_QUALITY, brotli_quality);
        BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_LGWIN, brotli_window_bits);
        BrotliEncoderSetParameter(state_.get(), BROTLI_PARAM_MODE, BROTLI_MODE_TEXT);
    }

    void append(std::string& out, std::string_view bytes, bool is_last) {
        const auto* in = reinterpret_cast<const std::uint8_t*>(bytes.data());
        std::size_t left = bytes.size();
        Room room;
        do {
            std::uint8_t* next = room.data();
            std::size_t free = room.size();
            const auto done =
                BrotliEncoderCompressStream(state_.get(), is_last ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS,
                                            &left, &in, &free, &next, nullptr);
            check(done == BROTLI_TRUE, "brotli did not compress");
            out.append(reinterpret_cast<const char*>(room.data()), room.size() - free);
        } while (left > 0 || BrotliEncoderHasMoreOutput(state_.get()) == BROTLI_TRUE);
    }

private:
    struct Destroy {
        void operator()(BrotliEncoderState* state) const { BrotliEncoderDestroyInstance(state); }
    };
    std::unique_ptr<BrotliEncoderState, Destroy> state_;
};

template <class Coder>
void put_between(Response& response) {
    struct Between {
        std::function<bool(std::string& piece)> plain;
        Coder coder;
        std::string piece;
    };
    // A std::function must be copyable, and nobody copies the coder after this.
    auto between = std::make_shared<Between>();
    between->plain = std::move(response.stream);
    response.stream = [between](std::string& out) {
        bool more = true;
        // A coder may swallow some pieces before it gives one.
        while (more && out.empty()) {
            between->piece.clear();
            more = between->plain(between->piece);
            between->coder.append(out, between->piece, !more);
        }
        return more;
    };
}

}  // namespace

void code_stream(Response& response, Coding coding) {
    check(response.stream != nullptr, "a body that is made while it is sent");
    if (coding == Coding::gzip) put_between<Gzip>(response);
    if (coding == Coding::brotli) put_between<Brotli>(response);
}

}  // namespace marque::http
