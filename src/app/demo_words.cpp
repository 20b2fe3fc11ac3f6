// Tables of words, and a choice of related products that is the same on every machine.
#include "app/demo_words.h"

#include <algorithm>
#include <array>
#include <map>

#include "features/catalog/demo/demo.h"

namespace marque::app {
namespace {

struct Size {
    std::string_view value;
    std::string_view eu;
    std::string_view us;
    std::string_view ru;
};
constexpr std::array sizes{
    Size{"XS", "34", "2", "40"},    Size{"S", "36", "4", "42"},      Size{"M", "38", "8", "46"},
    Size{"L", "42", "12", "48"},    Size{"XL", "44", "14", "50"},    Size{"XXL", "46", "16", "52"},
    Size{"36", "36", "5.5", "35"},  Size{"37", "37", "6.5", "36"},   Size{"38", "38", "7.5", "37"},
    Size{"39", "39", "8.5", "38"},  Size{"40", "40", "9", "39"},     Size{"41", "41", "9.5", "40"},
    Size{"42", "42", "10", "41"},   Size{"43", "43", "10.5", "42"},  Size{"44", "44", "11", "43"},
    Size{"56", "56", "7", "56"},    Size{"58", "58", "7 1/4", "58"}, Size{"60", "60", "7 1/2", "60"},
    Size{"85", "85", "34", "85"},   Size{"95", "95", "38", "95"},    Size{"105", "105", "42", "105"},
    Size{"98", "98", "3", "98"},    Size{"104", "104", "4", "104"},  Size{"110", "110", "5", "110"},
    Size{"116", "116", "6", "116"}, Size{"122", "122", "7", "122"},  Size{"128", "128", "8", "128"},
};

/// A plain colour, how it is called, and the shades of the demo shop that belong to it.
struct Family {
    std::string_view value;
    std::string_view hex;
    std::string_view en, ru, ky;
    std::string_view shades;
};
constexpr std::array families{
    Family{"black", "", "Black", "Чёрный", "Кара", " black charcoal "},
    Family{"grey", "", "Grey", "Серый", "Боз", " grey "},
    Family{"white", "", "White", "Белый", "Ак", " white ivory "},
    Family{"beige", "#d8c7ad", "Beige", "Бежевый", "Беж", " sand camel "},
    Family{"brown", "#6b4a36", "Brown", "Коричневый", "Күрөң", " chocolate cognac "},
    Family{"red", "", "Red", "Красный", "Кызыл", " red burgundy terracotta "},
    Family{"pink", "#dfa3ad", "Pink", "Розовый", "Кызгылт", " blush rose "},
    Family{"purple", "#7a5a8c", "Purple", "Фиолетовый", "Сыя көк", " lilac plum "},
    Family{"yellow", "#e3bf4f", "Yellow", "Жёлтый", "Сары", " mustard butter "},
    Family{"green", "#4d7a55", "Green", "Зелёный", "Жашыл", " sage olive emerald "},
    Family{"blue", "#3f6699", "Blue", "Синий", "Көк", " sky denim-blue navy "},
};

const std::vector<std::vector<std::string>> synonyms{
    {"tee", "t-shirt", "tshirt", "футболка", "майка"},
    {"sneakers", "trainers", "кроссовки", "кеды"},
    {"trousers", "pants", "брюки", "штаны", "шым"},
    {"jumper", "sweater", "pullover", "свитер", "джемпер", "пуловер"},
    {"coat", "пальто"},
    {"jacket", "куртка", "күрмө"},
    {"dress", "платье", "көйнөк"},
    {"bag", "handbag", "сумка", "баштык"},
    {"shoes", "footwear", "обувь", "бут кийим"},
    {"hat", "cap", "шапка", "кепка", "калпак"},
    {"scarf", "шарф", "моюн орогуч"},
    {"skirt", "юбка", "юпка"},
};

constexpr std::size_t related_max = 4;

void put_colors(catalog::Writer& writer) {
    std::int32_t place = 0;
    for (const auto& color : demo::shop().colors) {
        const auto family = std::ranges::find_if(families, [&](const Family& candidate) {
            return candidate.shades.find(" " + color.key + " ") != std::string_view::npos;
        });
        writer.put_attribute({.kind = "color",
                              .value = color.key,
                              .name = color.name.en,
                              .sort_order = ++place,
                              .swatch = color.hex,
                              .family = family == families.end() ? "" : std::string{family->value},
                              .size_systems = {},
                              .names = {{"en", color.name.en}, {"ru", color.name.ru}, {"ky", color.name.ky}}});
    }
    for (const auto& family : families) {
        if (family.hex.empty()) continue;  // a shade of that name has said it
        writer.put_attribute(
            {.kind = "color",
             .value = std::string{family.value},
             .name = std::string{family.en},
             .sort_order = ++place,
             .swatch = std::string{family.hex},
             .family = std::string{family.value},
             .size_systems = {},
             .names = {
                 {"en", std::string{family.en}}, {"ru", std::string{family.ru}}, {"ky", std::string{family.ky}}}});
    }
}

}  // namespace

void put_demo_words(catalog::Writer& writer) {
    std::int32_t place = 0;
    for (const auto& size : sizes) {
        writer.put_attribute(
            {.kind = "size",
             .value = std::string{size.value},
             .name = std::string{size.value},
             .sort_order = ++place,
             .size_systems = {
                 {"eu", std::string{size.eu}}, {"us", std::string{size.us}}, {"ru", std::string{size.ru}}}});
    }
    writer.put_attribute({.kind = "size",
                          .value = "ONE SIZE",
                          .name = "One size",
                          .sort_order = ++place,
                          .size_systems = {},
                          .names = {{"en", "One size"}, {"ru", "Один размер"}, {"ky", "Бир өлчөм"}}});
    put_colors(writer);
    for (const auto& words : synonyms) writer.put_synonyms("ALL", words);
}

void put_demo_relations(catalog::Writer& writer, const std::set<std::string>& owners) {
    std::map<std::string, std::vector<const demo::Product*>> by_subcategory;
    std::map<std::string, std::vector<const demo::Product*>> by_category;
    for (const auto& product : demo::shop().products) {
        by_subcategory[product.subcategory_slug].push_back(&product);
        by_category[product.category_slug].push_back(&product);
    }
    std::size_t number = 0;
    for (const auto& product : demo::shop().products) {
        ++number;
        if (!owners.contains(product.market)) continue;
        const auto& alike = by_subcategory[product.subcategory_slug];
        const auto here = static_cast<std::size_t>(std::ranges::find(alike, &product) - alike.begin());
        std::vector<std::string> related;
        for (std::size_t i = 1; i <= std::min(related_max, alike.size() - 1); ++i) {
            related.push_back(alike[(here + i) % alike.size()]->slug);
        }
        std::vector<std::string> worn_with;
        for (const auto& [category, products] : by_category) {
            if (category != product.category_slug) worn_with.push_back(products[number % products.size()]->slug);
        }
        worn_with.resize(std::min<std::size_t>(worn_with.size(), 3));
        writer.put_relations(product.market, product.slug, "related", related);
        writer.put_relations(product.market, product.slug, "goes_with", worn_with);
    }
}

}  // namespace marque::app
