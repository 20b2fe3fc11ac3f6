#pragma once
// Where the pages are. A visitor's market and language, where the address chose them, are carried on by every link, so
// that a page needs no cookie, may be kept by caches and sent to others.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "features/storefront/html.h"
#include "http/context.h"

namespace marque::storefront {

/// A query as it is put together: the same name again replaces, an empty value leaves out.
class Parameters {
public:
    Parameters() = default;
    explicit Parameters(http::Pairs pairs) : pairs_(std::move(pairs)) {}
    Parameters& set(std::string_view name, std::string_view value);
    [[nodiscard]] std::string_view get(std::string_view name) const;
    [[nodiscard]] const http::Pairs& pairs() const { return pairs_; }
    /// "?a=b&c=d", or nothing.
    [[nodiscard]] std::string text() const;
    /// Members of a list by comma.
    [[nodiscard]] bool holds(std::string_view name, std::string_view member) const;
    /// With a member added to its list, or taken away where it is in it.
    [[nodiscard]] Parameters toggled(std::string_view name, std::string_view member) const;

private:
    http::Pairs pairs_;
};

class Links {
public:
    /// `market` and `language` as the address of this page says them; empty where it does not.
    Links(std::string path, std::string market, std::string language, const http::Pairs& query);

    [[nodiscard]] Address home() const { return to("/", {}); }
    /// A page of this shop that takes no words of its own.
    [[nodiscard]] Address at(std::string_view path) const { return to(std::string{path}, {}); }
    /// In a colour, or, where that is empty, in the one the page chooses.
    [[nodiscard]] Address product(std::string_view slug, std::string_view color = {}) const {
        return to("/p/" + std::string{slug}, Parameters{}.set("color", color));
    }
    [[nodiscard]] Address category(std::string_view slug) const { return to("/c/" + std::string{slug}, {}); }
    [[nodiscard]] Address search(const Parameters& words) const { return to("/search", words); }
    /// This page with other parameters.
    [[nodiscard]] Address here(const Parameters& words) const { return to(path_, words); }
    [[nodiscard]] Address in_language(std::string_view language) const;
    /// Another market's start page, in this language if it was chosen.
    [[nodiscard]] Address in_market(std::string_view market) const;
    /// What a banner leads to: the API's and older front ends' ways of naming a list, as pages of this shop.
    [[nodiscard]] Address of_banner(std::string_view link) const;

    /// What this page's address says beside market and language.
    [[nodiscard]] const Parameters& words() const { return words_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    /// What a form of this page must send along: market and language.
    [[nodiscard]] http::Pairs carried() const;

private:
    [[nodiscard]] Address to(std::string path, Parameters words) const;
    std::string path_;
    std::string market_;
    std::string language_;
    Parameters words_;
};

/// As it may stand in a query or a path.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace marque::storefront
