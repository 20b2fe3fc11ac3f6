// The word and price tables the shop is built from. Text may hold "[a|b]" choices and "{noun}", see grammar.h.
#pragma once

#include <span>
#include <string_view>

#include "features/catalog/demo/canvas.h"
#include "features/catalog/demo/grammar.h"

namespace marque::demo {

struct Words {
    std::string_view en;
    std::string_view ru;
    std::string_view ky;
};

struct ColorEntry {
    std::string_view key;
    std::string_view code;  // for SKU codes
    std::string_view hex;
    Words name;
};

enum class Care { machine, delicate, hand, dry, leather, suede, wipe, felt };
enum class Season { all_year, warm, cold, between };

struct Fabric {
    std::string_view key;
    Words name;  // en "linen", ru "из льна", ky "зыгыр"
    Finish finish;
    Care care;
    Season season;
    Words composition;
    Words feel;  // one sentence
};

struct Style {
    std::string_view key;
    std::string_view en;
    std::string_view ru_before;  // agrees with the noun
    std::string_view ru_after;
    std::string_view ky;
};

struct Print {
    Pattern pattern;
    std::string_view key;
    std::string_view en;
    std::string_view ru_before;
    std::string_view ru_after;
    std::string_view ky;
};

enum class Sizes { clothes, shoes, one_size, kids, hats, belts };

// What is told under "features" beside composition, care and season.
enum class Detail { fit, pocket, sole, buckle, lenses, head, hem };

struct Garment {
    std::string_view subcategory;
    std::string_view code;  // for SKU codes
    std::string_view shape;
    Words noun;
    bool en_plural;
    Gender gender;
    std::string_view styles;  // keys separated by spaces, as are the next three
    std::string_view fabrics;
    std::string_view prints;
    std::string_view palette;  // name of a palette
    Sizes sizes;
    Detail detail;
    int count;
    int low_som;
    int high_som;
};

struct SubcategoryEntry {
    std::string_view category;
    std::string_view slug;
    Words name;
};

struct CategoryEntry {
    std::string_view slug;
    std::string_view icon;
    Words name;
    Words openings[3];
    Words pairings[2];
    // The picture of the category.
    std::string_view shape;
    std::string_view style;
    Pattern pattern;
    Finish finish;
    std::string_view color;
};

struct Palette {
    std::string_view name;
    std::string_view colors;
};

struct BannerEntry {
    std::string_view key;
    std::string_view type;
    std::string_view market;
    std::string_view link_url;
    Words title;
    Words subtitle;
    Words button;
    std::string_view ground;       // background colour
    std::string_view scene[3][3];  // shape, style, colour of up to three garments
};

// Comment = one opening and one ending of the same mood and language. Lines that begin with "~" are for clothes only.
struct ReviewTexts {
    std::string_view language;
    int lowest_rating;
    int highest_rating;
    std::span<const std::string_view> titles;
    std::span<const std::string_view> openings;
    std::span<const std::string_view> endings;
};

std::span<const ColorEntry> color_table();
std::span<const Palette> palette_table();
std::span<const Fabric> fabric_table();
std::span<const Style> style_table();
std::span<const Print> print_table();
std::span<const CategoryEntry> category_table();
std::span<const SubcategoryEntry> subcategory_table();
std::span<const Garment> garment_table();
std::span<const std::string_view> brand_table();
std::span<const BannerEntry> banner_table();
std::span<const ReviewTexts> review_table();
std::span<const std::string_view> author_labels(std::string_view language);

const Words& care_words(Care care);
const Words& season_words(Season season);
const Words& detail_words(Detail detail, std::string_view style);
std::span<const Words> closing_words();
const Words& packaging_words();

}  // namespace marque::demo
