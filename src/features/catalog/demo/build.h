// What the parts of the shop's construction hand to each other; private to this folder.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "features/catalog/demo/demo.h"
#include "features/catalog/demo/random.h"
#include "features/catalog/demo/tables.h"

namespace marque::demo {

// A product with what its drawings and reviews need to know beyond the public record.
struct Draft {
    Product product;
    const Garment* garment = nullptr;
    const Style* style = nullptr;
    const Fabric* fabric = nullptr;
    const Print* print = nullptr;
    std::vector<const ColorEntry*> colors;
    int number = 0;
};

struct Built {
    Shop shop;
    std::map<std::string, Sketch, std::less<>> sketches;  // by image path
};

const Built& built();

Text3 to_text(const Words& words);
const ColorEntry& find_color(std::string_view key);
std::vector<std::string_view> split_keys(std::string_view keys);

// Names, descriptions and features.
void write_texts(Draft& draft, Random& random);

// SKUs with prices and stock.
void add_skus(Draft& draft, Random& random);
std::string product_image_path(std::string_view slug, std::string_view color);

std::vector<Review> write_reviews(const std::vector<Draft>& drafts, Random& random);
std::vector<Banner> write_banners();

std::string draw_product(const Sketch& sketch);
std::string draw_category(const CategoryEntry& category);
std::string draw_banner(const BannerEntry& banner);
std::string category_image_path(std::string_view slug);
std::string banner_image_path(std::string_view key);

}  // namespace marque::demo
