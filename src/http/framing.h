#pragma once
// The guard at the door: finds where a request's header ends and refuses every framing that two servers could read
// differently. llhttp takes the header apart; what is refused beyond it is decided here.

#include <cstddef>
#include <string_view>

#include "core/refusal.h"
#include "http/request.h"
#include "http/server.h"

namespace marque::http {

/// What the session needs to know of a header beside the request itself.
struct Head {
    std::size_t content_length = 0;
    bool keep_alive = false;
    bool http_1_1 = false;
    bool expects_continue = false;
};

/// Looks for the empty line as bytes arrive, each byte once. Sees bare CR and LF, control characters and folded lines.
class HeadScanner {
public:
    /// `text` holds all bytes of the request so far. True once its header is complete or `refusal()` is set.
    bool scan(std::string_view text);
    void reset() { *this = HeadScanner{}; }
    [[nodiscard]] const Refusal* refusal() const { return refusal_; }
    /// Bytes of the complete header, its empty line included.
    [[nodiscard]] std::size_t size() const { return size_; }
    /// Whether the request line has been seen whole.
    [[nodiscard]] bool past_first_line() const { return line_start_ > 0; }

private:
    bool refuse(const Refusal& refusal) {
        refusal_ = &refusal;
        return true;
    }
    const Refusal* refusal_ = nullptr;
    std::size_t position_ = 0;
    std::size_t line_start_ = 0;
    std::size_t size_ = 0;
};

/// Fills the request and what frames it from a complete header; the refusal if it must not be answered otherwise.
/// After a refusal the connection closes: where the next request begins is in doubt.
[[nodiscard]] const Refusal* parse_head(std::string_view text, const SessionLimits& limits, Request& request,
                                        Head& head);

/// The refusal for a header that is too long though not complete yet; nullptr while it may still grow.
[[nodiscard]] const Refusal* too_long(const HeadScanner& scanner, std::size_t size, const SessionLimits& limits);

inline constexpr Refusal malformed_request{400, "http.malformed", "The request is not well-formed HTTP"};
inline constexpr Refusal forbidden_byte{400, "http.forbidden_byte",
                                        "The header holds a control character or a bare CR or LF"};
inline constexpr Refusal folded_header{400, "http.folded_header", "A header line must not be continued on the next"};
inline constexpr Refusal bad_host{400, "http.host", "The request must carry exactly one Host header naming a host"};
inline constexpr Refusal repeated_header{400, "http.repeated_header", "A header that must stand once is repeated"};
inline constexpr Refusal bad_content_length{400, "http.content_length", "Content-Length must be one plain number"};
inline constexpr Refusal unexpected_body{400, "http.unexpected_body", "GET and HEAD take no body"};
inline constexpr Refusal bad_target{400, "http.target", "The request target must be a path"};
inline constexpr Refusal body_too_large{413, "http.body_too_large", "The body is too large"};
inline constexpr Refusal target_too_long{414, "http.target_too_long", "The request target is too long"};
inline constexpr Refusal expectation_failed{417, "http.expectation", "Only Expect: 100-continue is understood"};
inline constexpr Refusal header_too_large{431, "http.header_too_large", "The header is too large"};
inline constexpr Refusal unknown_method{501, "http.unknown_method", "The server does not know this method"};
inline constexpr Refusal transfer_encoding{501, "http.transfer_encoding",
                                           "Transfer-Encoding is not supported; send Content-Length"};
inline constexpr Refusal bad_version{505, "http.version", "The server speaks HTTP/1.1 and HTTP/1.0"};
inline constexpr Refusal request_timeout{408, "http.timeout", "The request did not arrive in time"};
inline constexpr Refusal too_many_connections{503, "http.too_many_connections",
                                              "The server has no room for another connection"};

}  // namespace marque::http
