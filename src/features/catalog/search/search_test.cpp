// What a search forgives, a table for each kind; and that nothing typed can hurt it.
#include "features/catalog/search/search.h"

#include <doctest/doctest.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>

#include "features/catalog/search/search_testing.h"

namespace marque::catalog::search {
namespace {

using Keys = std::vector<std::uint32_t>;
using testing::index_of;
using testing::keys_of;
using testing::shop;

struct Case {
    std::string query;
    Keys keys;
};

void check_cases(const Index& index, const std::vector<Case>& cases) {
    for (const auto& [query, keys] : cases) {
        CAPTURE(query);
        auto found = keys_of(index, query);
        std::ranges::sort(found);
        CHECK(found == keys);
    }
}

const std::vector<Case> exact{
    {"dress", {10, 16}},       {"DRESS", {10, 16}},     {"платье", {10, 16}}, {"пальто", {12}},
    {"nordlys", {10, 12, 14}}, {"linen dress", {10}},   {"Адель", {13}},      {"café", {15}},
    {"cafe ete", {15}},        {"t-shirt", {11}},       {"tshirt", {11}},     {"t shirt", {11}},
    {"чёрное пальто", {12}},   {"черное пальто", {12}}, {"ак футболка", {11}}};
const std::vector<Case> forms{
    {"dresses", {10, 16}},    {"футболками", {11}},   {"платьев", {10, 16}},     {"платьями", {10, 16}},
    {"кроссовок", {14}},      {"сумок", {15}},        {"красное платье", {10}},  {"белая футболка", {11}},
    {"көйнөктөр", {10, 16}},  {"көйнөктү", {10, 16}}, {"көйнөгү", {10, 16}},     {"көйнөктөрдүн", {10, 16}},
    {"футболкалардан", {11}}, {"сумкалар", {15}},     {"кызыл көйнөктөр", {10}}, {"coats", {12}}};
const std::vector<Case> prefixes{{"dre", {10, 16}},     {"плат", {10, 16}},     {"футб", {11}},    {"кросс", {14}},
                                 {"белые кросс", {14}}, {"nord", {10, 12, 14}}, {"көйн", {10, 16}}};
const std::vector<Case> misspelled{{"dres", {10, 16}},        {"drses", {10, 16}},       {"futbolca", {11}},
                                   {"футбалка", {11}},        {"футболк", {11}},         {"утфболка", {11}},
                                   {"кросовки", {14}},        {"красовки", {14}},        {"кроссвоки", {14}},
                                   {"snaekers", {14}},        {"snekers", {14}},         {"пальтто", {12}},
                                   {"норdlys", {10, 12, 14}}, {"nordlis", {10, 12, 14}}, {"көйнок", {10, 16}}};
const std::vector<Case> other_alphabet{
    {"futbolka", {11}}, {"platye", {10, 16}},  {"platie", {10, 16}}, {"plat'e", {10, 16}},      {"krossovki", {14}},
    {"dzhinsy", {13}},  {"djinsi", {13}},      {"koinok", {10, 16}}, {"koynok", {10, 16}},      {"köynök", {10, 16}},
    {"futb", {11}},     {"kross", {14, 15}},   {"sumka", {15}},      {"нордлис", {10, 12, 14}}, {"chernoe", {12, 16}},
    {"adel", {13}},     {"тиен шан", {11, 16}}};
const std::vector<Case> other_keyboard{{"aen,jkrf", {11}},        {"gkfnmt", {10, 16}}, {"Gkfnmt", {10, 16}},
                                       {"вкуыы", {10, 16}},       {"ytn", {}},          {"nordlys gfkmnj", {12}},
                                       {",tkst rhjccjdrb", {14}}, {"пфтпшые", {}},      {"aen<jkrf", {11}}};
const std::vector<Case> sizes{
    {"size 42", {10}}, {"платье 42", {10}}, {"размер 42 платье", {10}}, {"xl", {11}}, {"футболка XL", {11}}};

TEST_CASE("search: words as they stand, in any language and case") { check_cases(*index_of(shop()), exact); }
TEST_CASE("search: other forms of a word, Russian, Kyrgyz and English") { check_cases(*index_of(shop()), forms); }
TEST_CASE("search: the beginning of the last word") { check_cases(*index_of(shop()), prefixes); }
TEST_CASE("search: typing errors") { check_cases(*index_of(shop()), misspelled); }
TEST_CASE("search: one alphabet for the other") { check_cases(*index_of(shop()), other_alphabet); }
TEST_CASE("search: the wrong keyboard layout") { check_cases(*index_of(shop()), other_keyboard); }
TEST_CASE("search: sizes") { check_cases(*index_of(shop()), sizes); }

TEST_CASE("search: without an ability its table is not met") {
    const auto misses = [](Abilities abilities, const std::vector<Case>& cases) {
        const auto index = index_of(shop(), abilities);
        return std::ranges::count_if(cases, [&](const Case& wanted) {
            auto found = keys_of(*index, wanted.query);
            std::ranges::sort(found);
            return found != wanted.keys;
        });
    };
    CHECK(misses({.stemming = false}, forms) > 3);
    CHECK(misses({.typos = false}, misspelled) > 6);
    CHECK(misses({.alphabets = false}, other_alphabet) > 10);
    CHECK(misses({.layouts = false}, other_keyboard) > 4);
}

TEST_CASE("search: a correction is told, another form or alphabet is none") {
    const auto index = index_of(shop());
    const std::vector<std::pair<std::string, std::string>> cases{{"aen,jkrf", "футболка"},
                                                                 {"drses", "dress"},
                                                                 {"linen drses", "linen dress"},
                                                                 {"futbolka", ""},
                                                                 {"футболками", ""},
                                                                 {"nordlys gfkmnj", "nordlys пальто"},
                                                                 {"dress", ""},
                                                                 {"zzzzzz", ""}};
    for (const auto& [query, corrected] : cases) {
        CAPTURE(query);
        Found found;
        keys_of(*index, query, found);
        CHECK(found.corrected_query == corrected);
    }
}

TEST_CASE("search: all words if it can be; else the most telling ones, and it says which are missing") {
    const auto index = index_of(shop());
    Found found;
    CHECK(keys_of(*index, "linen dress", found) == Keys{10});
    CHECK(found.complete == 1);
    CHECK(found.relaxed.empty());
    CHECK(keys_of(*index, "purple linen dress", found).front() == 10);
    CHECK(found.complete == 0);
    CHECK(found.relaxed == std::vector<std::string>{"purple"});
    CHECK(keys_of(*index, "qqqqqqqq wwwwwwwww", found).empty());
    CHECK(keys_of(*index, "", found).empty());
    CHECK(keys_of(*index, "для", found).empty());
}

TEST_CASE("search: names count more than categories, demand among equals") {
    const auto index = index_of(shop());
    CHECK(keys_of(*index, "платье").front() == 10);
    CHECK(keys_of(*index, "white").front() == 14);
}

TEST_CASE("search: synonyms, also of several words, and quickly made anew") {
    const auto index = index_of(shop());
    const Synonyms synonyms{*index,
                            {{"gown", "dress"},
                             {"кеды", "кроссовки", "trainers"},
                             {"shoulder bag", "crossbody"},
                             {"винтаж", "evening dress"}}};
    Found found;
    CHECK(keys_of(*index, "gown", found, &synonyms).empty() == false);
    CHECK(keys_of(*index, "кед", found, &synonyms) == Keys{14});
    CHECK(keys_of(*index, "trainers", found, &synonyms) == Keys{14});
    CHECK(keys_of(*index, "shoulder bag", found, &synonyms) == Keys{15});
    CHECK(keys_of(*index, "винтаж", found, &synonyms) == Keys{16});
    CHECK(keys_of(*index, "trainers", found).empty());
    CHECK(keys_of(*index, "винтаж", found).empty());
}

TEST_CASE("search: an index built upon another answers as one built anew") {
    auto items = shop();
    const auto base = index_of(items);
    // One is renamed to words nobody had, one leaves, one comes.
    items[2].names = {"Quilted parka", "Стёганая парка", "Капталган парка"};
    items.erase(items.begin() + 4);
    items.push_back({17,
                     "Nordlys",
                     {"Velvet skirt", "Бархатная юбка", "Баркыт юбка"},
                     {"Skirts", "Юбки", "Юбкалар"},
                     {"green", "зелёный", "жашыл"},
                     "S",
                     10});
    IndexBuilder builder{base};
    builder.remove(14);
    builder.remove(99);
    testing::add_to(builder, items[2]);
    testing::add_to(builder, items.back());
    const auto upon = builder.finish();
    const auto anew = index_of(items);
    CHECK(upon->size() == anew->size());
    CHECK(upon->gone() == 2);
    for (const auto& query : {"парка", "parka", "пальто", "кроссовки", "юбка", "бархатные", "бархтная", "velvet",
                              "dress", "nordlys", "gfhrf", "jubka", "юбк", "black", "сумкалар"}) {
        CAPTURE(query);
        auto one = keys_of(*upon, query);
        auto other = keys_of(*anew, query);
        std::ranges::sort(one);
        std::ranges::sort(other);
        CHECK(one == other);
    }
    CHECK(keys_of(*base, "пальто") == Keys{12});
    CHECK(keys_of(*base, "парка").empty());
}

TEST_CASE("search: queries completed while they are typed") {
    const auto index = index_of(shop());
    const std::vector<std::pair<std::string, std::vector<std::string>>> cases{
        {"футб", {"футболка"}},
        {"futb", {"футболка"}},
        {"aen,", {"футболка"}},
        {"dre", {"dress"}},
        {"белая фу", {"белая футболка"}},
        {"nordlys п", {"nordlys пальто", "nordlys платье"}},
        {"zzz", {}},
        {"красное плат", {"красное платье"}},
        {"", {}},
        {"футболка", {}},
        {"tsh", {"t-shirt"}},  // found so, though nobody writes it
        {"jea", {"jeans"}}};
    Scratch scratch;
    for (const auto& [query, wanted] : cases) {
        CAPTURE(query);
        auto completed = index->complete(query, nullptr, 5, scratch);
        std::ranges::sort(completed);
        CAPTURE(fmt::format("{}", fmt::join(completed, ", ")));
        CHECK(completed == wanted);
    }
}

TEST_CASE("search: whatever bytes come, an answer") {
    const auto index = index_of(shop());
    const std::vector<std::string> nasty{std::string(10'000, 'a'),
                                         std::string("dress\0dress", 11),
                                         "\xFF\xFE\x80",
                                         "👗👠",
                                         "'''---'''",
                                         "- - -",
                                         "\xE2\x80",
                                         "ａｂｃ Ｄｒｅｓｓ",
                                         std::string(5'000, '-'),
                                         "٤٢ 連衣裙",
                                         "%_\\'\"<>"};
    Scratch scratch;
    Found found;
    for (const auto& query : nasty) index->search(query, nullptr, scratch, found);
    CHECK(keys_of(*index, "👗 dress") == Keys{10, 16});
    CHECK(keys_of(*index, "Ｄｒｅｓｓ") == Keys{10, 16});
    std::string many;
    for (int i = 0; i < 3'000; ++i) many += "dress платье ";
    CHECK(keys_of(*index, many) == Keys{10, 16});
    std::mt19937 random{20};
    for (int i = 0; i < 20'000; ++i) {
        std::string query(random() % 40, ' ');
        for (char& c : query) c = static_cast<char>(random());
        index->search(query, nullptr, scratch, found);
    }
    CHECK(keys_of(*index_of({}), "dress").empty());
}

}  // namespace
}  // namespace marque::catalog::search
