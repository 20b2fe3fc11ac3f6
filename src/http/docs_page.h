#pragma once
// The viewer of the API's own document at /docs: our own page and script (src/http/docs/), nothing from elsewhere.

#include <string_view>

namespace marque::http {

/// Holds no inline script or style, so that `default-src 'self'` may stand.
[[nodiscard]] std::string_view docs_page_html();
/// The script, with the style sheet inside.
[[nodiscard]] std::string_view docs_page_script();

}  // namespace marque::http
