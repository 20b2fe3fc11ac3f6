#pragma once
// A tiny shop in three languages for tests of the search.

#include <string>
#include <vector>

#include "features/catalog/search/search.h"

namespace marque::catalog::search::testing {

struct Item {
    std::uint32_t key;
    std::string brand;
    std::vector<std::string> names;       // en, ru, ky
    std::vector<std::string> categories;  // en, ru, ky
    std::vector<std::string> colors;      // en, ru, ky
    std::string sizes;
    double popularity = 1;
};

inline void add_to(IndexBuilder& builder, const Item& item) {
    Document document{.key = item.key, .popularity = item.popularity, .pieces = {}};
    for (std::size_t i = 0; i < item.names.size(); ++i) {
        const auto language = static_cast<std::uint8_t>(i);
        const Tongue tongue = i == 2 ? Tongue::kyrgyz : Tongue::other;
        document.pieces.push_back({Field::name, language, tongue, item.names[i]});
        document.pieces.push_back({Field::category, language, tongue, item.categories[i]});
        document.pieces.push_back({Field::color, language, tongue, item.colors[i]});
        document.pieces.push_back({Field::brand, language, tongue, item.brand});
        document.pieces.push_back({Field::size, language, tongue, item.sizes});
    }
    builder.add(document);
}

inline std::shared_ptr<const Index> index_of(const std::vector<Item>& items, Abilities abilities = {}) {
    IndexBuilder builder{abilities};
    for (const auto& item : items) add_to(builder, item);
    return builder.finish();
}

inline const std::vector<Item>& shop() {
    static const std::vector<Item> items{
        {10,
         "Nordlys",
         {"Linen midi dress", "Льняное платье миди", "Зыгыр миди көйнөк"},
         {"Dresses", "Платья", "Көйнөктөр"},
         {"red", "красный", "кызыл"},
         "S M L 42 44",
         90},
        {11,
         "Tien Shan",
         {"Cotton T-shirt", "Хлопковая футболка", "Пахта футболка"},
         {"T-shirts & tops", "Футболки и топы", "Футболкалар жана топтор"},
         {"white", "белый", "ак"},
         "M L XL",
         500},
        {12,
         "Nordlys",
         {"Wool coat", "Шерстяное пальто", "Жүн пальто"},
         {"Outerwear", "Верхняя одежда", "Сырткы кийимдер"},
         {"black", "чёрный", "кара"},
         "46 48",
         20},
        {13,
         "Адель",
         {"Straight jeans", "Прямые джинсы", "Түз джинсы"},
         {"Trousers & jeans", "Брюки и джинсы", "Шымдар жана джинсылар"},
         {"blue", "синий", "көк"},
         "30 32",
         300},
        {14,
         "Nordlys",
         {"White sneakers", "Белые кроссовки", "Ак кроссовка"},
         {"Shoes", "Обувь", "Бут кийимдер"},
         {"white", "белый", "ак"},
         "38 39 40",
         250},
        {15,
         "Café Été",
         {"Crossbody bag", "Сумка через плечо", "Ийинге асма сумка"},
         {"Bags", "Сумки", "Сумкалар"},
         {"brown", "коричневый", "күрөң"},
         "",
         80},
        {16,
         "Tien Shan",
         {"Evening dress", "Вечернее платье", "Кечки көйнөк"},
         {"Dresses", "Платья", "Көйнөктөр"},
         {"black", "чёрный", "кара"},
         "S M",
         40},
    };
    return items;
}

/// Keys of the answer, best first.
inline std::vector<std::uint32_t> keys_of(const Index& index, std::string_view query, Found& found,
                                          const Synonyms* synonyms = nullptr) {
    Scratch scratch;
    index.search(query, synonyms, scratch, found);
    best_first(found.matches, found.matches.size());
    std::vector<std::uint32_t> keys;
    for (const auto& match : found.matches) keys.push_back(match.key);
    return keys;
}

inline std::vector<std::uint32_t> keys_of(const Index& index, std::string_view query) {
    Found found;
    return keys_of(index, query, found);
}

}  // namespace marque::catalog::search::testing
