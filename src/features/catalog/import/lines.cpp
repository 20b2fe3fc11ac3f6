// Rows of prices, stock and reviews.
#include "features/catalog/import/lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "features/catalog/import/json_text.h"

namespace marque::catalog::import {
namespace {

std::string_view name_of(Field field) { return field_names.at(static_cast<std::size_t>(field)); }

class TableRows final : public Rows {
public:
    TableRows(std::unique_ptr<Table> table, LineKind kind) : table_(std::move(table)) {
        for (const auto field : fields_of(kind))
            columns_.at(static_cast<std::size_t>(field)) = table_->find(name_of(field));
    }
    std::expected<bool, ImportError> next() override { return table_->next(); }
    const std::optional<std::string>& fault() const override { return table_->fault(); }
    long line() const override { return table_->line(); }
    std::string_view get(Field field) const override {
        return table_->get(columns_.at(static_cast<std::size_t>(field)));
    }
    std::string raw() const override { return table_->raw(); }
    std::string header_line() const override { return table_->header_line(); }
    bool decimal_comma() const override { return table_->decimal_comma(); }
    std::vector<std::string> unused() const override { return table_->unused(); }

private:
    std::unique_ptr<Table> table_;
    std::array<Table::Column, field_names.size()> columns_;
};

class JsonRows final : public Rows {
public:
    JsonRows(Source& source, LineKind kind) : pieces_(source), kind_(kind) {}
    std::expected<bool, ImportError> next() override {
        auto piece = pieces_.next();
        if (!piece) return std::unexpected(piece.error());
        if (!*piece) return false;
        piece_ = std::move(**piece);
        values_ = {};
        fault_.reset();
        const auto value = json::parse(piece_.text, {.string_bytes_max = 256 * 1024});
        if (!value) {
            fault_ = "is no JSON: " + value.error().message;
        } else if (value->as<json::Object>() == nullptr) {
            fault_ = "must be an object";
        } else {
            for (const auto field : fields_of(kind_)) {
                values_.at(static_cast<std::size_t>(field)) = text_at(*value, name_of(field));
            }
        }
        return true;
    }
    const std::optional<std::string>& fault() const override { return fault_; }
    long line() const override { return piece_.line; }
    std::string_view get(Field field) const override { return values_.at(static_cast<std::size_t>(field)); }
    std::string raw() const override { return piece_.text + "\n"; }
    std::string header_line() const override { return ""; }
    bool decimal_comma() const override { return false; }
    std::vector<std::string> unused() const override { return {}; }

private:
    JsonPieces pieces_;
    LineKind kind_;
    JsonPiece piece_;
    std::array<std::string, field_names.size()> values_;
    std::optional<std::string> fault_;
};

std::vector<std::string> required_columns(LineKind kind) {
    if (kind == LineKind::prices) return {"sku", "price"};
    if (kind == LineKind::stock) return {"sku", "on_hand"};
    return {"product", "rating"};
}

}  // namespace

std::vector<Field> fields_of(LineKind kind) {
    using enum Field;
    if (kind == LineKind::prices) return {sku, market, price, original, sale, sale_from, sale_until};
    if (kind == LineKind::stock) return {sku, market, on_hand, reason};
    return {product, market, rating, title, comment, author, language, created_at};
}

std::expected<std::unique_ptr<Lines>, ImportError> Lines::open_csv(TextStream& stream, TableOptions table,
                                                                   LineKind kind, LinesOptions options) {
    auto required = required_columns(kind);
    if (options.markets.size() != 1) required.emplace_back("market");
    auto opened = Table::open(stream, std::move(table), required);
    if (!opened) return std::unexpected(opened.error());
    auto rows = std::make_unique<TableRows>(std::move(*opened), kind);
    return std::unique_ptr<Lines>{new Lines{std::move(rows), kind, std::move(options)}};
}

std::unique_ptr<Lines> Lines::open_json(Source& source, LineKind kind, LinesOptions options) {
    return std::unique_ptr<Lines>{new Lines{std::make_unique<JsonRows>(source, kind), kind, std::move(options)}};
}

Lines::Lines(std::unique_ptr<Rows> rows, LineKind kind, LinesOptions options)
    : rows_(std::move(rows)), kind_(kind), options_(std::move(options)) {}

std::vector<std::string> Lines::notes() const {
    std::vector<std::string> notes;
    if (const auto unused = rows_->unused(); !unused.empty()) {
        notes.push_back(fmt::format("columns not used: {}", fmt::join(unused, ", ")));
    }
    if (wordless_ > 0) notes.push_back(fmt::format("{} reviews have stars only, neither title nor text", wordless_));
    return notes;
}

std::expected<std::optional<ImportItem>, ImportError> Lines::next() {
    const auto more = rows_->next();
    if (!more) return std::unexpected(more.error());
    if (!*more) return std::nullopt;
    ++counts_.rows;
    auto item = read_row();
    if (item) return std::move(*item);
    ++counts_.refused;
    const auto key = get(kind_ == LineKind::reviews ? Field::product : Field::sku);
    return RefusedRow{.line = rows_->line(),
                      .key = utf8_length(key) ? std::string{key} : "",
                      .reason = item.error().reason,
                      .column = item.error().column,
                      .raw = rows_->raw()};
}

std::expected<ImportItem, Fault> Lines::read_row() {
    if (rows_->fault()) return std::unexpected(Fault{"", *rows_->fault()});
    const auto market = read_market();
    if (!market) return std::unexpected(market.error());
    if (kind_ == LineKind::reviews) return read_review(*market);
    const auto code = get(Field::sku);
    if (code.empty()) return std::unexpected(Fault{"sku", "is empty"});
    auto item = kind_ == LineKind::prices ? read_price(*market) : read_stock(*market);
    const bool is_first =
        !item || seen_.insert(std::hash<std::string>{}(fmt::format("{} {}", market->upper(), code))).second;
    if (!is_first) return std::unexpected(Fault{"sku", "stands in the file before; only its first row is taken"});
    return item;
}

std::expected<MarketCode, Fault> Lines::read_market() const {
    const auto text = get(Field::market);
    if (text.empty() && options_.markets.size() == 1) return options_.markets.front();
    const auto code = MarketCode::parse(lowered(text));
    if (!code) return std::unexpected(Fault{"market", code.error()});
    if (std::ranges::find(options_.markets, *code) != options_.markets.end()) return *code;
    return std::unexpected(Fault{"market", fmt::format("is {}, which this import does not write", code->to_text())});
}

std::expected<ImportItem, Fault> Lines::read_price(MarketCode market) {
    ImportedPrice price{
        .code = std::string{get(Field::sku)}, .market = market, .line = rows_->line(), .raw = rows_->raw()};
    std::optional<std::int64_t> amount;
    struct Amount {
        Field field;
        std::optional<std::int64_t>& out;
    };
    for (const auto& [field, out] : {Amount{Field::price, amount}, Amount{Field::original, price.original_minor},
                                     Amount{Field::sale, price.sale_minor}}) {
        const auto text = get(field);
        if (text.empty()) continue;
        const auto read = parse_amount(text, rows_->decimal_comma());
        if (!read) return std::unexpected(Fault{std::string{name_of(field)}, read.error()});
        out = *read;
    }
    if (!amount) return std::unexpected(Fault{"price", "is empty"});
    price.price_minor = *amount;
    const auto from = parse_moment(get(Field::sale_from));
    if (!from) return std::unexpected(Fault{"sale_from", from.error()});
    const auto until = parse_moment(get(Field::sale_until));
    if (!until) return std::unexpected(Fault{"sale_until", until.error()});
    price.sale_from = *from;
    price.sale_until = *until;
    if (auto fault = check_prices(*amount, price.original_minor, price.sale_minor, *from, *until)) {
        return std::unexpected(std::move(*fault));
    }
    return price;
}

std::expected<ImportItem, Fault> Lines::read_stock(MarketCode market) {
    const auto pieces = parse_pieces(get(Field::on_hand));
    if (!pieces) return std::unexpected(Fault{"on_hand", pieces.error()});
    ImportedStock stock{.code = std::string{get(Field::sku)},
                        .market = market,
                        .on_hand = *pieces,
                        .reason = std::string{get(Field::reason)},
                        .line = rows_->line(),
                        .raw = rows_->raw()};
    if (utf8_length(stock.reason).value_or(0) > 100) {
        return std::unexpected(Fault{"reason", "must have at most 100 characters"});
    }
    return stock;
}

std::expected<ImportItem, Fault> Lines::read_review(MarketCode market) {
    ImportedReview review{.product = std::string{get(Field::product)},
                          .market = market,
                          .title = std::string{get(Field::title)},
                          .comment = std::string{get(Field::comment)},
                          .author = std::string{get(Field::author)},
                          .language = std::string{get(Field::language)},
                          .line = rows_->line(),
                          .raw = rows_->raw()};
    if (review.product.empty()) return std::unexpected(Fault{"product", "is empty"});
    const auto rating = parse_pieces(get(Field::rating));
    if (!rating || *rating < 1 || *rating > 5) {
        return std::unexpected(
            Fault{"rating", fmt::format("must be a whole number from 1 to 5, but is \"{:.20}\"", get(Field::rating))});
    }
    review.rating = *rating;
    struct Bound {
        std::string_view column;
        std::string_view text;
        std::size_t characters_max;
    };
    for (const auto& [column, text, characters_max] :
         {Bound{"title", review.title, 200}, Bound{"comment", review.comment, 5'000},
          Bound{"author", review.author, 100}}) {
        if (const auto length = utf8_length(text).value_or(0); length > characters_max) {
            return std::unexpected(Fault{std::string{column}, fmt::format("must have at most {} characters, but has {}",
                                                                          characters_max, length)});
        }
    }
    if (review.language.empty()) review.language = options_.language;
    const auto created = parse_moment(get(Field::created_at));
    if (!created) return std::unexpected(Fault{"created_at", created.error()});
    review.created_at = *created;
    wordless_ += review.title.empty() && review.comment.empty() ? 1 : 0;
    return review;
}

}  // namespace marque::catalog::import
