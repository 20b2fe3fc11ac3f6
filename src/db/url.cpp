// Database URLs: what may be written in DATABASE_URL, what libpq gets to see, and what a log may show.
#include <libpq-fe.h>

#include <memory>

#include "core/text.h"
#include "db/cluster.h"

namespace marque::db {
namespace {

constexpr std::string_view expected_form =
    "must look like postgresql://USER:PASSWORD@HOST:PORT/DATABASE (characters such as @ : / ? # % in the password "
    "percent-encoded: @ is %40)";

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

/// What libpq holds against the URL, or empty. Its own words may quote a piece of the password, so they are not passed
/// on unless they speak of a parameter's name.
std::string objection(const std::string& url) {
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, FreeOptions> options{PQconninfoParse(url.c_str(), &message)};
    const std::unique_ptr<char, void (*)(void*)> owned_message{message, PQfreemem};
    if (!options) {
        const std::string_view text = message == nullptr ? "" : trimmed(message);
        if (text.find("query parameter") == std::string_view::npos) return std::string{expected_form};
        return std::string{text} + "; libpq's parameters are meant here, such as sslmode=require";
    }
    // A raw @ in the password ends up in the host, a raw / in the port: libpq would only complain while connecting.
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        const std::string_view keyword = option->keyword;
        const std::string_view value = option->val;
        const bool odd_host = keyword == "host" && value.find('@') != std::string_view::npos && value.front() != '@';
        const bool odd_port = keyword == "port" && value.find_first_not_of("0123456789,") != std::string_view::npos;
        if (odd_host || odd_port) return std::string{expected_form};
    }
    return "";
}

/// Replaces the value of every `name=` in the query part.
void mask_parameter(std::string& url, std::string_view name) {
    for (std::size_t at = url.find('?'); at != std::string::npos; at = url.find('&', at)) {
        ++at;
        if (url.compare(at, name.size(), name) != 0 || url.compare(at + name.size(), 1, "=") != 0) continue;
        const std::size_t value = at + name.size() + 1;
        const std::size_t end = url.find('&', value);
        url.replace(value, end == std::string::npos ? std::string::npos : end - value, "***");
    }
}

}  // namespace

Parsed<std::string> normalised_url(std::string_view url) {
    url = trimmed(url);
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) return std::unexpected(std::string{expected_form});
    const std::string scheme = lowered(url.substr(0, colon));
    const std::string base = scheme.substr(0, scheme.find('+'));
    if (base != "postgresql" && base != "postgres") return std::unexpected(std::string{expected_form});
    std::string normalised = "postgresql" + std::string{url.substr(colon)};
    std::string problem = objection(normalised);
    if (!problem.empty()) return std::unexpected(std::move(problem));
    return normalised;
}

std::string masked_url(std::string_view url) {
    std::string masked{url};
    const std::size_t authority = masked.find("://") == std::string::npos ? 0 : masked.find("://") + 3;
    const std::size_t separator = masked.find_first_of(":/?@", authority);
    if (separator != std::string::npos && masked[separator] == ':') {
        // The last @ counts, not the first: a password with a raw @ in it must not show its second half.
        std::size_t at = masked.rfind('@', masked.find('?'));
        if (at == std::string::npos || at < separator) at = masked.rfind('@');
        if (at != std::string::npos && at > separator) masked.replace(separator + 1, at - separator - 1, "***");
    }
    mask_parameter(masked, "password");
    mask_parameter(masked, "sslpassword");
    return masked;
}

}  // namespace marque::db
