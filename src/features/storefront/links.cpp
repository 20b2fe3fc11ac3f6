// Addresses are put together here and nowhere else.
#include "features/storefront/links.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"

namespace marque::storefront {
namespace {

std::vector<std::string_view> members_of(std::string_view list) {
    std::vector<std::string_view> members;
    while (!list.empty()) {
        const auto comma = list.find(',');
        if (comma != 0) members.push_back(list.substr(0, comma));
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    return members;
}

/// What links of a page carry on of its address; the rest (advertisers' marks, mistakes) stays behind.
constexpr std::array<std::string_view, 13> known_words{"q",         "category",  "brand",    "size",   "color",
                                                       "price_min", "price_max", "discount", "rating", "is_new",
                                                       "in_stock",  "sort",      "page"};

}  // namespace

std::string percent_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view{"-._~,"}.find(c) != std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        }
    }
    return out;
}

Parameters& Parameters::set(std::string_view name, std::string_view value) {
    std::erase_if(pairs_, [&](const auto& pair) { return pair.first == name; });
    if (!value.empty()) pairs_.emplace_back(name, value);
    return *this;
}

std::string_view Parameters::get(std::string_view name) const {
    const auto found = std::ranges::find(pairs_, name, &http::Pairs::value_type::first);
    return found == pairs_.end() ? std::string_view{} : std::string_view{found->second};
}

std::string Parameters::text() const {
    std::string out;
    for (const auto& [name, value] : pairs_) {
        out += out.empty() ? '?' : '&';
        out.append(percent_encoded(name)).append("=").append(percent_encoded(value));
    }
    return out;
}

bool Parameters::holds(std::string_view name, std::string_view member) const {
    const auto members = members_of(get(name));
    return std::ranges::find(members, member) != members.end();
}

Parameters Parameters::toggled(std::string_view name, std::string_view member) const {
    auto members = members_of(get(name));
    const auto found = std::ranges::find(members, member);
    if (found == members.end()) {
        members.push_back(member);
    } else {
        members.erase(found);
    }
    Parameters other = *this;
    // Members are views into this one's own text.
    other.set(name, fmt::format("{}", fmt::join(members, ",")));
    return other;
}

Links::Links(std::string path, std::string market, std::string language, const http::Pairs& query)
    : path_(std::move(path)), market_(std::move(market)), language_(std::move(language)) {
    for (const auto& [name, value] : query) {
        if (std::ranges::find(known_words, name) != known_words.end()) words_.set(name, value);
    }
}

http::Pairs Links::carried() const {
    http::Pairs pairs;
    if (!market_.empty()) pairs.emplace_back("market", market_);
    if (!language_.empty()) pairs.emplace_back("lang", language_);
    return pairs;
}

Address Links::to(std::string path, Parameters words) const {
    words.set("market", market_).set("lang", language_);
    return Address::of(std::move(path) + words.text());
}

Address Links::in_language(std::string_view language) const {
    Parameters words = words_;
    words.set("market", market_).set("lang", language);
    return Address::of(path_ + words.text());
}

Address Links::in_market(std::string_view market) const {
    Parameters words;
    words.set("market", market).set("lang", language_);
    return Address::of("/" + words.text());
}

Address Links::of_banner(std::string_view link) const {
    for (const std::string_view list : {"/products", "/catalog", "/search"}) {
        if (link == list) return search({});
    }
    for (const std::string_view begin : {"/categories/", "/category/", "/c/"}) {
        if (link.starts_with(begin) && Slug::parse(link.substr(begin.size())))
            return category(link.substr(begin.size()));
    }
    for (const std::string_view begin : {"/products/", "/product/", "/p/"}) {
        if (link.starts_with(begin) && Slug::parse(link.substr(begin.size())))
            return product(link.substr(begin.size()));
    }
    return Address::of(link);
}

}  // namespace marque::storefront
