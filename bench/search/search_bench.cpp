// The search measured in a process of its own. `speed COUNT [QUERY…]` indexes a shop of COUNT products in three
// languages and prints `name value` lines; `demo` prints the demo shop's products, `rank FILE` indexes such lines and
// answers queries from stdin.
#include <fmt/format.h>
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>
#include <random>
#include <string>

#include "features/catalog/demo/demo.h"
#include "features/catalog/search/search.h"

using namespace marque;
using namespace marque::catalog::search;

namespace {

/// CPU time of this thread, which neighbours on the machine take no part of.
double cpu_s() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::size_t heap_bytes() {
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

/// A product's texts by field and language, to be indexed or printed.
struct Texts {
    struct Line {
        Field field;
        std::uint8_t language;
        std::string text;
    };
    std::vector<Line> lines;
    double popularity = 0;
    std::string label;

    void add(Field field, const demo::Text3& text) {
        lines.push_back({field, 0, text.en});
        lines.push_back({field, 1, text.ru});
        lines.push_back({field, 2, text.ky});
    }
    void add_to(IndexBuilder& builder, std::uint32_t key) const {
        Document document{.key = key, .popularity = popularity, .pieces = {}};
        for (std::uint8_t language = 0; language < 3; ++language) {
            for (const auto& line : lines) {
                if (line.language != language) continue;
                const auto tongue = language == 2 ? Tongue::kyrgyz : Tongue::other;
                document.pieces.push_back({line.field, language, tongue, line.text});
            }
        }
        builder.add(document);
    }
};

Texts texts_of(const demo::Shop& shop, const demo::Product& product) {
    Texts texts{.lines = {}, .popularity = static_cast<double>(product.sales_count), .label = {}};
    texts.add(Field::name, product.name);
    texts.add(Field::description, product.description);
    for (const auto& feature : product.features) texts.add(Field::feature, feature);
    texts.add(Field::brand, {product.brand, product.brand, product.brand});
    std::string colors;
    std::string sizes;
    for (const auto& category : shop.categories) {
        if (category.slug != product.category_slug) continue;
        texts.add(Field::category, category.name);
        for (const auto& below : category.subcategories) {
            if (below.slug == product.subcategory_slug) texts.add(Field::category, below.name);
        }
    }
    for (const auto& sku : product.skus) {
        if (sizes.find(sku.size) == std::string::npos) sizes += sku.size + " ";
        if (colors.find(" " + sku.color + " ") != std::string::npos) continue;
        colors += " " + sku.color + " ";
        for (const auto& color : shop.colors) {
            if (color.key == sku.color) texts.add(Field::color, color.name);
        }
    }
    texts.add(Field::size, {sizes, sizes, sizes});
    texts.label = fmt::format("{} {} {} {}", product.category_slug, product.subcategory_slug, product.brand, colors);
    return texts;
}

/// The demo shop's products over and over, each with a model name and a brand of its own among thousands.
std::shared_ptr<const Index> big_shop(std::size_t count, std::vector<std::string>& names, double& build_s) {
    const auto& shop = demo::shop();
    std::mt19937 random{7};
    const auto coined = [&](int syllables) {
        static constexpr std::array<std::string_view, 24> parts{"ka",  "lo",  "mi",  "ren", "tor", "vis", "ba",  "del",
                                                                "fo",  "gri", "han", "jul", "ke",  "lam", "nor", "pe",
                                                                "qui", "ros", "sta", "tel", "ur",  "vel", "wes", "zan"};
        std::string word;
        for (int i = 0; i < syllables; ++i) word += parts[random() % parts.size()];
        return word;
    };
    std::vector<std::string> brands;
    for (int i = 0; i < 2'000; ++i) brands.push_back(coined(2 + static_cast<int>(random() % 2)));
    IndexBuilder builder;
    for (std::size_t i = 0; i < count; ++i) {
        auto texts = texts_of(shop, shop.products[i % shop.products.size()]);
        const std::string model = coined(3);
        const auto& brand = brands[random() % brands.size()];
        for (auto& line : texts.lines) {
            if (line.field == Field::name) line.text += " " + model;
            if (line.field == Field::brand) line.text = brand;
        }
        names.push_back(brand + " " + model);
        texts.popularity = static_cast<double>(random() % 1'000);
        const double start = cpu_s();
        texts.add_to(builder, static_cast<std::uint32_t>(i));
        build_s += cpu_s() - start;
    }
    const double start = cpu_s();
    auto index = builder.finish();
    build_s += cpu_s() - start;
    return index;
}

void measure(const Index& index, std::string_view name, const std::vector<std::string>& queries) {
    Scratch scratch;
    Found found;
    std::vector<double> rates;
    for (int round = 0; round < 5; ++round) {
        const double start = cpu_s();
        std::size_t asked = 0;
        while (asked < 2'000) {
            for (const auto& query : queries) {
                index.search(query, nullptr, scratch, found);
                best_first(found.matches, 20);
                ++asked;
            }
        }
        rates.push_back(static_cast<double>(asked) / (cpu_s() - start));
    }
    std::ranges::sort(rates);
    std::size_t each = 0;
    for (const auto& query : queries) {
        index.search(query, nullptr, scratch, found);
        each += found.matches.size();
    }
    fmt::print("{} {:.0f} {:.0f}\n", name, rates[rates.size() / 2],
               static_cast<double>(each) / static_cast<double>(queries.size()));
}

/// One product's texts changed: the time until there is an index with them.
void measure_change(const std::shared_ptr<const Index>& index) {
    const auto& shop = demo::shop();
    const double start = cpu_s();
    constexpr int rounds = 5;
    for (int i = 0; i < rounds; ++i) {
        IndexBuilder builder{index};
        texts_of(shop, shop.products[7]).add_to(builder, 7);
        if (builder.finish()->gone() != 1) fmt::print(stderr, "a change replaced nothing\n");
    }
    fmt::print("change_ms {:.1f}\n", (cpu_s() - start) * 1000 / rounds);
}

void speed(std::size_t count, const std::vector<std::string>& own) {
    (void)demo::shop();
    std::vector<std::string> names;
    const std::size_t before = heap_bytes();
    double build_s = 0;
    const auto index = big_shop(count, names, build_s);
    fmt::print("build_s {:.2f}\n", build_s);
    std::size_t name_bytes = names.capacity() * sizeof(std::string);
    for (const auto& name : names) name_bytes += name.capacity() > 15 ? name.capacity() + 16 : 0;
    ::malloc_trim(0);
    fmt::print("bytes_per_product {:.0f}\n",
               static_cast<double>(heap_bytes() - before - name_bytes) / static_cast<double>(count));
    fmt::print("counted_bytes_per_product {:.0f}\n",
               static_cast<double>(index->memory_bytes()) / static_cast<double>(count));
    fmt::print("vocabulary_bytes {}\n", index->vocabulary().memory_bytes());
    fmt::print("words {}\n", index->vocabulary().word_count());
    measure_change(index);
    for (const auto& query : own) measure(*index, query, {query});
    if (!own.empty()) return;
    measure(*index, "exact",
            {"платье", "linen dress", "сумка", "белая футболка", "wool coat", names[7], names[99], "джинсы", "көйнөк"});
    measure(*index, "prefix", {"плат", "dre", "футб", "крос", "red dre", "бел", "көйн", "су"});
    measure(*index, "typo", {"dreess", "футбалка", "кросовки", "snaekers", "свитерр", "trousres", "jaket", "пальтто"});
    measure(*index, "form", {"платьями", "футболками", "кроссовок", "сумкой", "белые рубашки", "юбкам", "көйнөктөрдү"});
    measure(*index, "translit", {"futbolka", "platye", "krossovki", "sumka", "dzhinsy"});
    measure(*index, "layout", {"aen,jkrf", "gkfnmt", "rhjccjdrb", "вкуыы"});
    measure(*index, "long",
            {"чёрное платье миди с поясом", "white cotton t-shirt for women size m", "красивая сумка через плечо"});
}

constexpr std::array<std::string_view, field_count> field_names{"name", "brand",   "category",   "color",
                                                                "size", "feature", "description"};

/// One product: `label TAB popularity`, then `field:language:text` between tabs.
void print_demo() {
    const auto& shop = demo::shop();
    for (const auto& product : shop.products) {
        const auto texts = texts_of(shop, product);
        fmt::print("{}\t{}", texts.label, texts.popularity);
        for (const auto& line : texts.lines) {
            fmt::print("\t{}:{}:{}", field_names[static_cast<std::size_t>(line.field)], line.language, line.text);
        }
        fmt::print("\n");
    }
}

std::vector<std::string> parts_of(const std::string& line, char separator) {
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t end = line.find(separator); end != std::string::npos; end = line.find(separator, start)) {
        parts.push_back(line.substr(start, end - start));
        start = end + 1;
    }
    parts.push_back(line.substr(start));
    return parts;
}

/// Answers each line of stdin with the line numbers of the ten best products and how many there are.
void rank(const char* path) {
    IndexBuilder builder;
    std::ifstream products{path};
    std::uint32_t key = 0;
    for (std::string line; std::getline(products, line); ++key) {
        const auto parts = parts_of(line, '\t');
        Texts texts{.lines = {}, .popularity = std::stod(parts.at(1)), .label = {}};
        for (std::size_t i = 2; i < parts.size(); ++i) {
            const auto colon = parts[i].find(':');
            const auto field = std::ranges::find(field_names, parts[i].substr(0, colon)) - field_names.begin();
            texts.lines.push_back({static_cast<Field>(field), static_cast<std::uint8_t>(parts[i].at(colon + 1) - '0'),
                                   parts[i].substr(colon + 3)});
        }
        texts.add_to(builder, key);
    }
    const auto index = builder.finish();
    Scratch scratch;
    Found found;
    for (std::string query; std::getline(std::cin, query);) {
        index->search(query, nullptr, scratch, found);
        best_first(found.matches, 10);
        fmt::print("{}", found.matches.size());
        for (std::size_t i = 0; i < std::min<std::size_t>(10, found.matches.size()); ++i)
            fmt::print(" {}", found.matches[i].key);
        fmt::print("\n");
    }
}

}  // namespace

int main(int count, char** words) {
    const std::string_view mode = count > 1 ? words[1] : "";
    if (mode == "speed" && count >= 3) {
        speed(std::stoul(words[2]), {words + 3, words + count});
    } else if (mode == "demo") {
        print_demo();
    } else if (mode == "rank" && count == 3) {
        rank(words[2]);
    } else {
        fmt::print(stderr, "usage: marque_search_bench speed COUNT [QUERY...] | demo | rank FILE\n");
        return 2;
    }
    return 0;
}
