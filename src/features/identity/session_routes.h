#pragma once
// The endpoints of sessions, for identity's own route table.

#include "http/route.h"

namespace marque::identity {

[[nodiscard]] http::Routes session_routes();

}  // namespace marque::identity
