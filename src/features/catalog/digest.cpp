// Texts hashed with their lengths, so that none can be taken for the end of the one before.
#include "features/catalog/digest.h"

namespace marque::catalog {
namespace {

class Digest {
public:
    void add(std::uint64_t number) {
        constexpr std::uint64_t spread = 0x9E3779B97F4A7C15;
        value_ = (value_ ^ number) * spread;
        value_ ^= value_ >> 32;
    }
    void add(std::int64_t number) { add(static_cast<std::uint64_t>(number)); }
    void add(std::string_view text) {
        add(std::uint64_t{text.size()});
        add(std::uint64_t{std::hash<std::string_view>{}(text)});
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0;
};

void add_attributes(Digest& digest, const Attributes& attributes) {
    for (const auto& [value, attribute] : attributes) {
        digest.add(value);
        for (const auto& name : attribute.names) digest.add(name);
    }
}

}  // namespace

std::uint64_t digest_of(const Product& product, const Vocabulary& vocabulary) {
    Digest digest;
    const auto add_term = [&](const Words& words, Term term) {
        digest.add(term == no_term ? std::string_view{} : words[term]);
    };
    digest.add(product.updated_us);
    digest.add(std::int64_t{product.category});
    digest.add(std::int64_t{product.subcategory});
    add_term(vocabulary.brands, product.brand);
    digest.add(product.read(product.slug));
    digest.add(product.read(product.image));
    for (const auto& sku : product.skus) {
        digest.add(product.read(sku.code));
        digest.add(product.read(sku.image));
        digest.add(sku.price_minor);
        digest.add(sku.original_minor);
        digest.add(std::int64_t{sku.in_stock});
        add_term(vocabulary.sizes, sku.size);
        add_term(vocabulary.colors, sku.color);
    }
    for (const auto& local : product.locals) {
        digest.add(product.read(local.name));
        digest.add(product.read(local.description));
    }
    for (std::uint32_t i = 0; i < product.images_count; ++i) digest.add(product.read(product.lists[i]));
    return digest.value();
}

std::uint64_t digest_of(const Shelves& shelves) {
    Digest digest;
    for (const auto& category : shelves.categories.all) {
        digest.add(category.slug);
        digest.add(std::int64_t{category.parent});
        for (const auto& name : category.names) digest.add(name);
    }
    add_attributes(digest, shelves.sizes);
    add_attributes(digest, shelves.colors);
    return digest.value();
}

}  // namespace marque::catalog
