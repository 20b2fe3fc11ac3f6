// The real export of Magento's sample shop, where the machine has it: in MARQUE_SHARED_DATA or beside the source tree.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "core/text.h"
#include "features/catalog/import/magento_testing.h"

namespace marque::catalog::import {
namespace {

TEST_CASE("the export of Magento's sample shop gives 147 products with 1,847 SKUs") {
    const char* shared = std::getenv("MARQUE_SHARED_DATA");
    const auto folder = shared != nullptr ? std::filesystem::path(shared)
                                          : std::filesystem::path(MARQUE_SOURCE_DIR).parent_path() / "shared" / "data";
    const auto path = folder / "catalog" / "magento_luma_products.csv.gz";
    if (!std::filesystem::exists(path)) {
        fmt::print("skipped: no magento_luma_products.csv.gz\n");
        return;
    }
    auto source = open_source(path.string());
    REQUIRE(source.has_value());
    const auto outcome = import_from(**source);
    CHECK(outcome.error == "");
    CHECK(outcome.refusals() == "");
    CHECK(outcome.counts.rows == 1994);
    CHECK(outcome.counts.products == 147);
    CHECK(outcome.counts.skus == 1847);
    CHECK((*source)->bytes_read() == std::filesystem::file_size(path));
    CHECK((*source)->bytes_total() == std::filesystem::file_size(path));
    std::set<std::string> slugs;
    std::int64_t sum_minor = 0;
    int products_with_features = 0;
    for (const auto& product : outcome.products) {
        CHECK(Slug::parse(product.slug).has_value());
        CHECK(slugs.insert(product.slug).second);
        CHECK((product.category == "Men" || product.category == "Women"));
        CHECK_FALSE(product.subcategory.empty());
        CHECK_FALSE(product.description.empty());
        products_with_features += product.features.empty() ? 0 : 1;
        CHECK(product.description.find_first_of("<>&") == std::string::npos);
        for (const auto& sku : product.skus) {
            CHECK(sku.stock == 100);
            CHECK_FALSE(sku.size.empty());
            CHECK_FALSE(sku.color.empty());
            sum_minor += sku.price_minor;
        }
    }
    // Both counted in the file by other means; five descriptions list their features without bullets.
    CHECK(sum_minor == 8'336'860);
    CHECK(products_with_features == 142);
}

}  // namespace
}  // namespace marque::catalog::import
