// Accept-Language.
#include "http/language.h"

#include <algorithm>

#include "core/text.h"

namespace marque::http {

std::string accepted_language(std::string_view header, const MarketInfo& market) {
    while (!header.empty()) {
        const auto comma = header.find(',');
        const auto tag = trimmed(header.substr(0, comma));
        const auto primary = lowered(tag.substr(0, tag.find_first_of("-;")));
        if (std::ranges::find(market.languages, primary) != market.languages.end()) return primary;
        header = comma == std::string_view::npos ? std::string_view{} : header.substr(comma + 1);
    }
    return {};
}

}  // namespace marque::http
