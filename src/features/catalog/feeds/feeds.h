#pragma once
// What machines of others read of the shop: robots.txt, sitemaps, product feeds.

#include "http/route.h"

namespace marque::catalog::feeds {

/// /robots.txt, /sitemap.xml, /sitemap-kg.xml, /feed-kg.xml.
[[nodiscard]] http::Routes routes();

}  // namespace marque::catalog::feeds
