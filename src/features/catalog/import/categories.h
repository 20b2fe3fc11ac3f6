#pragma once
// A file's category paths as rows of the shop's tree: found by name level by level, made where missing.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "db/admin.h"
#include "features/catalog/import/product.h"

namespace marque::catalog::import {

struct CategoryPlace {
    std::string market;  // The owner of both.
    std::int64_t category_id = 0;
    std::optional<std::int64_t> subcategory_id;  // The deepest level of the path.
};

class CategoryTree {
public:
    // Reads what the owner sees; the connection is left in the owner's role.
    CategoryTree(db::AdminConnection& connection, std::string owner);

    // Inside a transaction. The error is a reason to refuse the product.
    std::expected<CategoryPlace, std::string> place(const ImportedProduct& product);
    // Paths that could not be made below a category of all markets: their products stand one level higher.
    const std::vector<std::string>& cut() const { return cut_; }

private:
    struct Node {
        std::int64_t id = 0;
        std::string market;
        std::string slug;
    };
    std::expected<const Node*, std::string> child(const Node* parent, const std::string& name, const std::string& slug);
    void put_texts(const std::vector<const Node*>& nodes, const ImportedProduct& product);
    void act_as_owner();

    db::AdminConnection& connection_;
    std::string owner_;
    std::map<std::pair<std::int64_t, std::string>, Node> nodes_;  // By parent (0: top) and name in lower case.
    std::map<std::string, CategoryPlace> places_;                 // Whole paths that were asked for.
    std::map<std::string, std::int64_t> slugs_;
    std::vector<std::string> cut_;
};

}  // namespace marque::catalog::import
