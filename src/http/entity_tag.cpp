// Lists of entity tags are read by their quotes: a tag may hold commas.
#include "http/entity_tag.h"

#include "core/digest.h"
#include "core/text.h"

namespace marque::http {

std::string content_digest(std::string_view content) { return sha256_hex(content).substr(0, 32); }

bool names_tag(std::string_view if_none_match, std::string_view tag) {
    auto rest = trimmed(if_none_match);
    if (rest == "*") return true;
    while (!rest.empty()) {
        if (rest.front() == ',' || rest.front() == ' ' || rest.front() == '\t') {
            rest.remove_prefix(1);
            continue;
        }
        if (rest.starts_with("W/")) rest.remove_prefix(2);
        if (!rest.starts_with('"')) return false;
        const auto end = rest.find('"', 1);
        if (end == std::string_view::npos) return false;
        if (rest.substr(0, end + 1) == tag) return true;
        rest.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace marque::http
