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

const Language& MarketInfo::language_or_default(std::string_view asked) const {
    for (const auto& language : languages) {
        if (language == asked) return language;
    }
    return languages.front();
}

const Language& MarketInfo::accepted_language(std::string_view header) const {
    while (!header.empty()) {
        const auto comma = header.find(',');
        const auto tag = trimmed(header.substr(0, comma));
        const auto primary = lowered(tag.substr(0, tag.find_first_of("-;")));
        for (const auto& language : languages) {
            if (language == primary) return language;
        }
        header = comma == std::string_view::npos ? std::string_view{} : header.substr(comma + 1);
    }
    return languages.front();
}

const MarketInfo* MarketSet::find(MarketCode code) const {
    for (const auto& market : markets) {
        if (market.code == code) return &market;
    }
    return nullptr;
}

const MarketInfo* MarketSet::find_by_phone(std::string_view e164) const {
    const MarketInfo* best = nullptr;
    std::size_t best_length = 0;
    for (const auto& market : markets) {
        for (const auto& prefix : market.phone_prefixes) {
            if (e164.starts_with(prefix) && prefix.size() > best_length) {
                best = &market;
                best_length = prefix.size();
            }
        }
    }
    return best;
}

}  // namespace marque
