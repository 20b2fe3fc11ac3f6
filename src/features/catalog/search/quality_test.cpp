// nDCG@10 on the judged fashion queries of Amazon's ESCI data, where they lie beside the project (MARQUE_SHARED_DATA);
// skipped where they do not. A change to ranking that loses quality fails here.
#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "features/catalog/search/search.h"
#include "json/value.h"

namespace marque::catalog::search {
namespace {

std::filesystem::path data_folder() {
    const char* named = std::getenv("MARQUE_SHARED_DATA");
    const std::filesystem::path folder = named != nullptr ? named : MARQUE_SOURCE_DIR "/../shared/data";
    return folder / "search";
}

/// All of a gzip file; empty where there is none.
std::string unpacked(const std::filesystem::path& path) {
    std::string text;
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) return text;
    char buffer[1 << 16];
    for (int count = gzread(file, buffer, sizeof buffer); count > 0; count = gzread(file, buffer, sizeof buffer)) {
        text.append(buffer, static_cast<std::size_t>(count));
    }
    gzclose(file);
    return text;
}

std::string text_at(const json::Value& product, std::string_view name) {
    const auto* member = product.member(name);
    const auto* text = member == nullptr ? nullptr : member->as<std::string>();
    return text == nullptr ? "" : *text;
}

struct Judged {
    std::vector<std::string> products;
    std::shared_ptr<const Index> index;
    /// What each product is worth to each query: exact 1, substitute 0.1, complement 0.01, irrelevant 0.
    std::map<std::string, std::map<std::string, double>> gains;
};

void read_products(const std::string& text, Abilities abilities, Judged& judged) {
    IndexBuilder builder{abilities};
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        const auto product = json::parse(line, {.values_max = 100'000, .string_bytes_max = 1 << 20});
        REQUIRE(product.has_value());
        std::string categories;
        const auto* path = product->member("category");
        if (path != nullptr && path->as<json::Array>() != nullptr) {
            for (const auto& category : *path->as<json::Array>()) {
                if (category.as<std::string>() != nullptr) categories += *category.as<std::string>() + " / ";
            }
        }
        const auto* sold = product->member("rating_count");
        const auto* count = sold == nullptr ? nullptr : sold->as<std::int64_t>();
        const std::string name = text_at(*product, "title");
        const std::string brand = text_at(*product, "brand");
        const std::string color = text_at(*product, "color");
        const std::string features = text_at(*product, "bullet_points");
        const std::string description = text_at(*product, "description");
        builder.add({static_cast<std::uint32_t>(judged.products.size()),
                     count == nullptr ? 0.0 : static_cast<double>(*count),
                     {{Field::name, 0, Tongue::other, name},
                      {Field::brand, 0, Tongue::other, brand},
                      {Field::category, 0, Tongue::other, categories},
                      {Field::color, 0, Tongue::other, color},
                      {Field::feature, 0, Tongue::other, features},
                      {Field::description, 0, Tongue::other, description}}});
        judged.products.push_back(text_at(*product, "asin"));
    }
    judged.index = builder.finish();
}

void read_judgments(const std::string& text, Judged& judged) {
    std::istringstream lines{text};
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        // query,asin,label,rating: only the query may hold a comma.
        const auto third = line.rfind(',');
        const auto second = line.rfind(',', third - 1);
        const auto first = line.rfind(',', second - 1);
        std::string query = line.substr(0, first);
        std::erase(query, '"');
        judged.gains[query][line.substr(first + 1, second - first - 1)] =
            std::strtod(line.c_str() + third + 1, nullptr) / 100;
    }
}

double gained(const std::vector<double>& gains) {
    double sum = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(10, gains.size()); ++i)
        sum += gains[i] / std::log2(static_cast<double>(i) + 2);
    return sum;
}

double quality(const Judged& judged) {
    double sum = 0;
    Scratch scratch;
    Found found;
    for (const auto& [query, gains] : judged.gains) {
        judged.index->search(query, nullptr, scratch, found);
        best_first(found.matches, 10);
        std::vector<double> got;
        for (std::size_t i = 0; i < std::min<std::size_t>(10, found.matches.size()); ++i) {
            const auto gain = gains.find(judged.products[found.matches[i].key]);
            got.push_back(gain == gains.end() ? 0 : gain->second);
        }
        std::vector<double> best;
        for (const auto& [product, gain] : gains) best.push_back(gain);
        std::ranges::sort(best, std::ranges::greater{});
        const double one = gained(got) / gained(best);
        if (std::getenv("MARQUE_SEARCH_EXPLAIN") != nullptr) {
            MESSAGE(query << ": " << one << ", complete " << found.complete << " of " << found.matches.size());
        }
        sum += one;
    }
    return sum / static_cast<double>(judged.gains.size());
}

}  // namespace

TEST_CASE("search quality: nDCG@10 on judged queries") {
    const std::string products = unpacked(data_folder() / "esci_fashion_dev_products.ndjson.gz");
    if (products.empty()) {
        MESSAGE("skipped: no judged queries beside the project");
        return;
    }
    Judged judged;
    read_products(products, {}, judged);
    read_judgments(unpacked(data_folder() / "esci_fashion_dev_judgments.csv.gz"), judged);
    REQUIRE(judged.gains.size() == 21);
    const double with_all = quality(judged);
    MESSAGE("nDCG@10 " << with_all);
    // PostgreSQL's full text over the same fields has 0.523 (bench/search/run).
    CHECK(with_all > 1.2 * 0.523);
    Judged without_stems{.products = {}, .index = {}, .gains = judged.gains};
    read_products(products, {.stemming = false}, without_stems);
    const double less = quality(without_stems);
    MESSAGE("nDCG@10 without stemming " << less);
    CHECK(less < with_all);
}

}  // namespace marque::catalog::search
