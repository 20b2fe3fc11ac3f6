// The demo shop's content: categories, products, reviews, banners and managers in English, Russian and Kyrgyz, with
// drawn pictures. Pure data: the same on every call and every machine. Whoever calls puts it into the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace marque::demo {

struct Text3 {
    std::string en;
    std::string ru;
    std::string ky;
};

struct Subcategory {
    std::string slug;
    Text3 name;
};

struct Category {
    std::string slug;
    Text3 name;
    std::string icon;        // an emoji
    std::string image_path;  // a drawing, see draw_image
    std::vector<Subcategory> subcategories;
};

// What Sku::color refers to.
struct Color {
    std::string key;
    Text3 name;
    std::string hex;  // "#rrggbb"
};

struct Sku {
    std::string sku_code;
    std::string size;  // "S", "38", "ONE SIZE"
    std::string color;
    std::string image_path;
    int stock_kg = 0;  // 0 in a market where the product is not sold
    int stock_us = 0;
    std::int64_t price_kg_minor = 0;                // tyiyn
    std::int64_t price_us_minor = 0;                // cents
    std::optional<std::int64_t> original_kg_minor;  // both originals or none
    std::optional<std::int64_t> original_us_minor;
};

struct Product {
    std::string slug;
    std::string brand;
    std::string market;  // "ALL", "KG" or "US"
    std::string category_slug;
    std::string subcategory_slug;
    Text3 name;
    Text3 description;
    std::vector<Text3> features;
    std::vector<Sku> skus;
    std::vector<std::string> image_paths;  // one per colour, the main one first
    bool is_featured = false;
    bool is_best_seller = false;
    int sales_count = 0;
};

struct Review {
    std::string product_slug;
    int rating = 5;  // 1 to 5
    std::string title;
    std::string comment;
    std::string language;  // "en", "ru" or "ky"
    std::string market;    // "KG" or "US"
    std::string author_label;
};

struct Banner {
    Text3 title;
    Text3 subtitle;
    Text3 button_text;
    std::string banner_type;  // "hero", "promo" or "category"
    std::string market;
    std::string link_url;  // "/categories/<slug>" or "/products"
    std::string image_path;
    int sort_order = 0;
};

struct Manager {
    std::string phone;
    std::string full_name;  // a role, not a person
    std::string role;       // "admin" or "manager"
    std::vector<std::string> markets;
};

struct Shop {
    std::vector<Color> colors;
    std::vector<Category> categories;
    std::vector<Product> products;
    std::vector<Review> reviews;
    std::vector<Banner> banners;
    std::vector<Manager> managers;
};

// Built once at the first call.
const Shop& shop();

// A plain colour, as a filter offers it, and the keys of the colours that are shades of it.
struct ColorFamily {
    std::string key;
    Text3 name;
    std::vector<std::string> shades;
};
std::vector<ColorFamily> color_families();

// Words that a search takes for each other.
std::vector<std::vector<std::string>> search_synonyms();

// The SVG text of any picture the shop names, e.g. "/media/demo/belted-linen-midi-dress-sage.svg"; empty when unknown.
std::string draw_image(std::string_view image_path);

}  // namespace marque::demo
