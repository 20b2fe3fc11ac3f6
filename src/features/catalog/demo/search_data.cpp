// Words for finding things: the plain colour each shade belongs to, and what shoppers call the same thing.
#include "features/catalog/demo/build.h"
#include "features/catalog/demo/demo.h"
#include "features/catalog/demo/tables.h"

namespace marque::demo {
namespace {

struct FamilyEntry {
    std::string_view key;
    Words name;
    std::string_view shades;  // keys of the palette
};

constexpr FamilyEntry families[] = {
    {"black", {"Black", "Чёрный", "Кара"}, "black"},
    {"grey", {"Grey", "Серый", "Боз"}, "grey charcoal"},
    {"white", {"White", "Белый", "Ак"}, "white ivory"},
    {"beige", {"Beige", "Бежевый", "Беж"}, "sand camel"},
    {"brown", {"Brown", "Коричневый", "Күрөң"}, "chocolate cognac"},
    {"orange", {"Orange", "Оранжевый", "Кызгылт сары"}, "terracotta"},
    {"red", {"Red", "Красный", "Кызыл"}, "red burgundy"},
    {"pink", {"Pink", "Розовый", "Кызгылт"}, "rose blush"},
    {"purple", {"Purple", "Фиолетовый", "Сыя көк"}, "plum lilac"},
    {"yellow", {"Yellow", "Жёлтый", "Сары"}, "mustard butter"},
    {"green", {"Green", "Зелёный", "Жашыл"}, "sage olive emerald"},
    {"blue", {"Blue", "Синий", "Көк"}, "sky denim-blue navy"},
};

constexpr std::string_view synonyms[] = {
    "sneakers, trainers, кеды, кроссовки",
    "hoodie, худи, толстовка",
    "t-shirt, tee, футболка",
    "sweater, jumper, pullover, свитер, джемпер, пуловер",
    "trousers, pants, брюки, штаны, шым",
    "sundress, сарафан",
    "handbag, purse, сумка",
    "backpack, rucksack, рюкзак",
    "puffer jacket, down jacket, пуховик",
    "glasses, очки",
    "cap, hat, шапка, калпак",
    "polka dot, горошек, чекиттүү",
    "denim, джинсовый",
};

}  // namespace

std::vector<ColorFamily> color_families() {
    std::vector<ColorFamily> made;
    for (const auto& family : families) {
        auto& one = made.emplace_back(ColorFamily{std::string{family.key}, to_text(family.name), {}});
        for (const auto shade : split_keys(family.shades)) one.shades.emplace_back(shade);
    }
    return made;
}

std::vector<std::vector<std::string>> search_synonyms() {
    std::vector<std::vector<std::string>> groups;
    for (std::string_view line : synonyms) {
        auto& group = groups.emplace_back();
        for (auto comma = line.find(", "); comma != std::string_view::npos; comma = line.find(", ")) {
            group.emplace_back(line.substr(0, comma));
            line.remove_prefix(comma + 2);
        }
        group.emplace_back(line);
    }
    return groups;
}

}  // namespace marque::demo
