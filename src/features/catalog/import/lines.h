#pragma once
// Files with one fact a row, as CSV or as JSON lines: prices, stock, reviews.

#include <array>
#include <unordered_set>

#include "features/catalog/import/checks.h"
#include "features/catalog/import/table.h"

namespace marque::catalog::import {

enum class LineKind { prices, stock, reviews };

struct LinesOptions {
    std::vector<MarketCode> markets;  // A row without a market belongs to the only one.
    Language language = "en";         // Of reviews whose row names none.
};

/// What a row may say; `field_names` has the columns' and members' names in this order.
enum class Field {
    sku,
    market,
    price,
    original,
    sale,
    sale_from,
    sale_until,
    on_hand,
    reason,
    product,
    rating,
    title,
    comment,
    author,
    language,
    created_at
};
inline constexpr std::array<std::string_view, 16> field_names{
    "sku",    "market",  "price",  "original", "sale",    "sale_from", "sale_until", "on_hand",
    "reason", "product", "rating", "title",    "comment", "author",    "language",   "created_at"};

/// The fields that a file of this kind may have.
[[nodiscard]] std::vector<Field> fields_of(LineKind kind);

/// A file's rows whatever it is written in.
class Rows {
public:
    Rows() = default;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    virtual ~Rows() = default;

    virtual std::expected<bool, ImportError> next() = 0;
    virtual const std::optional<std::string>& fault() const = 0;
    virtual long line() const = 0;
    virtual std::string_view get(Field field) const = 0;
    virtual std::string raw() const = 0;
    virtual std::string header_line() const = 0;
    virtual bool decimal_comma() const = 0;
    virtual std::vector<std::string> unused() const = 0;
};

class Lines final : public Reader {
public:
    static std::expected<std::unique_ptr<Lines>, ImportError> open_csv(TextStream& stream, TableOptions table,
                                                                       LineKind kind, LinesOptions options);
    static std::unique_ptr<Lines> open_json(Source& source, LineKind kind, LinesOptions options);
    std::expected<std::optional<ImportItem>, ImportError> next() override;
    const ImportCounts& counts() const override { return counts_; }
    std::string header_line() const override { return rows_->header_line(); }
    std::vector<std::string> notes() const override;

private:
    Lines(std::unique_ptr<Rows> rows, LineKind kind, LinesOptions options);

    std::string_view get(Field field) const { return rows_->get(field); }
    std::expected<ImportItem, Fault> read_row();
    std::expected<ImportItem, Fault> read_price(MarketCode market);
    std::expected<ImportItem, Fault> read_stock(MarketCode market);
    std::expected<ImportItem, Fault> read_review(MarketCode market);
    std::expected<MarketCode, Fault> read_market() const;

    std::unique_ptr<Rows> rows_;
    LineKind kind_;
    LinesOptions options_;
    ImportCounts counts_;
    std::unordered_set<std::size_t> seen_;  // Market and SKU, as numbers.
    long wordless_ = 0;
};

}  // namespace marque::catalog::import
