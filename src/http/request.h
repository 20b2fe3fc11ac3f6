#pragma once
// One HTTP request as the session hands it over: framing checked, header and body complete, nothing interpreted yet.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace marque::http {

enum class Verb { get, head, post, put, patch, del, options };

[[nodiscard]] std::string_view verb_word(Verb verb);

struct Header {
    std::string_view name;
    std::string_view value;
};

/// Views point into the connection's buffer and live until the response has been written.
struct Request {
    Verb verb = Verb::get;
    std::string_view target;  // "/api/v1/products?limit=5"
    std::string_view path;    // "/api/v1/products", still percent-encoded
    std::string_view query;   // "limit=5", still percent-encoded
    std::vector<Header> headers;
    std::string_view body;
    std::string_view remote_address;  // the peer, or what a configured proxy said of it

    /// The value of a header (name compared without case); empty where absent.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// "a%20b" decoded; nothing where an escape is broken or the result is not UTF-8. `plus_is_space` for query strings.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);

/// Decoded name=value pairs in order; nothing where an escape is broken or there are more than 64.
using Pairs = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::optional<Pairs> parse_query(std::string_view query);

}  // namespace marque::http
