// Builds the shop: for each garment the most varied combinations of cut, fabric and print become products.
#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "features/catalog/demo/build.h"

namespace marque::demo {
namespace {

struct Combination {
    const Style* style;
    const Fabric* fabric;
    const Print* print;
};

template <typename Entry>
const Entry& find_by_key(std::span<const Entry> table, std::string_view key) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Entry& entry) { return entry.key == key; });
    return found == table.end() ? table.front() : *found;
}

// Leather, denim, velvet and felt are sold in plain colours.
bool takes_print(const Fabric& fabric) {
    return fabric.finish != Finish::leather && fabric.finish != Finish::denim && fabric.finish != Finish::felt &&
           fabric.key != "velvet";
}

std::vector<Combination> combine(const Garment& garment, Random& random) {
    std::vector<Combination> all;
    for (const auto style : split_keys(garment.styles)) {
        for (const auto fabric_key : split_keys(garment.fabrics)) {
            const Fabric& fabric = find_by_key(fabric_table(), fabric_key);
            for (const auto print_key : split_keys(garment.prints)) {
                if (print_key != "plain" && !takes_print(fabric)) continue;
                all.push_back({&find_by_key(style_table(), style), &fabric, &find_by_key(print_table(), print_key)});
            }
        }
    }
    random.shuffle(all);
    return all;
}

// Takes the combination whose parts were used least so far; plain cloth may come twice as often as a print.
Combination take_most_different(std::vector<Combination>& left, std::map<const void*, int>& uses) {
    std::size_t best = 0;
    int best_score = std::numeric_limits<int>::max();
    for (std::size_t index = 0; index < left.size(); ++index) {
        const Combination& one = left[index];
        const int print_weight = one.print->pattern == Pattern::plain ? 1 : 2;
        const int score = 4 * uses[one.style] + 3 * uses[one.fabric] + print_weight * uses[one.print];
        if (score < best_score) best = index, best_score = score;
    }
    const Combination taken = left[best];
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
    ++uses[taken.style];
    ++uses[taken.fabric];
    ++uses[taken.print];
    return taken;
}

std::vector<const ColorEntry*> choose_colors(const Garment& garment, const Fabric& fabric, Random& random) {
    const std::string_view name = fabric.finish == Finish::denim && fabric.key != "canvas" ? "denim" : garment.palette;
    const auto palette = std::find_if(palette_table().begin(), palette_table().end(),
                                      [&](const Palette& candidate) { return candidate.name == name; });
    std::vector<const ColorEntry*> colors;
    for (const auto key : split_keys(palette->colors)) colors.push_back(&find_color(key));
    random.shuffle(colors);
    const int wanted = garment.sizes == Sizes::one_size ? random.between(3, 5) : random.between(2, 3);
    colors.resize(std::min(colors.size(), static_cast<std::size_t>(wanted)));
    return colors;
}

std::string choose_market(const Garment& garment, Random& random) {
    const int roll = random.below(100);
    if (garment.palette == "ethno") return roll < 70 ? "ALL" : "KG";
    return roll < 87 ? "ALL" : roll < 93 ? "KG" : "US";
}

std::string_view category_of(const Garment& garment) {
    const auto table = subcategory_table();
    return std::find_if(table.begin(), table.end(),
                        [&](const SubcategoryEntry& entry) { return entry.slug == garment.subcategory; })
        ->category;
}

Finish finish_of(const Draft& draft) {
    const bool knitted = category_of(*draft.garment) == "knitwear" || draft.garment->shape == "knit_dress" ||
                         draft.garment->shape == "scarf" || draft.garment->shape == "beanie";
    if (draft.style->key == "cable-knit") return Finish::matte;
    if (draft.style->key == "ribbed" || (knitted && draft.garment->shape == "turtleneck")) return Finish::rib;
    return knitted ? Finish::knit : draft.fabric->finish;
}

Draft make_draft(const Garment& garment, const Combination& combination, int number, Random& random) {
    Draft draft{.garment = &garment,
                .style = combination.style,
                .fabric = combination.fabric,
                .print = combination.print,
                .number = number};
    draft.colors = choose_colors(garment, *combination.fabric, random);
    Product& product = draft.product;
    product.brand = garment.palette == "ethno" ? brand_table()[13 + static_cast<std::size_t>(random.below(2))]
                                               : brand_table()[static_cast<std::size_t>(random.below(13))];
    product.market = choose_market(garment, random);
    product.category_slug = category_of(garment);
    product.subcategory_slug = garment.subcategory;
    write_texts(draft, random);
    product.slug = slugify(product.name.en);
    add_skus(draft, random);
    // Squaring makes a few products sell a lot and most of them a little.
    const int popularity = random.below(1000);
    product.sales_count = 3 + popularity * popularity / 1400;
    product.is_featured = random.chance(11);
    return draft;
}

void mark_best_sellers(std::vector<Draft>& drafts) {
    std::vector<Draft*> by_sales;
    for (Draft& draft : drafts) by_sales.push_back(&draft);
    std::sort(by_sales.begin(), by_sales.end(), [](const Draft* left, const Draft* right) {
        if (left->product.sales_count != right->product.sales_count)
            return left->product.sales_count > right->product.sales_count;
        return left->number < right->number;
    });
    for (std::size_t index = 0; index < 24; ++index) by_sales[index]->product.is_best_seller = true;
}

std::vector<Category> write_categories() {
    std::vector<Category> categories;
    for (const CategoryEntry& entry : category_table()) {
        Category category{.slug = std::string(entry.slug),
                          .name = to_text(entry.name),
                          .icon = std::string(entry.icon),
                          .image_path = category_image_path(entry.slug)};
        for (const SubcategoryEntry& sub : subcategory_table()) {
            if (sub.category == entry.slug)
                category.subcategories.push_back({std::string(sub.slug), to_text(sub.name)});
        }
        categories.push_back(std::move(category));
    }
    return categories;
}

std::vector<Manager> write_managers() {
    return {{"+996700000001", "Demo administrator", "admin", {"KG", "US"}},
            {"+996700000002", "Demo manager KG", "manager", {"KG"}},
            {"+12025550143", "Demo manager US", "manager", {"US"}},
            {"+12025550144", "Demo manager of both markets", "manager", {"KG", "US"}}};
}

Built build() {
    Built result;
    Random random(20240321);
    for (const ColorEntry& entry : color_table()) {
        result.shop.colors.push_back({std::string(entry.key), to_text(entry.name), std::string(entry.hex)});
    }
    result.shop.categories = write_categories();
    std::vector<Draft> drafts;
    for (const Garment& garment : garment_table()) {
        std::vector<Combination> left = combine(garment, random);
        std::map<const void*, int> uses;
        for (int index = 0; index < garment.count && !left.empty(); ++index) {
            const Combination taken = take_most_different(left, uses);
            drafts.push_back(make_draft(garment, taken, static_cast<int>(drafts.size()) + 1, random));
        }
    }
    mark_best_sellers(drafts);
    result.shop.reviews = write_reviews(drafts, random);
    result.shop.banners = write_banners();
    result.shop.managers = write_managers();
    for (Draft& draft : drafts) {
        for (const ColorEntry* color : draft.colors) {
            result.sketches[product_image_path(draft.product.slug, color->key)] = {
                draft.garment->shape, draft.style->key,      draft.print->pattern,
                finish_of(draft),     parse_rgb(color->hex), draft.number};
        }
        result.shop.products.push_back(std::move(draft.product));
    }
    return result;
}

}  // namespace

const Built& built() {
    static const Built instance = build();
    return instance;
}

const Shop& shop() { return built().shop; }

Text3 to_text(const Words& words) { return {std::string(words.en), std::string(words.ru), std::string(words.ky)}; }

const ColorEntry& find_color(std::string_view key) { return find_by_key(color_table(), key); }

std::vector<std::string_view> split_keys(std::string_view keys) {
    std::vector<std::string_view> parts;
    while (!keys.empty()) {
        const std::size_t space = keys.find(' ');
        parts.push_back(keys.substr(0, space));
        keys = space == std::string_view::npos ? std::string_view{} : keys.substr(space + 1);
    }
    return parts;
}

}  // namespace marque::demo
