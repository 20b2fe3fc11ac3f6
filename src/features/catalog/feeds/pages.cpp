// Addresses from PUBLIC_URL and the patterns PRODUCT_PAGE and CATEGORY_PAGE.
#include "features/catalog/feeds/pages.h"

#include <fmt/format.h>

namespace marque::catalog::feeds {

Pages::Pages(const Config& config)
    : base_(config.public_url), product_(config.product_page), category_(config.category_page) {
    // In development nobody else reaches the server anyway.
    if (base_.empty()) base_ = fmt::format("http://{}:{}", config.host, config.port);
    while (base_.ends_with('/')) base_.pop_back();
}

std::string Pages::product(std::string_view slug, MarketCode market, std::string_view language) const {
    return filled(product_, slug, market, language);
}

std::string Pages::category(std::string_view slug, MarketCode market, std::string_view language) const {
    return filled(category_, slug, market, language);
}

std::string Pages::absolute(std::string_view path_or_address) const {
    if (!path_or_address.starts_with('/')) return std::string{path_or_address};
    return base_ + std::string{path_or_address};
}

std::string Pages::filled(std::string_view pattern, std::string_view slug, MarketCode market,
                          std::string_view language) const {
    std::string out = pattern.starts_with('/') ? base_ : std::string{};
    while (!pattern.empty()) {
        const auto open = pattern.find('{');
        out += pattern.substr(0, open);
        if (open == std::string_view::npos) break;
        const auto close = pattern.find('}', open);
        const auto hole = pattern.substr(open + 1, close - open - 1);
        if (hole == "slug") out += slug;
        if (hole == "market") out += market.to_text();
        if (hole == "language") out += language;
        pattern = close == std::string_view::npos ? std::string_view{} : pattern.substr(close + 1);
    }
    return out;
}

std::string language_tag(std::string_view language, MarketCode market) {
    std::string tag{language};
    if (market.upper().size() == 2) tag.append("-").append(market.upper());
    return tag;
}

}  // namespace marque::catalog::feeds
