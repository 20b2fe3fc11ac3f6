#pragma once
// HTTP calls to other people's servers (SMS and payment providers, webhooks): libcurl on the thread's own io_context.

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/task.h"

namespace boost::asio {
class io_context;
}

namespace marque::work {

/// One call. Redirects are not followed, certificates always verified, proxies of the environment ignored.
struct HttpCall {
    std::string method = "POST";
    std::string url;                   // http or https, nothing else
    std::vector<std::string> headers;  // "Name: value", without line breaks
    std::string body;                  // sent unless empty
    std::string user;                  // with `password`: Basic authentication, when not empty
    std::string password;
    int connect_timeout_ms = 3'000;  // name, connection and TLS together
    int total_timeout_ms = 8'000;    // all of it, the answer's last byte included
    std::size_t answer_bytes_max = 256 * 1024;
    /// Refuses loopback, private, link-local and other addresses that are not of the open internet, after the name was
    /// looked up: for URLs that somebody else chose.
    bool public_addresses_only = false;
    /// With `public_addresses_only`: this very machine may be called all the same (development).
    bool loopback_too = false;
    /// A longer answer is cut there and the rest not read, where otherwise it would be trouble.
    bool keep_beginning = false;
    /// What a negative control does, and nobody else.
    bool follow_redirects = false;
};

struct HttpAnswer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;
    /// What Retry-After asks for, as seconds or as a date; 0 where it does not.
    std::int64_t retry_after_s = 0;
    /// The first value of a header (lower-case name); empty where absent.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// Why there is no answer.
struct HttpTrouble {
    std::string what;  // for logs: no URL and nothing that was sent
    /// The other side may have got the call and acted on it; false when nothing had left yet.
    bool may_have_arrived = false;
};

using HttpResult = std::expected<HttpAnswer, HttpTrouble>;

/// Lives and is used on one thread. Connections are kept for a while and used again.
class HttpClient {
public:
    explicit HttpClient(boost::asio::io_context& context);
    /// Calls under way end with trouble, as soon as the io_context runs again.
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    [[nodiscard]] Task<HttpResult> send(HttpCall call);

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// True for an address of the open internet, in numbers ("8.8.8.8", "2a00::1"): neither loopback nor private,
/// link-local, shared, multicast, reserved, nor an IPv6 wrapping of one of these.
[[nodiscard]] bool is_public_address(std::string_view address);

/// True for an address of this very machine, in numbers.
[[nodiscard]] bool is_loopback_address(std::string_view address);

/// Where a URL leads, as the client above reads it: numbers of IPv4 in every spelling come out with their points.
struct UrlPlace {
    std::string scheme;  // in small letters
    std::string host;    // of IPv6 without its brackets
    int port = 0;        // the scheme's own where none is written
    bool has_credentials = false;
    bool has_fragment = false;
};
[[nodiscard]] std::optional<UrlPlace> place_of_url(const std::string& url);

/// Text as application/x-www-form-urlencoded wants it.
[[nodiscard]] std::string form_encoded(std::string_view text);

}  // namespace marque::work
