#pragma once
// One HTTP response: what the session writes as a single gather write of header and body.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"

namespace marque::http {

struct Response {
    int status = 200;
    /// Must outlive the response: a literal.
    std::string_view content_type = "application/json; charset=utf-8";
    /// What a browser may do with the answer when it is opened as a page of its own. A literal, like those below.
    std::string_view content_security_policy = "default-src 'none'; frame-ancestors 'none'";
    /// Which pages may load it without asking by CORS: "same-origin", or "cross-origin" for pictures.
    std::string_view resource_policy = "same-origin";
    /// Which of the request's headers it depends on: all of them in one line, since proxies may read only one. Must
    /// outlive the response.
    std::string_view vary;
    /// Further header lines, each "Name: value\r\n".
    std::string headers;
    std::string body;
    /// Where not empty, written instead of `body`: fragments that `owner` keeps alive (a catalogue snapshot).
    std::vector<std::string_view> parts;
    std::shared_ptr<const void> owner;
    /// Where set, the body is made while it is sent and has no length beforehand: appends the next piece, and says
    /// whether more follows. An exception ends the connection, so that nobody takes the part for the whole.
    std::function<bool(std::string& piece)> stream;
    /// Of a stream whose route is `Cache::named`: what decides its bytes, so that they can be named before they are
    /// made.
    std::string content_name;
    /// From when on a kept copy would be wrong, where that is not up to the catalogue's version alone.
    std::optional<Timestamp> valid_until;
    /// Ask the client to close: after framing errors and while draining.
    bool close = false;

    [[nodiscard]] std::size_t body_size() const {
        if (parts.empty()) return body.size();
        std::size_t size = 0;
        for (const auto part : parts) size += part.size();
        return size;
    }
    void add_header(std::string_view name, std::string_view value) {
        headers.append(name).append(": ").append(value).append("\r\n");
    }
};

/// An answer that was kept under an Idempotency-Key, given once more and saying so.
[[nodiscard]] inline Response replayed(int status, std::string body) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.add_header("Idempotent-Replayed", "true");
    return response;
}

}  // namespace marque::http
