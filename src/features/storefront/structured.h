#pragma once
// What pages tell machines about themselves: schema.org as JSON-LD.

#include <string>
#include <string_view>
#include <vector>

#include "features/catalog/catalog.h"

namespace marque::storefront {

struct View;

struct CrumbData {
    std::string name;
    std::string address;  // in full
};
[[nodiscard]] std::string breadcrumb_data(const std::vector<CrumbData>& crumbs);

/// A Product with an Offer for each SKU.
[[nodiscard]] std::string product_data(const View& view, const catalog::ProductDetail& product,
                                       std::string_view canonical);

/// The site and how to search it.
[[nodiscard]] std::string site_data(const View& view);

}  // namespace marque::storefront
