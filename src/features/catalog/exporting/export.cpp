// Prices, stock and reviews, a row each; products stand in products.cpp.
#include "features/catalog/exporting/export.h"

#include "features/catalog/exporting/products.h"
#include "features/catalog/import/lines.h"

namespace marque::catalog::exporting {
namespace {

using import::Field;
using import::LineKind;

/// A row's values under the names that lines.h of the import has for them.
using Values = std::vector<std::pair<Field, std::optional<std::string>>>;

class LineWriter {
public:
    LineWriter(Writer& writer, FileFormat format, LineKind kind) : writer_(writer), format_(format) {
        for (const auto field : import::fields_of(kind)) {
            // Why stock changes is said by whoever changes it.
            if (field != Field::reason) fields_.push_back(field);
        }
        std::vector<std::string> names;
        for (const auto field : fields_) names.emplace_back(name_of(field));
        if (format_ == FileFormat::csv) writer_.cells(names);
    }

    void put(const Values& values) {
        ++rows;
        if (format_ == FileFormat::jsonl) {
            JsonLine line;
            for (const auto& [field, value] : values) line.text_if(name_of(field), value);
            writer_.line(line.finish());
            return;
        }
        std::vector<std::string> cells;
        for (const auto field : fields_) {
            const auto found = std::ranges::find(values, field, &Values::value_type::first);
            cells.push_back(found == values.end() ? "" : found->second.value_or(""));
        }
        writer_.cells(cells);
    }

    std::int64_t rows = 0;

private:
    static std::string_view name_of(Field field) { return import::field_names.at(static_cast<std::size_t>(field)); }

    Writer& writer_;
    FileFormat format_;
    std::vector<Field> fields_;
};

ExportCounts write_lines(db::AdminConnection& connection, MarketCode market, LineKind kind, FileFormat format,
                         Writer& writer) {
    LineWriter lines{writer, format, kind};
    const std::string code = market.to_text();
    if (kind == LineKind::prices) {
        connection.stream<PriceRow>(sql.prices, [&](const PriceRow& row) {
            lines.put({{Field::sku, row.sku},
                       {Field::market, code},
                       {Field::price, amount_text(row.price_minor)},
                       {Field::original, amount_text(row.original_minor)},
                       {Field::sale, amount_text(row.sale_minor)},
                       {Field::sale_from, moment_text(row.sale_from)},
                       {Field::sale_until, moment_text(row.sale_until)}});
        });
    } else if (kind == LineKind::stock) {
        connection.stream<StockRow>(sql.stock, [&](const StockRow& row) {
            lines.put({{Field::sku, row.sku}, {Field::market, code}, {Field::on_hand, std::to_string(row.on_hand)}});
        });
    } else {
        connection.stream<ReviewRow>(sql.reviews, [&](const ReviewRow& row) {
            lines.put({{Field::product, row.product},
                       {Field::market, code},
                       {Field::rating, std::to_string(row.rating)},
                       {Field::title, row.title},
                       {Field::comment, row.comment},
                       {Field::author, row.author},
                       {Field::language, row.language},
                       {Field::created_at, row.created_at.to_text()}});
        });
    }
    return {.rows = lines.rows};
}

}  // namespace

ExportCounts write_export(db::AdminConnection& connection, MarketCode market, import::Subject subject,
                          FileFormat format, const Sink& sink, ExportFaults faults) {
    connection.become(market.upper());
    Writer writer{sink, faults};
    ExportCounts counts;
    if (subject == import::Subject::products) {
        counts = write_products(connection, format, writer);
    } else {
        const LineKind kind = subject == import::Subject::prices  ? LineKind::prices
                              : subject == import::Subject::stock ? LineKind::stock
                                                                  : LineKind::reviews;
        counts = write_lines(connection, market, kind, format, writer);
    }
    writer.flush();
    connection.become("");
    return counts;
}

}  // namespace marque::catalog::exporting
