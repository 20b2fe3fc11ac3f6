#pragma once
// The text before a response's body: status line, date and the headers every response carries.

#include <ctime>
#include <string>
#include <string_view>

#include "http/response.h"

namespace marque::http {

/// "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", written anew only when the second changes.
class DateLine {
public:
    [[nodiscard]] std::string_view at(std::time_t now);

private:
    std::time_t second_ = -1;
    std::string line_;
};

enum class ConnectionLine { none, keep_alive, close };

/// Appends the head, its empty line included. 204 and 304 carry neither type nor length, and no body follows.
void append_response_head(std::string& out, const Response& response, std::string_view date_line,
                          ConnectionLine connection, bool strict_transport);

[[nodiscard]] constexpr bool has_body(int status) { return status != 204 && status != 304; }

}  // namespace marque::http
