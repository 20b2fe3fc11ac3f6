#pragma once
// Temporary.
#include <string_view>
namespace marque::http {
inline std::string_view docs_page_html() { return "<!doctype html><title>Marque</title>"; }
inline std::string_view docs_page_script() { return ""; }
}
