// Limits and small parsers shared by the formats.
#include "features/catalog/import/checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "features/catalog/import/decimal.h"
#include "features/catalog/import/slug_text.h"

namespace marque::catalog::import {
namespace {

constexpr std::size_t skus_max = 1'000;
constexpr std::size_t levels_max = 8;
constexpr std::size_t pieces_max = 50;

std::optional<Fault> check_length(std::string_view column, std::string_view text, std::size_t minimum,
                                  std::size_t maximum) {
    const auto length = utf8_length(text);
    if (!length) return Fault{std::string{column}, length.error()};
    if (*length == 0 && minimum > 0) return Fault{std::string{column}, "is empty"};
    if (*length >= minimum && *length <= maximum) return std::nullopt;
    return Fault{std::string{column},
                 fmt::format("must have {} to {} characters, but has {}", minimum, maximum, *length)};
}

template <class List>
std::optional<Fault> check_all(std::string_view column, const List& texts, std::size_t maximum) {
    if (texts.size() > pieces_max) {
        return Fault{std::string{column},
                     fmt::format("has {} entries, at most {} are taken", texts.size(), pieces_max)};
    }
    for (const auto& text : texts) {
        if (auto fault = check_length(column, text, 1, maximum)) return fault;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Fault> check_sku(const ImportedSku& sku) {
    if (auto fault = check_length("sku", sku.code, 1, 64)) return fault;
    if (auto fault = check_length("size", sku.size, 0, 40)) return fault;
    if (auto fault = check_length("color", sku.color, 0, 40)) return fault;
    if (auto fault = check_length("image", sku.image, 0, 500)) return fault;
    if (!sku.is_priced) return std::nullopt;
    return check_prices(sku.price_minor, sku.original_price_minor, sku.sale_minor, sku.sale_from, sku.sale_until);
}

std::optional<Fault> check_product(const ImportedProduct& product) {
    if (auto fault = check_length("name", product.name, 1, 200)) return fault;
    if (const auto slug = Slug::parse(product.slug); !slug) return Fault{"slug", slug.error()};
    if (auto fault = check_length("brand", product.brand, 0, 100)) return fault;
    if (auto fault = check_length("description", product.description, 0, 20'000)) return fault;
    if (auto fault = check_length("category", product.category, 1, 100)) return fault;
    if (auto fault = check_length("category", product.subcategory, 0, 100)) return fault;
    if (product.deeper.size() + 2 > levels_max) {
        return Fault{"category", fmt::format("has more than {} levels", levels_max)};
    }
    if (auto fault = check_all("category", product.deeper, 100)) return fault;
    if (auto fault = check_all("features", product.features, 500)) return fault;
    if (auto fault = check_all("images", product.images, 500)) return fault;
    for (const auto& text : product.texts) {
        if (auto fault = check_length("name_" + text.language, text.name, 1, 200)) return fault;
        if (auto fault = check_length("description_" + text.language, text.description, 0, 20'000)) return fault;
    }
    for (const auto& [language, text] : product.feature_texts) {
        if (auto fault = check_length("features_" + language, text, 1, 500)) return fault;
    }
    for (const auto& slug : product.category_slugs) {
        if (const auto parsed = Slug::parse(slug); !parsed) return Fault{"category_slug", parsed.error()};
    }
    if (product.skus.size() > skus_max) return Fault{"sku", fmt::format("has more than {} SKUs", skus_max)};
    return std::nullopt;
}

std::expected<std::int64_t, std::string> parse_amount(std::string_view text, bool decimal_comma) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ' ') continue;
        // A no-break space between thousands, which spreadsheets write.
        if (text.substr(i).starts_with("\xC2\xA0")) {
            ++i;
        } else {
            plain += decimal_comma && text[i] == ',' ? '.' : text[i];
        }
    }
    const auto amount = parse_decimal(plain, 2);
    if (!amount) return amount;
    if (*amount > amount_minor_max) return std::unexpected(fmt::format("is too large: {}", text));
    return amount;
}

std::expected<std::int32_t, std::string> parse_pieces(std::string_view text) {
    const auto count = parse_decimal(text, 0);
    if (!count) return std::unexpected(count.error());
    if (*count > 1'000'000) return std::unexpected("must be at most 1000000");
    return static_cast<std::int32_t>(*count);
}

std::expected<std::optional<bool>, std::string> parse_flag(std::string_view text) {
    const std::string word = lowered(text);
    if (word.empty()) return std::nullopt;
    if (word == "yes" || word == "true" || word == "1" || word == "да" || word == "active") return true;
    if (word == "no" || word == "false" || word == "0" || word == "нет") return false;
    return std::unexpected(fmt::format("must be yes or no, but is \"{:.20}\"", text));
}

std::expected<std::optional<Timestamp>, std::string> parse_moment(std::string_view text) {
    if (text.empty()) return std::nullopt;
    auto moment = Timestamp::parse(text.size() == 10 ? std::string{text} + "T00:00:00Z" : std::string{text});
    if (moment) return *moment;
    return std::unexpected(
        fmt::format("must be a date such as 2026-12-01 or 2026-12-01T08:00:00+06:00, but is \"{:.40}\"", text));
}

std::optional<Fault> check_prices(std::int64_t price, std::optional<std::int64_t> original,
                                  std::optional<std::int64_t> sale, std::optional<Timestamp> from,
                                  std::optional<Timestamp> until) {
    if (price <= 0) return Fault{"price", "must be more than nothing"};
    if (original && *original <= price) return Fault{"original", "must be above the price, or be left empty"};
    if (sale && *sale <= 0) return Fault{"sale", "must be more than nothing"};
    if (sale && *sale >= price) return Fault{"sale", "must be below the price"};
    if (!sale && (from || until)) return Fault{"sale", "is empty, but its dates are not"};
    if (from && until && *from >= *until) return Fault{"sale_until", "must be after sale_from"};
    return std::nullopt;
}

namespace {

/// What stands between separators, trimmed, without the empty ones. A backslash before a separator or another backslash
/// takes it for a letter.
std::vector<std::string> split_at(std::string_view text, std::string_view separators) {
    std::vector<std::string> pieces;
    std::string piece;
    const auto finish = [&] {
        if (const auto bare = trimmed(piece); !bare.empty()) pieces.emplace_back(bare);
        piece.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool more = i + 1 < text.size();
        if (text[i] == '\\' && more && (text[i + 1] == '\\' || separators.contains(text[i + 1]))) {
            piece += text[++i];
        } else if (separators.contains(text[i])) {
            finish();
        } else {
            piece += text[i];
        }
    }
    finish();
    return pieces;
}

std::string join_with(const std::vector<std::string>& pieces, std::string_view between, std::string_view separators) {
    std::string text;
    for (const auto& piece : pieces) {
        if (!text.empty()) text += between;
        for (const char letter : piece) {
            if (letter == '\\' || separators.contains(letter)) text += '\\';
            text += letter;
        }
    }
    return text;
}

}  // namespace

std::vector<std::string> split_path(std::string_view text) { return split_at(text, ">"); }
std::string join_path(const std::vector<std::string>& levels) { return join_with(levels, " > ", ">"); }
std::vector<std::string> split_pieces(std::string_view text) { return split_at(text, "|\n"); }
std::string join_pieces(const std::vector<std::string>& pieces) { return join_with(pieces, "|", "|\n"); }

void set_category(ImportedProduct& product, std::vector<std::string> path) {
    if (!path.empty()) product.category = path[0];
    if (path.size() > 1) product.subcategory = path[1];
    if (path.size() > 2) product.deeper.assign(path.begin() + 2, path.end());
}

std::string slug_for(std::string_view name, std::string_view key) {
    std::string end = slug_from(key);
    std::string slug = slug_from(name);
    if (slug.empty()) return end;
    if (end.empty()) return slug;
    slug.resize(std::min(slug.size(), slug_bytes_max - std::min(slug_bytes_max, end.size() + 1)));
    while (slug.ends_with('-')) slug.pop_back();
    return slug.empty() ? end : slug + "-" + end;
}

}  // namespace marque::catalog::import
