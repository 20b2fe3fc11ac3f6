// SKUs: sizes and colours, prices that look like a shop's, discounts and stock.
#include <fmt/core.h>

#include <cstdlib>

#include "features/catalog/demo/build.h"

namespace marque::demo {
namespace {

constexpr std::int64_t som = 100;
constexpr std::int64_t highest_som = 18900;
constexpr std::int64_t lowest_som = 1250;

struct Prices {
    std::int64_t kg, us;
    std::optional<std::int64_t> original_kg, original_us;
};

std::int64_t to_ten_som(std::int64_t som_amount) { return (som_amount + 5) / 10 * 10; }

// The nearest amount that ends in .00, .90 or .99.
std::int64_t to_dollar_ending(std::int64_t cents) {
    std::int64_t best = (cents + 50) / 100 * 100;
    for (const std::int64_t candidate :
         {cents / 100 * 100 + 90, cents / 100 * 100 + 99, cents / 100 * 100 - 10, cents / 100 * 100 - 1}) {
        if (std::abs(candidate - cents) < std::abs(best - cents)) best = candidate;
    }
    return best;
}

// American prices are about a fifth above the Kyrgyz ones at 87 som to the dollar, and end the American way.
std::int64_t american_full_price(std::int64_t som_amount, Random& random) {
    const std::int64_t dollars = som_amount * 120 / 8700;
    switch (random.below(3)) {
        case 0:
            return dollars * 100;
        case 1:
            return dollars * 100 - 10;
        default:
            return dollars * 100 - 1;
    }
}

Prices choose_prices(const Garment& garment, Random& random) {
    const std::int64_t full = to_ten_som(random.between(garment.low_som, garment.high_som));
    const std::int64_t full_us = american_full_price(full, random);
    static constexpr std::int64_t percents[] = {15, 20, 25, 30, 35};
    const std::int64_t percent = random.pick(percents);
    const std::int64_t reduced = to_ten_som(full * (100 - percent) / 100);
    if (!random.chance(33) || reduced < lowest_som || full > highest_som)
        return {full * som, full_us, std::nullopt, std::nullopt};
    return {reduced * som, to_dollar_ending(full_us * (100 - percent) / 100), full * som, full_us};
}

std::vector<std::string_view> choose_sizes(const Garment& garment, std::size_t colors, Random& random) {
    const auto limited = [&](std::string_view all, std::size_t at_most) {
        std::vector<std::string_view> sizes = split_keys(all);
        const std::size_t room = std::min(12 / colors, at_most);
        if (sizes.size() > room) {
            const auto skip = static_cast<std::ptrdiff_t>(random.below(static_cast<int>(sizes.size() - room) + 1));
            sizes.erase(sizes.begin(), sizes.begin() + skip);
            sizes.resize(room);
        }
        return sizes;
    };
    switch (garment.sizes) {
        case Sizes::clothes:
            return limited("XS S M L XL XXL", colors == 2 ? 5 : 4);
        case Sizes::shoes:
            return limited("36 37 38 39 40 41 42 43 44", 6);
        case Sizes::kids:
            return limited("98 104 110 116 122 128", 5);
        case Sizes::hats:
            return limited("56 58 60", 3);
        case Sizes::belts:
            return limited("85 95 105", 3);
        case Sizes::one_size:
            break;
    }
    return {"ONE SIZE"};
}

int choose_stock(int most, Random& random) { return random.chance(7) ? 0 : random.between(1, most); }

std::string code_of(std::string_view size) { return size == "ONE SIZE" ? "ONE" : std::string(size); }

}  // namespace

std::string product_image_path(std::string_view slug, std::string_view color) {
    return fmt::format("/media/demo/{}-{}.svg", slug, color);
}

void add_skus(Draft& draft, Random& random) {
    Product& product = draft.product;
    const Prices prices = choose_prices(*draft.garment, random);
    const bool sold_out = random.chance(4);
    const auto sizes = choose_sizes(*draft.garment, draft.colors.size(), random);
    for (const ColorEntry* color : draft.colors) {
        product.image_paths.push_back(product_image_path(product.slug, color->key));
        for (const std::string_view size : sizes) {
            Sku sku{
                .sku_code = fmt::format("{}{:03}-{}-{}", draft.garment->code, draft.number, color->code, code_of(size)),
                .size = std::string(size),
                .color = std::string(color->key),
                .image_path = product.image_paths.back()};
            const int stock_kg = choose_stock(32, random);
            const int stock_us = choose_stock(48, random);
            if (!sold_out && product.market != "US") sku.stock_kg = stock_kg;
            if (!sold_out && product.market != "KG") sku.stock_us = stock_us;
            sku.price_kg_minor = prices.kg;
            sku.price_us_minor = prices.us;
            sku.original_kg_minor = prices.original_kg;
            sku.original_us_minor = prices.original_us;
            product.skus.push_back(std::move(sku));
        }
    }
}

}  // namespace marque::demo
