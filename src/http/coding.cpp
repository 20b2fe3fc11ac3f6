// Accept-Encoding read by the letter; zlib and brotli with settings for small JSON pages.
#include "http/coding.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <array>
#include <limits>
#include <memory>

#include "core/check.h"
#include "core/text.h"

namespace marque::http {
namespace {

/// A weight in thousandths: "1", "0.5", "0.001"; nothing where it is not written as the grammar wants.
std::optional<int> weight_of(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    int thousandths = text[0] == '1' ? 1000 : 0;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    int place = 100;
    for (std::size_t i = 2; i < text.size(); ++i, place /= 10) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        thousandths += (text[i] - '0') * place;
    }
    if (thousandths > 1000) return std::nullopt;
    return thousandths;
}

/// What the field says of each coding, in thousandths; nothing where it does not name it.
struct Weights {
    std::optional<int> brotli, gzip, identity, any;
};

void read_member(std::string_view member, Weights& weights) {
    const auto semicolon = member.find(';');
    const std::string name = lowered(trimmed(member.substr(0, semicolon)));
    std::optional<int> weight = 1000;
    if (semicolon != std::string_view::npos) {
        const auto parameter = trimmed(member.substr(semicolon + 1));
        const bool is_weight =
            parameter.size() > 2 && (parameter[0] == 'q' || parameter[0] == 'Q') && parameter[1] == '=';
        weight = is_weight ? weight_of(parameter.substr(2)) : std::nullopt;
    }
    if (!weight) return;
    if (name == "br") weights.brotli = weight;
    if (name == "gzip" || name == "x-gzip") weights.gzip = weight;
    if (name == "identity") weights.identity = weight;
    if (name == "*") weights.any = weight;
}

std::string gzipped(std::string_view bytes) {
    // Its tables take 256 kB, so each thread keeps one set.
    struct Stream {
        z_stream state{};
        Stream() {
            constexpr int gzip_window = 15 + 16;
            const int done = deflateInit2(&state, gzip_level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY);
            check(done == Z_OK, "zlib could not start");
        }
        ~Stream() { deflateEnd(&state); }
        Stream(const Stream&) = delete;
        Stream& operator=(const Stream&) = delete;
    };
    thread_local Stream stream;
    check(bytes.size() < std::numeric_limits<uInt>::max(), "an answer too large to compress at once");
    check(deflateReset(&stream.state) == Z_OK, "zlib could not start again");
    std::string out(deflateBound(&stream.state, static_cast<uLong>(bytes.size())), '\0');
    // zlib takes its input without const and does not write to it.
    stream.state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.state.avail_in = static_cast<uInt>(bytes.size());
    stream.state.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.state.avail_out = static_cast<uInt>(out.size());
    check(deflate(&stream.state, Z_FINISH) == Z_STREAM_END, "zlib did not compress");
    out.resize(stream.state.total_out);
    out.shrink_to_fit();
    return out;
}

std::string brotli_compressed(std::string_view bytes) {
    // A window as small as the page: the encoder's tables grow with it.
    int window_bits = BROTLI_MIN_WINDOW_BITS;
    while (window_bits < BROTLI_DEFAULT_WINDOW && (std::size_t{1} << window_bits) < bytes.size() + 16) ++window_bits;
    std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
    std::string out(size, '\0');
    const auto done = BrotliEncoderCompress(brotli_quality, window_bits, BROTLI_MODE_TEXT, bytes.size(),
                                            reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                                            reinterpret_cast<std::uint8_t*>(out.data()));
    check(done == BROTLI_TRUE, "brotli did not compress");
    out.resize(size);
    out.shrink_to_fit();
    return out;
}

}  // namespace

std::string_view coding_word(Coding coding) {
    switch (coding) {
        case Coding::identity:
            return "";
        case Coding::gzip:
            return "gzip";
        case Coding::brotli:
            return "br";
    }
    return "";
}

std::optional<Coding> choose_coding(std::string_view accept_encoding, bool worth_it) {
    if (accept_encoding.empty()) return Coding::identity;
    Weights weights;
    while (!accept_encoding.empty()) {
        const auto comma = accept_encoding.find(',');
        read_member(accept_encoding.substr(0, comma), weights);
        accept_encoding = comma == std::string_view::npos ? std::string_view{} : accept_encoding.substr(comma + 1);
    }
    // Doubled, so that identity, where nobody speaks of it, stands above "not at all" and below every weight.
    const int others = 2 * weights.any.value_or(0);
    const int brotli = weights.brotli ? 2 * *weights.brotli : others;
    const int gzip = weights.gzip ? 2 * *weights.gzip : others;
    const bool forbidden_by_any = weights.any && *weights.any == 0;
    const int identity = weights.identity ? 2 * *weights.identity : (forbidden_by_any ? 0 : 1);
    if (identity > 0 && (!worth_it || identity > std::max(brotli, gzip))) return Coding::identity;
    if (brotli > 0 && brotli >= gzip) return Coding::brotli;
    if (gzip > 0) return Coding::gzip;
    return std::nullopt;
}

std::string coded(std::string_view bytes, Coding coding) {
    switch (coding) {
        case Coding::identity:
            return std::string{bytes};
        case Coding::gzip:
            return gzipped(bytes);
        case Coding::brotli:
            return brotli_compressed(bytes);
    }
    return std::string{bytes};
}

}  // namespace marque::http
