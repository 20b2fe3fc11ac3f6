#pragma once
// What the feature's own files tell each other: their routes.

#include "http/route.h"

namespace marque::messages {

/// What a customer chooses, and links of mails.
[[nodiscard]] http::Routes own_routes();
[[nodiscard]] http::Routes link_routes();
/// /manager/messages.
[[nodiscard]] http::Routes manager_routes();
[[nodiscard]] http::Routes template_routes();

}  // namespace marque::messages
