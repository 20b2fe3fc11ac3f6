// The check of an origin.
#include "core/origin.h"

#include <algorithm>

namespace marque {
namespace {

bool is_host(std::string_view text) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view{"-.:[]_"}.contains(c);
    };
    return !text.empty() && std::ranges::all_of(text, is_letter);
}

}  // namespace

bool is_origin(std::string_view text) {
    const auto scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos) return false;
    const auto scheme = text.substr(0, scheme_end);
    const auto host = text.substr(scheme_end + 3);
    if (scheme == "https") return is_host(host) && !host.ends_with(":443");
    return scheme == "http" && is_host(host) && !host.ends_with(":80");
}

}  // namespace marque
