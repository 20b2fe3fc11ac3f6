#pragma once
// JSON lines: one product a line with its SKUs, prices and stock, as an export writes them.

#include <unordered_map>

#include "features/catalog/import/checks.h"
#include "features/catalog/import/json_text.h"

namespace marque::catalog::import {

class JsonProducts final : public Reader {
public:
    explicit JsonProducts(Source& source) : pieces_(source) {}
    std::expected<std::optional<ImportItem>, ImportError> next() override;
    const ImportCounts& counts() const override { return counts_; }

private:
    std::expected<ImportedProduct, Fault> read(const json::Value& value, long line);
    std::expected<ImportedSku, Fault> read_sku(const json::Value& value, long line);

    JsonPieces pieces_;
    ImportCounts counts_;
    std::unordered_map<std::size_t, long> lines_;
};

}  // namespace marque::catalog::import
