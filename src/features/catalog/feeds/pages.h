#pragma once
// Where the shop's pages are for people: the addresses that sitemaps, feeds and robots.txt name.

#include <string>
#include <string_view>

#include "core/config.h"
#include "core/market.h"

namespace marque::catalog::feeds {

class Pages {
public:
    explicit Pages(const Config& config);

    [[nodiscard]] std::string product(std::string_view slug, MarketCode market, std::string_view language) const;
    [[nodiscard]] std::string category(std::string_view slug, MarketCode market, std::string_view language) const;
    /// A path of this server, or a picture's address that may be one already, as a full address.
    [[nodiscard]] std::string absolute(std::string_view path_or_address) const;

    /// Everything that addresses are made of, as one text.
    [[nodiscard]] std::string name() const { return base_ + "\n" + product_ + "\n" + category_; }

private:
    [[nodiscard]] std::string filled(std::string_view pattern, std::string_view slug, MarketCode market,
                                     std::string_view language) const;
    std::string base_;  // without a slash at its end
    std::string product_;
    std::string category_;
};

/// "ru-KG": language and, where the market's code is a country's, the country; what hreflang wants.
[[nodiscard]] std::string language_tag(std::string_view language, MarketCode market);

}  // namespace marque::catalog::feeds
