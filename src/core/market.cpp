// Market codes.
#include "core/market.h"

#include "core/text.h"

namespace marque {

Parsed<MarketCode> MarketCode::parse(std::string_view text) {
    const std::string upper = uppered(text);
    const bool letters_only = upper.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
    if (upper.size() < 2 || upper.size() > 8 || !letters_only || upper == "ALL") {
        return std::unexpected("must be a market code, like kg or us");
    }
    MarketCode code;
    code.size_ = upper.size();
    for (std::size_t i = 0; i < upper.size(); ++i) code.letters_[i] = upper[i];
    return code;
}

std::string MarketCode::to_text() const { return lowered(upper()); }

}  // namespace marque
