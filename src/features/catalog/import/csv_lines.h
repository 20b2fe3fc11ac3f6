#pragma once
// Files with one fact a row: prices, stock, reviews.

#include <unordered_set>

#include "features/catalog/import/checks.h"
#include "features/catalog/import/table.h"

namespace marque::catalog::import {

enum class LineKind { prices, stock, reviews };

struct CsvLinesOptions {
    std::vector<MarketCode> markets;  // A row without a market belongs to the only one.
    Language language = "en";         // Of reviews whose row names none.
};

class CsvLines final : public Reader {
public:
    static std::expected<std::unique_ptr<CsvLines>, ImportError> open(TextStream& stream, TableOptions table,
                                                                      LineKind kind, CsvLinesOptions options);
    std::expected<std::optional<ImportItem>, ImportError> next() override;
    const ImportCounts& counts() const override { return counts_; }
    std::string header_line() const override { return table_->header_line(); }
    std::vector<std::string> notes() const override;

private:
    using Column = Table::Column;
    struct Columns {
        Column sku, market, price, original, sale, sale_from, sale_until, on_hand, reason;
        Column product, rating, title, comment, author, language, created_at;
    };
    CsvLines(std::unique_ptr<Table> table, LineKind kind, CsvLinesOptions options);

    std::expected<ImportItem, Fault> read_row();
    std::expected<ImportItem, Fault> read_price(MarketCode market);
    std::expected<ImportItem, Fault> read_stock(MarketCode market);
    std::expected<ImportItem, Fault> read_review(MarketCode market);
    std::expected<MarketCode, Fault> read_market() const;

    std::unique_ptr<Table> table_;
    LineKind kind_;
    CsvLinesOptions options_;
    Columns columns_;
    ImportCounts counts_;
    std::unordered_set<std::size_t> seen_;  // Market and SKU, as numbers.
    long wordless_ = 0;
};

}  // namespace marque::catalog::import
