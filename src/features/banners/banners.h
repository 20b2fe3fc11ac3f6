#pragma once
// Pictures with a message on the shop's pages: shown from memory (board.h), written by managers (manage.h), counted.

#include "features/banners/board.h"
#include "features/banners/manage.h"
#include "http/route.h"

namespace marque::banners {

/// /banners.
[[nodiscard]] http::Routes routes();

}  // namespace marque::banners
