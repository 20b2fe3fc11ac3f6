#pragma once
// What an import reads, into one database: batches of products, prices, stock or reviews, each a handful of statements.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/market.h"
#include "db/admin.h"
#include "features/catalog/bulk_writer.h"
#include "features/catalog/import/categories.h"
#include "features/catalog/import/price_rule.h"
#include "features/catalog/import/report.h"

namespace marque::catalog::import {

struct StoreOptions {
    std::vector<MarketCode> markets;  // Imported into, wherever their rows lie.
    std::vector<PriceRule> rules;
    std::string source;        // The format's name, kept with each product.
    Language language = "en";  // Of what the file gives in no named language.
};

/// One database of the layout. Products go to market ALL when more than one market is imported into, else to that
/// market.
class Store {
public:
    /// `here`: those of the markets that this database holds.
    Store(db::AdminConnection& connection, std::vector<MarketCode> here, StoreOptions options);

    /// Inside a transaction of the caller's. Counts go to the summary, rows that cannot be stored to `refused`.
    void put(std::span<ImportItem> items, ImportSummary& summary, std::vector<RefusedRow>& refused);
    [[nodiscard]] const std::string& owner() const { return owner_; }
    [[nodiscard]] const std::vector<MarketCode>& here() const { return here_; }
    [[nodiscard]] db::AdminConnection& connection() { return connection_; }
    [[nodiscard]] std::vector<std::string> notes() const;

private:
    void put_products(std::span<ImportItem> items, ImportSummary& summary, std::vector<RefusedRow>& refused);
    void put_prices(std::span<ImportItem> items, ImportSummary& summary, std::vector<RefusedRow>& refused);
    void put_stock(std::span<ImportItem> items, ImportSummary& summary, std::vector<RefusedRow>& refused);
    void put_reviews(std::span<ImportItem> items, ImportSummary& summary, std::vector<RefusedRow>& refused);
    BulkProduct product_of(const ImportedProduct& product, const CategoryPlace& place, std::vector<RefusedRow>& refused,
                           std::vector<const ImportedSku*>& skus) const;
    const std::string& currency_of(MarketCode market);

    db::AdminConnection& connection_;
    std::vector<MarketCode> here_;
    StoreOptions options_;
    std::string owner_;
    BulkWriter writer_;
    std::unique_ptr<CategoryTree> categories_;
    std::map<std::string, std::string> currencies_;
};

/// ALL for several markets, else the market's own code.
[[nodiscard]] std::string owner_for(const std::vector<MarketCode>& markets);

}  // namespace marque::catalog::import
