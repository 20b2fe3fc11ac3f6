#pragma once
// The refresh token in a cookie that no script can read, for browsers whose page is this server's own. Asked for by the
// header `X-Refresh-Token: cookie`, which no other site can make a browser send: it is not a simple header, and CORS
// does not allow it.

#include <string>

#include "features/identity/account_view.h"
#include "http/context.h"

namespace marque::identity {

[[nodiscard]] bool wants_cookie(const http::Context& context);
/// Moves the token out of the answer into the cookie.
void keep_in_cookie(http::Context& context, LoggedIn& login);
/// What the browser sent; empty where there is none.
[[nodiscard]] std::string token_of_cookie(const http::Context& context);
/// Takes the cookie away.
void drop_cookie(http::Context& context);

}  // namespace marque::identity
