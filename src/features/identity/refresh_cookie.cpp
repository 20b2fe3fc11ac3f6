// One cookie: only sent to the log-in paths, only by this site's own pages, and over HTTPS wherever that is served.
#include "features/identity/refresh_cookie.h"

#include <fmt/format.h>

#include "core/text.h"

namespace marque::identity {
namespace {

constexpr std::string_view cookie_name = "marque_refresh";

void set_cookie(http::Context& context, std::string_view value, int lifetime_s) {
    const auto& config = context.thread.config;
    const std::string_view secure = config.development() && !config.public_https() ? "" : "; Secure";
    context.add_header("Set-Cookie", fmt::format("{}={}; Path=/api/v1/auth; HttpOnly; SameSite=Strict; Max-Age={}{}",
                                                 cookie_name, value, lifetime_s, secure));
}

}  // namespace

bool wants_cookie(const http::Context& context) { return context.request.header("X-Refresh-Token") == "cookie"; }

void keep_in_cookie(http::Context& context, LoggedIn& login) {
    constexpr int seconds_per_minute = 60;
    set_cookie(context, login.refresh_token, context.thread.config.refresh_token_minutes * seconds_per_minute);
    login.refresh_token.clear();
}

std::string token_of_cookie(const http::Context& context) {
    std::string_view rest = context.request.header("Cookie");
    while (!rest.empty()) {
        const auto end = rest.find(';');
        const auto pair = trimmed(rest.substr(0, end));
        if (pair.starts_with(cookie_name) && pair.substr(cookie_name.size()).starts_with('=')) {
            return std::string{pair.substr(cookie_name.size() + 1)};
        }
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    return {};
}

void drop_cookie(http::Context& context) { set_cookie(context, "", 0); }

}  // namespace marque::identity
