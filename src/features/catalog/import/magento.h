#pragma once
// Magento's product export as products: brings configurable rows and the simple rows that are their SKUs together in
// one pass, whichever of them comes first, and gives a reason for every row that does not become part of a product.

#include <cstddef>
#include <deque>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "features/catalog/import/attributes.h"
#include "features/catalog/import/csv.h"
#include "features/catalog/import/magento_row.h"
#include "features/catalog/import/product.h"
#include "features/catalog/import/slug_text.h"

namespace marque::catalog::import {

// Pull it until it gives nothing. Memory holds what waits for its other half, each sku's line and the slugs given out.
class MagentoImport final : public Reader {
public:
    MagentoImport(Source& source, MagentoOptions options);

    // The next product or refused row, nothing at the end. An error ends the import: the file itself is unusable there.
    std::expected<std::optional<ImportItem>, ImportError> next() override;

    const ImportCounts& counts() const override { return counts_; }

private:
    enum class SkuState { pending, used, refused };
    struct Seen {
        long line = 0;
        SkuState state = SkuState::pending;
    };
    // A configurable row and, in the order of its variations, the SKUs that were found for it.
    struct Slot {
        Variation variation;
        std::optional<ImportedSku> sku;
    };
    struct Waiting {
        ImportedProduct product;
        std::vector<Slot> slots;
        std::size_t missing = 0;
    };
    struct Awaited {
        long product_line = 0;
        std::size_t slot = 0;
    };

    std::expected<bool, ImportError> read_row();
    void add_row(const MagentoRow& row);
    void add_simple(const MagentoRow& row);
    void add_part(const MagentoRow& row);
    void add_single(const MagentoRow& row);
    void add_configurable(const MagentoRow& row);
    bool claim(Waiting& waiting, std::size_t slot);
    void orphan(const MagentoRow& row);
    void deliver(const std::string& code, std::optional<ImportedSku> sku);
    void complete(Waiting waiting);
    void finish();
    void refuse(long line, std::string key, std::string reason);
    void refuse_row(const MagentoRow& row, std::string reason);
    void emit(ImportedProduct product);

    CsvReader reader_;
    MagentoOptions options_;
    CsvRecord record_;
    std::optional<MagentoHeader> header_;
    std::deque<ImportItem> ready_;
    bool finished_ = false;
    ImportCounts counts_;
    SlugRegistry slugs_;
    std::unordered_map<std::string, Seen> seen_;
    std::unordered_map<std::string, ImportedSku> pending_;  // Simple rows no configurable has named yet.
    std::map<long, Waiting> waiting_;                       // Configurable rows by line, with variations missing.
    std::unordered_map<std::string, Awaited> awaited_;      // SKUs those are waiting for.
    std::unordered_map<std::string, long> orphaned_;        // SKUs whose configurable row was refused, and its line.
};

}  // namespace marque::catalog::import
