// Parsers of Magento's cells. They take any text; what makes no sense is left out or named in an error.
#include "features/catalog/import/attributes.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/text.h"

namespace marque::catalog::import {

namespace {

bool same_name(std::string_view left, std::string_view right) { return lowered(left) == lowered(right); }

bool is_name(std::string_view text) {
    const auto belongs = [](char byte) {
        return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
               byte == '_';
    };
    return !text.empty() && std::ranges::all_of(text, belongs);
}

// Splits at a separator outside double quotes. Quotes count only where a value begins, so 3" stays a size.
std::vector<std::string_view> split_outside_quotes(std::string_view cell, char separator) {
    std::vector<std::string_view> pieces;
    std::size_t begin = 0;
    bool quoted = false;
    for (std::size_t index = 0; index < cell.size(); ++index) {
        const bool opens = !quoted && cell[index] == '"' && index > begin && cell[index - 1] == '=';
        if (opens) {
            quoted = cell.find('"', index + 1) != std::string_view::npos;
            if (!quoted) {
                // No quote follows anywhere, so there is none to look for again.
                continue;
            }
        } else if (quoted && cell[index] == '"') {
            quoted = false;
        } else if (!quoted && cell[index] == separator) {
            pieces.push_back(cell.substr(begin, index - begin));
            begin = index + 1;
        }
    }
    pieces.push_back(cell.substr(begin));
    return pieces;
}

std::string unquoted(std::string_view value) {
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') {
        return std::string(value);
    }
    std::string result;
    const auto inner = value.substr(1, value.size() - 2);
    for (std::size_t index = 0; index < inner.size(); ++index) {
        result += inner[index];
        index += inner.substr(index).starts_with("\"\"") ? 1 : 0;
    }
    return result;
}

// Segments of a path; "\/" is a slash inside a name.
std::vector<std::string> path_segments(std::string_view path) {
    std::vector<std::string> segments(1);
    for (std::size_t index = 0; index < path.size(); ++index) {
        if (path.substr(index).starts_with("\\/")) {
            segments.back() += '/';
            ++index;
        } else if (path[index] == '/') {
            segments.emplace_back();
        } else {
            segments.back() += path[index];
        }
    }
    for (auto& segment : segments) {
        segment = std::string(trimmed(segment));
    }
    std::erase(segments, "");
    return segments;
}

bool is_showcase(std::string_view name) {
    constexpr std::array<std::string_view, 5> showcases = {"Collections", "Promotions", "Sale", "What's New",
                                                           "Featured"};
    return std::ranges::any_of(showcases, [&](std::string_view showcase) { return same_name(name, showcase); });
}

}  // namespace

Attributes parse_attributes(std::string_view cell) {
    Attributes attributes;
    for (const auto piece : split_outside_quotes(cell, ',')) {
        const auto equals = piece.find('=');
        const auto name = equals == std::string_view::npos ? "" : trimmed(piece.substr(0, equals));
        if (is_name(name)) {
            attributes.emplace_back(std::string(name), unquoted(trimmed(piece.substr(equals + 1))));
        } else if (!attributes.empty() && !trimmed(piece).empty()) {
            attributes.back().second += ",";
            attributes.back().second += piece;
        }
    }
    return attributes;
}

std::string find_attribute(const Attributes& attributes, std::initializer_list<std::string_view> names) {
    for (const auto wanted : names) {
        for (const auto& [name, value] : attributes) {
            if (!value.empty() && same_name(name, wanted)) {
                return value;
            }
        }
    }
    return "";
}

std::expected<std::vector<Variation>, std::string> parse_variations(std::string_view cell) {
    std::vector<Variation> variations;
    for (const auto piece : split_outside_quotes(cell, '|')) {
        if (trimmed(piece).empty()) {
            continue;
        }
        const auto attributes = parse_attributes(piece);
        Variation variation{.sku = find_attribute(attributes, {"sku"}),
                            .size = find_attribute(attributes, {"size"}),
                            .color = find_attribute(attributes, {"color", "colour"})};
        if (variation.sku.empty()) {
            return std::unexpected(
                fmt::format("names no sku in \"{:.60}\" (expected sku=...,size=...,color=...)", piece));
        }
        variations.push_back(std::move(variation));
    }
    if (variations.empty()) {
        return std::unexpected("is empty (expected sku=...,size=...,color=...|sku=...)");
    }
    return variations;
}

std::optional<CategoryPath> choose_category(std::string_view cell) {
    std::vector<std::string> deepest;
    for (const auto& path : split_list(cell)) {
        auto segments = path_segments(path);
        if (segments.size() < 2 || is_showcase(segments[1])) {
            continue;
        }
        segments.erase(segments.begin());
        if (segments.size() > deepest.size()) {
            deepest = std::move(segments);
        }
    }
    if (deepest.empty()) {
        return std::nullopt;
    }
    return CategoryPath{deepest.front(), deepest.size() > 1 ? deepest.back() : ""};
}

std::vector<std::string> split_list(std::string_view cell) {
    std::vector<std::string> pieces;
    while (!cell.empty()) {
        const auto end = std::min(cell.find(','), cell.size());
        if (const auto piece = trimmed(cell.substr(0, end)); !piece.empty()) {
            pieces.emplace_back(piece);
        }
        cell.remove_prefix(std::min(end + 1, cell.size()));
    }
    return pieces;
}

}  // namespace marque::catalog::import
