#pragma once
// Categories as managers write them: those of the managed market, and those of all markets.

#include "features/catalog/managing/managing.h"

namespace marque::catalog {

inline constexpr Refusal managed_category_not_found{404, "categories.not_found", "There is no such category"};
inline constexpr Refusal stale_category{409, "categories.stale", "The category was changed meanwhile; read it again"};
inline constexpr Refusal category_taken{409, "categories.taken", "Another category has this slug, or this name here"};
inline constexpr Refusal category_circle{409, "categories.circle", "A category cannot stand below itself"};
inline constexpr Refusal too_many_categories{422, "categories.too_many", "A market sees a thousand categories at most"};

/// `slug` and `is_shared` are for new categories only: both stay what they are. What is left out stays as it is, but a
/// category without `parent` stands at the top. `version` is the one that was read; a new category has none.
struct CategoryInput {
    std::optional<Slug> slug;
    std::optional<bool> is_shared;
    std::optional<Slug> parent;
    Text<1, 100> name;
    std::optional<std::map<std::string, Text<1, 100>>> names;
    std::optional<Text<0, 40>> icon;
    std::optional<media::MediaId> image_id;
    std::optional<std::int32_t> sort_order;
    std::optional<bool> is_active;
    std::optional<std::int32_t> version;
};
RECORD(CategoryInput, slug, is_shared, parent, name, names, icon, image_id, sort_order, is_active, version);

struct ManagedCategory {
    CategoryId id;
    std::string market;  // whose it is: "all", or the market
    std::optional<CategoryId> parent_id;
    std::string slug;
    std::string name;
    std::map<std::string, std::string> names;
    std::optional<std::string> icon;
    std::optional<std::string> image_url;
    bool is_active = false;
    bool may_change = false;
    std::int32_t sort_order = 0;
    std::int64_t products_count = 0;  // that the managed market sees, in it and not below it
    std::int32_t version = 1;
};
RECORD(ManagedCategory, id, market, parent_id, slug, name, names, icon, image_url, is_active, may_change, sort_order,
       products_count, version);

/// Flat, each named by its parent, in the order in which they are shown.
struct ManagedCategories {
    std::vector<ManagedCategory> items;
};
RECORD(ManagedCategories, items);

Task<ManagedCategories> list_managed_categories(http::Context& context, Reach reach);
Task<http::Response> create_category(http::Context& context, CategoryInput input, Reach reach);
Task<ManagedCategory> change_category(http::Context& context, CategoryId id, CategoryInput input, Reach reach);

}  // namespace marque::catalog
