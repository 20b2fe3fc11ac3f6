#pragma once
// Products as a table with a row for each SKU: our own format, and any other CSV whose columns are mapped to ours. Rows
// of one product stand together; what they say of the product itself is taken from the first.

#include <unordered_map>

#include "features/catalog/import/checks.h"
#include "features/catalog/import/table.h"

namespace marque::catalog::import {

struct CsvProductsOptions {
    Language language = "en";  // Of features in the plain column.
};

class CsvProducts final : public Reader {
public:
    static std::expected<std::unique_ptr<CsvProducts>, ImportError> open(TextStream& stream, TableOptions table,
                                                                         CsvProductsOptions options);
    std::expected<std::optional<ImportItem>, ImportError> next() override;
    const ImportCounts& counts() const override { return counts_; }
    std::string header_line() const override { return table_->header_line(); }
    std::vector<std::string> notes() const override;

private:
    using Column = Table::Column;
    using Family = std::vector<std::pair<std::string, std::size_t>>;
    struct Columns {
        Column sku, product, slug, name, brand, category, subcategory, category_3, category_slug, description, features,
            images;
        Column size, color, image, active, product_active, featured, best_seller;
        Column price, original, sale, sale_from, sale_until, stock;
        Family names, descriptions, feature_lists, categories;
    };
    explicit CsvProducts(std::unique_ptr<Table> table, CsvProductsOptions options);

    std::optional<RefusedRow> add_row();
    std::expected<ImportedSku, Fault> read_sku();
    std::expected<ImportedProduct, Fault> read_product(const std::string& key);
    std::optional<Fault> read_offer(ImportedSku& sku);
    void read_texts(ImportedProduct& product);
    RefusedRow refuse(std::string reason, std::string column = "");
    ImportItem emit();

    std::unique_ptr<Table> table_;
    CsvProductsOptions options_;
    Columns columns_;
    ImportCounts counts_;
    std::optional<ImportedProduct> current_;
    std::optional<ImportItem> waiting_;
    std::unordered_map<std::size_t, long> lines_;  // SKU codes, as numbers, and where each stood.
    std::vector<long> repaired_;
    bool ended_ = false;
};

}  // namespace marque::catalog::import
