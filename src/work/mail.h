#pragma once
// One mail handed to a mail server: libcurl speaks SMTP and writes MIME, on threads that may wait for it.

#include <string>
#include <string_view>
#include <vector>

#include "core/record.h"
#include "core/task.h"

namespace boost::asio {
class io_context;
}

namespace marque::work {

/// Who takes mail from us.
struct MailServer {
    std::string url;  // smtp:// or smtps://
    std::string user;
    std::string password;
    std::string ca_file;  // empty: whom the system believes
    int timeout_s = 20;
    bool may_be_plain = false;  // takes a server that offers no TLS: this very machine's, or a development's
};

struct Mail {
    std::string from;  // an address
    std::string to;
    std::vector<std::string> headers;  // whole lines, "Name: value"; folded where long
    std::string text;                  // UTF-8
    std::string html;
};

enum class MailOutcome {
    sent,
    refused,  // this mail never, whoever asks again
    failed,   // later it may do
};
ENUMERATION(MailOutcome, sent, refused, failed)

struct MailAnswer {
    MailOutcome outcome = MailOutcome::failed;
    int code = 0;      // the server's last word, "550"; 0: it said none
    std::string what;  // for logs: no address and no text
};

/// So many are handed over at once in this process; the rest wait.
inline constexpr int mail_threads = 16;

/// Hands it over, or says why not. Not on the caller's thread: libcurl closes a connection to a mail server by waiting
/// for its farewell, however long that takes. When the process ends, what is under way is broken off.
[[nodiscard]] Task<MailAnswer> send_mail(boost::asio::io_context& context, MailServer server, Mail mail);

/// Asks the server whether it would take mail from us (connection, TLS, log-in), and sends none.
[[nodiscard]] MailAnswer ask_mail_server(const MailServer& server);

/// A header's value that may hold any text, as one or more encoded words (RFC 2047), folded; plain ASCII stays as it
/// is. Control characters, line breaks before all, never leave as such.
[[nodiscard]] std::string encoded_header(std::string_view text);

/// "Sun, 22 Nov 2026 07:50:00 +0000" (RFC 5322).
[[nodiscard]] std::string mail_date(std::int64_t unix_s);

/// True where the URL's host is this very machine.
[[nodiscard]] bool is_loopback_url(std::string_view url);

}  // namespace marque::work
