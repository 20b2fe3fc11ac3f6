// Rows of prices, stock and reviews.
#include "features/catalog/import/csv_lines.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace marque::catalog::import {
namespace {

std::vector<std::string> required_columns(LineKind kind) {
    if (kind == LineKind::prices) return {"sku", "price"};
    if (kind == LineKind::stock) return {"sku", "on_hand"};
    return {"product", "rating"};
}

}  // namespace

std::expected<std::unique_ptr<CsvLines>, ImportError> CsvLines::open(TextStream& stream, TableOptions table,
                                                                     LineKind kind, CsvLinesOptions options) {
    auto required = required_columns(kind);
    const bool one = options.markets.size() == 1;
    if (!one) required.emplace_back("market");
    auto opened = Table::open(stream, std::move(table), required);
    if (!opened) return std::unexpected(opened.error());
    return std::unique_ptr<CsvLines>{new CsvLines{std::move(*opened), kind, std::move(options)}};
}

CsvLines::CsvLines(std::unique_ptr<Table> table, LineKind kind, CsvLinesOptions options)
    : table_(std::move(table)), kind_(kind), options_(std::move(options)) {
    const auto find = [&](std::string_view name) { return table_->find(name); };
    columns_.market = find("market");
    if (kind_ == LineKind::reviews) {
        columns_.product = find("product");
        columns_.rating = find("rating");
        columns_.title = find("title");
        columns_.comment = find("comment");
        columns_.author = find("author");
        columns_.language = find("language");
        columns_.created_at = find("created_at");
        return;
    }
    columns_.sku = find("sku");
    if (kind_ == LineKind::stock) {
        columns_.on_hand = find("on_hand");
        columns_.reason = find("reason");
        return;
    }
    columns_.price = find("price");
    columns_.original = find("original");
    columns_.sale = find("sale");
    columns_.sale_from = find("sale_from");
    columns_.sale_until = find("sale_until");
}

std::vector<std::string> CsvLines::notes() const {
    std::vector<std::string> notes;
    if (const auto unused = table_->unused(); !unused.empty()) {
        notes.push_back(fmt::format("columns not used: {}", fmt::join(unused, ", ")));
    }
    if (wordless_ > 0) notes.push_back(fmt::format("{} reviews have stars only, neither title nor text", wordless_));
    return notes;
}

std::expected<std::optional<ImportItem>, ImportError> CsvLines::next() {
    const auto more = table_->next();
    if (!more) return std::unexpected(more.error());
    if (!*more) return std::nullopt;
    ++counts_.rows;
    auto item = read_row();
    if (item) return std::move(*item);
    ++counts_.refused;
    const auto key = table_->get(kind_ == LineKind::reviews ? columns_.product : columns_.sku);
    return RefusedRow{.line = table_->line(),
                      .key = utf8_length(key) ? std::string{key} : "",
                      .reason = item.error().reason,
                      .column = item.error().column,
                      .raw = table_->raw()};
}

std::expected<ImportItem, Fault> CsvLines::read_row() {
    if (table_->fault()) return std::unexpected(Fault{"", *table_->fault()});
    const auto market = read_market();
    if (!market) return std::unexpected(market.error());
    if (kind_ == LineKind::reviews) return read_review(*market);
    const auto code = table_->get(columns_.sku);
    if (code.empty()) return std::unexpected(Fault{"sku", "is empty"});
    auto item = kind_ == LineKind::prices ? read_price(*market) : read_stock(*market);
    const bool is_first =
        !item || seen_.insert(std::hash<std::string>{}(fmt::format("{} {}", market->upper(), code))).second;
    if (!is_first) return std::unexpected(Fault{"sku", "stands in the file before; only its first row is taken"});
    return item;
}

std::expected<MarketCode, Fault> CsvLines::read_market() const {
    const auto text = table_->get(columns_.market);
    if (text.empty() && options_.markets.size() == 1) return options_.markets.front();
    const auto code = MarketCode::parse(lowered(text));
    if (!code) return std::unexpected(Fault{"market", code.error()});
    if (std::ranges::find(options_.markets, *code) != options_.markets.end()) return *code;
    return std::unexpected(Fault{"market", fmt::format("is {}, which this import does not write", code->to_text())});
}

std::expected<ImportItem, Fault> CsvLines::read_price(MarketCode market) {
    ImportedPrice price{
        .code = std::string{table_->get(columns_.sku)}, .market = market, .line = table_->line(), .raw = table_->raw()};
    std::optional<std::int64_t> amount;
    struct Amount {
        Column column;
        std::string_view name;
        std::optional<std::int64_t>& out;
    };
    for (const auto& [column, name, out] :
         {Amount{columns_.price, "price", amount}, Amount{columns_.original, "original", price.original_minor},
          Amount{columns_.sale, "sale", price.sale_minor}}) {
        const auto text = table_->get(column);
        if (text.empty()) continue;
        const auto read = parse_amount(text, table_->decimal_comma());
        if (!read) return std::unexpected(Fault{std::string{name}, read.error()});
        out = *read;
    }
    if (!amount) return std::unexpected(Fault{"price", "is empty"});
    price.price_minor = *amount;
    const auto from = parse_moment(table_->get(columns_.sale_from));
    if (!from) return std::unexpected(Fault{"sale_from", from.error()});
    const auto until = parse_moment(table_->get(columns_.sale_until));
    if (!until) return std::unexpected(Fault{"sale_until", until.error()});
    price.sale_from = *from;
    price.sale_until = *until;
    if (auto fault = check_prices(*amount, price.original_minor, price.sale_minor, *from, *until)) {
        return std::unexpected(std::move(*fault));
    }
    return price;
}

std::expected<ImportItem, Fault> CsvLines::read_stock(MarketCode market) {
    const auto pieces = parse_pieces(table_->get(columns_.on_hand));
    if (!pieces) return std::unexpected(Fault{"on_hand", pieces.error()});
    ImportedStock stock{.code = std::string{table_->get(columns_.sku)},
                        .market = market,
                        .on_hand = *pieces,
                        .reason = std::string{table_->get(columns_.reason)},
                        .line = table_->line(),
                        .raw = table_->raw()};
    if (utf8_length(stock.reason).value_or(0) > 100) {
        return std::unexpected(Fault{"reason", "must have at most 100 characters"});
    }
    return stock;
}

std::expected<ImportItem, Fault> CsvLines::read_review(MarketCode market) {
    ImportedReview review{.product = std::string{table_->get(columns_.product)},
                          .market = market,
                          .title = std::string{table_->get(columns_.title)},
                          .comment = std::string{table_->get(columns_.comment)},
                          .author = std::string{table_->get(columns_.author)},
                          .language = std::string{table_->get(columns_.language)},
                          .line = table_->line(),
                          .raw = table_->raw()};
    if (review.product.empty()) return std::unexpected(Fault{"product", "is empty"});
    const auto rating = parse_pieces(table_->get(columns_.rating));
    if (!rating || *rating < 1 || *rating > 5) {
        return std::unexpected(Fault{"rating", fmt::format("must be a whole number from 1 to 5, but is \"{:.20}\"",
                                                           table_->get(columns_.rating))});
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
    const auto created = parse_moment(table_->get(columns_.created_at));
    if (!created) return std::unexpected(Fault{"created_at", created.error()});
    review.created_at = *created;
    wordless_ += review.title.empty() && review.comment.empty() ? 1 : 0;
    return review;
}

}  // namespace marque::catalog::import
