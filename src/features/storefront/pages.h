#pragma once
// The kinds of pages; routes.cpp says at which address each is.

#include <string_view>

#include "features/storefront/view.h"

namespace marque::storefront {

[[nodiscard]] http::Response home_page(const View& view);
/// A list of products: of a category, or, where `category` is -1, of what was searched.
[[nodiscard]] http::Response list_page(const View& view, std::int32_t category);
[[nodiscard]] http::Response product_page(const View& view, const catalog::Product& product);

enum class OwnPage { checkout, orders, order, account, wishlist };
/// The frame of a page that the script fills with what is the visitor's own.
[[nodiscard]] http::Response own_page(const View& view, OwnPage which);

}  // namespace marque::storefront
