#pragma once
// Saleor's fixture (populatedb.json): rows of its tables in one array, products before what they consist of. The tables
// that matter are held in memory until the file ends, and no more of them than a limit.

#include <deque>
#include <map>

#include "features/catalog/import/checks.h"
#include "features/catalog/import/json_text.h"

namespace marque::catalog::import {

class SaleorImport final : public Reader {
public:
    // `currency`: the channel whose prices are taken is the first in that currency.
    SaleorImport(Source& source, std::string currency) : pieces_(source), currency_(std::move(currency)) {}
    std::expected<std::optional<ImportItem>, ImportError> next() override;
    const ImportCounts& counts() const override { return counts_; }
    std::vector<std::string> notes() const override;

private:
    struct Row {
        long line = 0;
        json::Value fields;
    };
    using Rows = std::map<std::int64_t, Row>;

    std::optional<ImportError> read_all();
    void assemble();
    void assemble_product(std::int64_t id, const Row& row);
    std::optional<ImportedSku> sku_of(std::int64_t id, const Row& row, const ImportedProduct& product, bool only_one);
    std::optional<Fault> read_price(std::int64_t variant, ImportedSku& sku) const;
    std::vector<std::string> path_of(std::int64_t category) const;
    void refuse(long line, std::string key, std::string reason, std::string column = "");
    const Rows& table(const std::string& model) const;
    // The values of a product's or variant's attributes, by the attribute's slug.
    std::multimap<std::string, std::string> attributes_of(std::int64_t product) const;
    std::multimap<std::string, std::string> variant_attributes(std::int64_t variant) const;
    std::pair<std::string, std::string> attribute(std::int64_t value) const;

    JsonPieces pieces_;
    std::string currency_;
    ImportCounts counts_;
    std::map<std::string, Rows> tables_;
    std::size_t held_bytes_ = 0;
    std::deque<ImportItem> ready_;
    bool read_ = false;
    long codeless_ = 0;
    std::map<std::string, long> ignored_;
};

}  // namespace marque::catalog::import
