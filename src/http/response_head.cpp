// Writing of response heads: appends of ready pieces, since it is done for every request.
#include "http/response_head.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace marque::http {
namespace {

struct StatusLine {
    int status;
    std::string_view line;
};

/// Commonest first.
constexpr std::array status_lines{
    StatusLine{200, "HTTP/1.1 200 OK\r\n"},
    StatusLine{304, "HTTP/1.1 304 Not Modified\r\n"},
    StatusLine{201, "HTTP/1.1 201 Created\r\n"},
    StatusLine{204, "HTTP/1.1 204 No Content\r\n"},
    StatusLine{401, "HTTP/1.1 401 Unauthorized\r\n"},
    StatusLine{404, "HTTP/1.1 404 Not Found\r\n"},
    StatusLine{400, "HTTP/1.1 400 Bad Request\r\n"},
    StatusLine{403, "HTTP/1.1 403 Forbidden\r\n"},
    StatusLine{409, "HTTP/1.1 409 Conflict\r\n"},
    StatusLine{422, "HTTP/1.1 422 Unprocessable Content\r\n"},
    StatusLine{429, "HTTP/1.1 429 Too Many Requests\r\n"},
    StatusLine{202, "HTTP/1.1 202 Accepted\r\n"},
    StatusLine{206, "HTTP/1.1 206 Partial Content\r\n"},
    StatusLine{301, "HTTP/1.1 301 Moved Permanently\r\n"},
    StatusLine{302, "HTTP/1.1 302 Found\r\n"},
    StatusLine{303, "HTTP/1.1 303 See Other\r\n"},
    StatusLine{307, "HTTP/1.1 307 Temporary Redirect\r\n"},
    StatusLine{308, "HTTP/1.1 308 Permanent Redirect\r\n"},
    StatusLine{405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    StatusLine{406, "HTTP/1.1 406 Not Acceptable\r\n"},
    StatusLine{408, "HTTP/1.1 408 Request Timeout\r\n"},
    StatusLine{410, "HTTP/1.1 410 Gone\r\n"},
    StatusLine{412, "HTTP/1.1 412 Precondition Failed\r\n"},
    StatusLine{413, "HTTP/1.1 413 Content Too Large\r\n"},
    StatusLine{414, "HTTP/1.1 414 URI Too Long\r\n"},
    StatusLine{415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
    StatusLine{416, "HTTP/1.1 416 Range Not Satisfiable\r\n"},
    StatusLine{417, "HTTP/1.1 417 Expectation Failed\r\n"},
    StatusLine{428, "HTTP/1.1 428 Precondition Required\r\n"},
    StatusLine{431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    StatusLine{500, "HTTP/1.1 500 Internal Server Error\r\n"},
    StatusLine{501, "HTTP/1.1 501 Not Implemented\r\n"},
    StatusLine{502, "HTTP/1.1 502 Bad Gateway\r\n"},
    StatusLine{503, "HTTP/1.1 503 Service Unavailable\r\n"},
    StatusLine{504, "HTTP/1.1 504 Gateway Timeout\r\n"},
    StatusLine{505, "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
};

void append_status_line(std::string& out, int status) {
    for (const auto& known : status_lines) {
        if (known.status == status) {
            out += known.line;
            return;
        }
    }
    out += fmt::format("HTTP/1.1 {} \r\n", status);
}

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}  // namespace

std::string_view DateLine::at(std::time_t now) {
    if (now == second_) return line_;
    // strftime would use the locale's words.
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    line_ =
        fmt::format("Date: {}, {:02} {} {} {:02}:{:02}:{:02} GMT\r\n", days[static_cast<std::size_t>(parts.tm_wday)],
                    parts.tm_mday, months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
                    parts.tm_min, parts.tm_sec);
    second_ = now;
    return line_;
}

void append_response_head(std::string& out, const Response& response, std::string_view date_line,
                          ConnectionLine connection, bool strict_transport) {
    append_status_line(out, response.status);
    out += date_line;
    if (has_body(response.status)) {
        out += "Content-Type: ";
        out += response.content_type;
        if (!response.stream) {
            out += "\r\nContent-Length: ";
            append_number(out, response.body_size());
        } else if (connection == ConnectionLine::none) {
            out += "\r\nTransfer-Encoding: chunked";
        }
        out += "\r\n";
    }
    out +=
        "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
        "Content-Security-Policy: ";
    out += response.content_security_policy;
    out += "\r\nCross-Origin-Resource-Policy: ";
    out += response.resource_policy;
    out += "\r\n";
    if (strict_transport) out += "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n";
    if (!response.vary.empty()) {
        out += "Vary: ";
        out += response.vary;
        out += "\r\n";
    }
    out += response.headers;
    switch (connection) {
        case ConnectionLine::none:
            break;
        case ConnectionLine::keep_alive:
            out += "Connection: keep-alive\r\n";
            break;
        case ConnectionLine::close:
            out += "Connection: close\r\n";
            break;
    }
    out += "\r\n";
}

}  // namespace marque::http
