// Walking a path down the tree.
#include "features/catalog/import/categories.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "features/catalog/bulk_queries.h"
#include "features/catalog/import/slug_text.h"

namespace marque::catalog::import {
namespace {

std::vector<std::string> path_of(const ImportedProduct& product) {
    std::vector<std::string> path{product.category};
    if (!product.subcategory.empty()) path.push_back(product.subcategory);
    path.insert(path.end(), product.deeper.begin(), product.deeper.end());
    return path;
}

}  // namespace

CategoryTree::CategoryTree(db::AdminConnection& connection, std::string owner)
    : connection_(connection), owner_(std::move(owner)) {
    act_as_owner();
    for (auto& row : connection_.rows(bulk_sql.categories)) {
        slugs_.emplace(row.slug, row.id);
        nodes_.try_emplace({row.parent_id.value_or(0), lowered(row.name)},
                           Node{row.id, std::move(row.market), std::move(row.slug)});
    }
}

void CategoryTree::act_as_owner() { connection_.become(owner_ == "ALL" ? "shared" : lowered(owner_)); }

std::expected<CategoryPlace, std::string> CategoryTree::place(const ImportedProduct& product) {
    const auto path = path_of(product);
    std::string key = fmt::format("{}", fmt::join(path, "\x1f"));
    const bool plain = product.category_texts.empty();
    if (const auto known = places_.find(key); known != places_.end() && plain) return known->second;
    std::vector<const Node*> nodes;
    for (std::size_t level = 0; level < path.size(); ++level) {
        const std::string slug = level < product.category_slugs.size() ? product.category_slugs[level] : "";
        auto node = child(nodes.empty() ? nullptr : nodes.back(), path[level], slug);
        if (!node) return std::unexpected(node.error());
        if (*node == nullptr) {
            const auto line = fmt::format("{}", fmt::join(path, " > "));
            if (std::ranges::find(cut_, line) == cut_.end()) cut_.push_back(line);
            break;
        }
        nodes.push_back(*node);
    }
    put_texts(nodes, product);
    CategoryPlace place{.market = nodes.front()->market, .category_id = nodes.front()->id};
    if (nodes.size() > 1) place.subcategory_id = nodes.back()->id;
    places_.insert_or_assign(std::move(key), place);
    return place;
}

/// Nothing where only another owner could make the category.
std::expected<const CategoryTree::Node*, std::string> CategoryTree::child(const Node* parent, const std::string& name,
                                                                          const std::string& slug) {
    const std::int64_t parent_id = parent == nullptr ? 0 : parent->id;
    const std::pair key{parent_id, lowered(name)};
    if (const auto found = nodes_.find(key); found != nodes_.end()) return &found->second;
    if (parent != nullptr && parent->market != owner_) return nullptr;
    std::string wanted = slug;
    if (wanted.empty()) wanted = slug_from(name);
    if (wanted.empty()) wanted = "category";
    if (slug.empty() && parent != nullptr) wanted = parent->slug + "-" + wanted;
    std::string free = wanted.substr(0, slug_bytes_max - 8);
    while (free.ends_with('-')) free.pop_back();
    for (int number = 2; slugs_.contains(free); ++number) free = fmt::format("{}-{}", wanted, number);
    act_as_owner();
    connection_.run("SAVEPOINT category");
    try {
        const auto ids = connection_.rows(bulk_sql.add_category, owner_,
                                          parent == nullptr ? std::nullopt : std::optional{parent->id}, free, name);
        connection_.run("RELEASE SAVEPOINT category");
        slugs_.emplace(free, ids.front());
        return &nodes_.emplace(key, Node{ids.front(), owner_, free}).first->second;
    } catch (const db::Error& error) {
        if (!error.sqlstate.starts_with("23")) throw;
        connection_.run("ROLLBACK TO SAVEPOINT category; RELEASE SAVEPOINT category");
        return std::unexpected(
            fmt::format("the category {} cannot be made: a market has one of that name or slug already", name));
    }
}

void CategoryTree::put_texts(const std::vector<const Node*>& nodes, const ImportedProduct& product) {
    if (product.category_texts.empty()) return;
    act_as_owner();
    for (const auto& [language, names] : product.category_texts) {
        for (std::size_t level = 0; level < std::min(nodes.size(), names.size()); ++level) {
            if (nodes[level]->market != owner_) continue;
            // Written once for each word, however many products say it.
            const std::string seen = fmt::format("{}\x1f{}\x1f{}", nodes[level]->id, language, names[level]);
            if (!places_.try_emplace(seen).second) continue;
            connection_.execute(bulk_sql.put_category_text, owner_, nodes[level]->id, language, names[level]);
        }
    }
}

}  // namespace marque::catalog::import
