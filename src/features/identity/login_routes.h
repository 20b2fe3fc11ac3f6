#pragma once
// The endpoints that log in by phone and code.

#include "http/route.h"

namespace marque::identity {

[[nodiscard]] http::Routes login_routes();

}  // namespace marque::identity
