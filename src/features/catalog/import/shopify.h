#pragma once
// Shopify's product export: the rows of one Handle are one product, a row with a price is a SKU, a row with nothing but
// a picture is a picture.

#include <unordered_map>

#include "features/catalog/import/checks.h"
#include "features/catalog/import/table.h"

namespace marque::catalog::import {

class ShopifyImport final : public Reader {
public:
    static std::expected<std::unique_ptr<ShopifyImport>, ImportError> open(TextStream& stream, TableOptions table);
    std::expected<std::optional<ImportItem>, ImportError> next() override;
    const ImportCounts& counts() const override { return counts_; }
    std::string header_line() const override { return table_->header_line(); }
    std::vector<std::string> notes() const override;

private:
    using Column = Table::Column;
    struct Option {
        Column name;
        Column value;
    };
    explicit ShopifyImport(std::unique_ptr<Table> table);

    std::optional<RefusedRow> add_row();
    std::optional<Fault> begin_product(const std::string& handle);
    std::expected<ImportedSku, Fault> read_sku();
    void add_image();
    std::optional<ImportItem> finish_product();
    RefusedRow refuse(const Fault& fault) const;

    std::unique_ptr<Table> table_;
    Column handle_, title_, body_, vendor_, category_, type_, published_, status_, sku_, price_, compare_at_, stock_;
    Column image_, variant_image_;
    std::array<Option, 3> options_;
    ImportCounts counts_;
    std::optional<ImportedProduct> current_;
    std::array<std::string, 3> option_names_;  // Named in a product's first row only.
    std::string refused_handle_;               // The product whose first row was refused, and its reason.
    Fault refused_fault_;
    std::optional<ImportItem> waiting_;
    std::unordered_map<std::size_t, long> lines_;
    bool ended_ = false;
};

}  // namespace marque::catalog::import
