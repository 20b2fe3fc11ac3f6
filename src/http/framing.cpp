// Guard of the framing (see framing.h); the only place that touches llhttp.
#include "http/framing.h"

#include <llhttp.h>

#include <cstdint>
#include <cstring>

namespace marque::http {
namespace {

/// The first control character (tab included) at or after `from`; the text's size where there is none.
std::size_t find_control(std::string_view text, std::size_t from) {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    // Eight bytes at once: the classic "any byte below 0x20" and "any byte equal to 0x7f" tests.
    while (from + 8 <= text.size()) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + from, 8);
        const std::uint64_t below = (word - ones * 0x20) & ~word;
        const std::uint64_t is_delete = ((word ^ (ones * 0x7f)) - ones) & ~(word ^ (ones * 0x7f));
        if (((below | is_delete) & (ones * 0x80)) != 0) break;
        from += 8;
    }
    while (from < text.size()) {
        const auto byte = static_cast<unsigned char>(text[from]);
        if (byte < 0x20 || byte == 0x7f) break;
        ++from;
    }
    return from;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool same_letters(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < lower.size(); ++i) {
        const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
        if (c != lower[i]) return false;
    }
    return true;
}

/// Headers that decide about framing, or that the API reads once and must not find twice.
enum Known : unsigned {
    unknown_header = 0,
    host = 1,
    content_length = 2,
    content_type = 4,
    authorization = 8,
    market = 16,
    idempotency_key = 32,
    cart_token = 64,
    transfer_encoding_header = 128,
    expect = 256,
    origin = 512,
    content_encoding = 1024,
    forwarded_proto = 2048,
};

Known known_header(std::string_view name) {
    const auto if_is = [&](std::string_view word, Known known) {
        return same_letters(name, word) ? known : unknown_header;
    };
    switch (name.size()) {
        case 4:
            return if_is("host", host);
        case 6: {
            const Known known = if_is("expect", expect);
            return known != unknown_header ? known : if_is("origin", origin);
        }
        case 8:
            return if_is("x-market", market);
        case 12: {
            const Known known = if_is("content-type", content_type);
            return known != unknown_header ? known : if_is("x-cart-token", cart_token);
        }
        case 13:
            return if_is("authorization", authorization);
        case 14:
            return if_is("content-length", content_length);
        case 15:
            return if_is("idempotency-key", idempotency_key);
        case 17: {
            const Known known = if_is("transfer-encoding", transfer_encoding_header);
            return known != unknown_header ? known : if_is("x-forwarded-proto", forwarded_proto);
        }
        case 16:
            return if_is("content-encoding", content_encoding);
        default:
            return unknown_header;
    }
}

/// What llhttp's callbacks fill.
struct Collector {
    Request& request;
    std::size_t headers_max;
    bool too_many_headers = false;
    bool awaits_value = false;
};

int on_url(llhttp_t* parser, const char* at, std::size_t length) {
    static_cast<Collector*>(parser->data)->request.target = {at, length};
    return 0;
}

int on_header_field(llhttp_t* parser, const char* at, std::size_t length) {
    auto& collector = *static_cast<Collector*>(parser->data);
    if (collector.request.headers.size() >= collector.headers_max) {
        collector.too_many_headers = true;
        return HPE_USER;
    }
    collector.request.headers.push_back({{at, length}, {}});
    // llhttp forgives a blank before the colon of some headers; others would read another name there.
    collector.awaits_value = length > 0 && at[length] == ':';
    return collector.awaits_value ? 0 : HPE_USER;
}

int on_header_value(llhttp_t* parser, const char* at, std::size_t length) {
    auto& collector = *static_cast<Collector*>(parser->data);
    // An empty name is not reported, only its value: that must not become the value of the header before.
    if (!collector.awaits_value) return HPE_USER;
    collector.awaits_value = false;
    while (length > 0 && is_blank(at[length - 1])) --length;
    collector.request.headers.back().value = {at, length};
    return 0;
}

int on_headers_complete(llhttp_t*) { return HPE_PAUSED; }

constexpr llhttp_settings_t settings_of_parser() {
    llhttp_settings_t settings{};
    settings.on_url = on_url;
    settings.on_header_field = on_header_field;
    settings.on_header_value = on_header_value;
    settings.on_headers_complete = on_headers_complete;
    return settings;
}
constexpr llhttp_settings_t parser_settings = settings_of_parser();

const Refusal* refusal_of(llhttp_errno_t error, const Collector& collector) {
    if (collector.too_many_headers) return &header_too_large;
    for (const auto& header : collector.request.headers) {
        if (known_header(header.name) == transfer_encoding_header) return &transfer_encoding;
    }
    switch (error) {
        case HPE_INVALID_METHOD:
            return &unknown_method;
        case HPE_INVALID_VERSION:
        case HPE_PAUSED_H2_UPGRADE:
            return &bad_version;
        case HPE_INVALID_URL:
            return &bad_target;
        case HPE_INVALID_CONTENT_LENGTH:
        case HPE_UNEXPECTED_CONTENT_LENGTH:
            return &bad_content_length;
        default:
            return &malformed_request;
    }
}

bool verb_of(std::uint8_t method, Verb& verb) {
    switch (method) {
        case HTTP_GET:
            verb = Verb::get;
            return true;
        case HTTP_HEAD:
            verb = Verb::head;
            return true;
        case HTTP_POST:
            verb = Verb::post;
            return true;
        case HTTP_PUT:
            verb = Verb::put;
            return true;
        case HTTP_PATCH:
            verb = Verb::patch;
            return true;
        case HTTP_DELETE:
            verb = Verb::del;
            return true;
        case HTTP_OPTIONS:
            verb = Verb::options;
            return true;
        default:
            return false;
    }
}

bool names_a_host(std::string_view value) {
    if (value.empty()) return false;
    const auto port = value.rfind(':');
    if (port != std::string_view::npos && value.back() != ']') {
        // A colon outside of brackets begins a port, which is a number.
        if (value.find_first_not_of("0123456789", port + 1) != std::string_view::npos) return false;
        if (value.substr(0, port).contains(':') && value.front() != '[') return false;
        if (port == 0) return false;
    }
    for (const char c : value) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && std::string_view{".-_:[]"}.find(c) == std::string_view::npos) return false;
    }
    return true;
}

/// llhttp skips further blanks around the target; a server that does not would read another target there.
bool has_single_blanks(std::string_view text, std::string_view target) {
    const auto start = static_cast<std::size_t>(target.data() - text.data());
    if (start < 2 || text[start - 1] != ' ' || is_blank(text[start - 2])) return false;
    const auto rest = text.substr(start + target.size());
    return rest.starts_with(" HTTP/1.1\r\n") || rest.starts_with(" HTTP/1.0\r\n");
}

/// Sees each header once; `host_value` is what the absolute form of a target must agree with.
const Refusal* check_headers(const Request& request, Head& head, std::string_view& host_value) {
    unsigned seen = 0;
    for (const auto& header : request.headers) {
        const Known known = known_header(header.name);
        if (known == unknown_header) continue;
        if (known == transfer_encoding_header) return &transfer_encoding;
        if ((seen & known) != 0) return known == host ? &bad_host : &repeated_header;
        seen |= known;
        if (known == host) {
            if (!names_a_host(header.value)) return &bad_host;
            host_value = header.value;
        } else if (known == expect) {
            if (!same_letters(header.value, "100-continue")) return &expectation_failed;
            head.expects_continue = head.http_1_1;
        } else if (known == content_length) {
            // llhttp has read the number; a list, a sign or blanks inside never count as one.
            if (header.value.find_first_not_of("0123456789") != std::string_view::npos) return &bad_content_length;
            if (header.value.empty()) return &bad_content_length;
        }
    }
    return (seen & host) == 0 && head.http_1_1 ? &bad_host : nullptr;
}

/// Splits the target; "http://host/path" is accepted where it names the same host as the Host header.
bool split_target(Request& request, std::string_view host_value) {
    std::string_view rest = request.target;
    if (rest.empty()) return false;
    if (rest.front() != '/') {
        const auto scheme_end = rest.find("://");
        if (scheme_end == std::string_view::npos) return false;
        const auto scheme = rest.substr(0, scheme_end);
        if (!same_letters(scheme, "http") && !same_letters(scheme, "https")) return false;
        rest.remove_prefix(scheme_end + 3);
        const auto slash = std::min(rest.find('/'), rest.size());
        if (rest.substr(0, slash) != host_value || slash == rest.size()) return false;
        rest.remove_prefix(slash);
        request.target = rest;
    }
    if (rest.find('#') != std::string_view::npos) return false;
    const auto mark = rest.find('?');
    request.path = rest.substr(0, mark);
    request.query = mark == std::string_view::npos ? std::string_view{} : rest.substr(mark + 1);
    return true;
}

}  // namespace

bool HeadScanner::scan(std::string_view text) {
    while (true) {
        position_ = find_control(text, position_);
        if (position_ == text.size()) return false;
        const char found = text[position_];
        if (found == '\t') {
            ++position_;
            continue;
        }
        if (found != '\r') return refuse(forbidden_byte);
        if (position_ + 1 == text.size()) return false;
        if (text[position_ + 1] != '\n') return refuse(forbidden_byte);
        if (position_ == line_start_) {
            if (line_start_ == 0) return refuse(malformed_request);
            size_ = position_ + 2;
            return true;
        }
        if (is_blank(text[line_start_])) return refuse(line_start_ == 0 ? malformed_request : folded_header);
        position_ += 2;
        line_start_ = position_;
    }
}

const Refusal* parse_head(std::string_view text, const SessionLimits& limits, Request& request, Head& head) {
    if (text.size() > limits.header_bytes_max) return &header_too_large;
    request = Request{.headers = std::move(request.headers)};
    request.headers.clear();
    head = Head{};
    Collector collector{request, limits.headers_max};
    llhttp_t parser;
    llhttp_init(&parser, HTTP_REQUEST, &parser_settings);
    parser.data = &collector;
    const auto outcome = llhttp_execute(&parser, text.data(), text.size());
    if (outcome != HPE_PAUSED) return refusal_of(outcome, collector);
    // llhttp pauses after the very last byte; anything else means that we disagree on where the header ends.
    if (llhttp_get_error_pos(&parser) < text.data() + text.size() - 1) return &malformed_request;
    if (parser.http_major != 1 || parser.http_minor > 1) return &bad_version;
    if (!has_single_blanks(text, request.target)) return &malformed_request;
    if (request.target.size() > limits.target_bytes_max) return &target_too_long;
    head.http_1_1 = parser.http_minor == 1;
    head.keep_alive = llhttp_should_keep_alive(&parser) != 0;
    head.content_length = limits.ignore_lengths ? 0 : parser.content_length;
    if (!verb_of(parser.method, request.verb)) return &unknown_method;
    std::string_view host_value;
    if (const auto* refusal = check_headers(request, head, host_value)) return refusal;
    if (!split_target(request, host_value)) return &bad_target;
    if (head.content_length > 0 && (request.verb == Verb::get || request.verb == Verb::head)) return &unexpected_body;
    return head.content_length > limits.body_bytes_max ? &body_too_large : nullptr;
}

const Refusal* too_long(const HeadScanner& scanner, std::size_t size, const SessionLimits& limits) {
    constexpr std::size_t longest_method_and_version = 32;
    if (!scanner.past_first_line() && size > limits.target_bytes_max + longest_method_and_version)
        return &target_too_long;
    return size > limits.header_bytes_max ? &header_too_large : nullptr;
}

}  // namespace marque::http
