// Files of prices and of stock: each market's lines under its own role, SKUs found by their codes.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "core/check.h"
#include "features/catalog/import/store.h"
#include "features/catalog/writer_queries.h"

namespace marque::catalog::import {
namespace {

/// Lines of one market with the SKUs they speak of.
template <class Line>
struct Found {
    std::vector<const Line*> lines;
    std::vector<std::int64_t> ids;
    std::vector<std::string> owners;
};

template <class Line>
Found<Line> find_skus(db::AdminConnection& connection, MarketCode market, std::span<ImportItem> items,
                      std::vector<RefusedRow>& refused) {
    std::vector<const Line*> lines;
    Texts codes;
    for (const auto& item : items) {
        const auto* line = std::get_if<Line>(&item);
        if (line == nullptr || line->market != market) continue;
        lines.push_back(line);
        codes.push_back(line->code);
    }
    Found<Line> found;
    if (lines.empty()) return found;
    connection.become(market.upper());
    std::vector<bool> is_known(lines.size(), false);
    std::map<std::int64_t, const Line*> first;
    for (auto& row : connection.rows(bulk_sql.find_visible_skus, codes)) {
        const auto position = static_cast<std::size_t>(row.position) - 1;
        is_known[position] = true;
        const auto [before, is_first] = first.try_emplace(row.id, lines[position]);
        if (!is_first) {
            refused.push_back({lines[position]->line, lines[position]->code,
                               fmt::format("stands on line {} already", before->second->line), "sku",
                               lines[position]->raw});
            continue;
        }
        found.lines.push_back(lines[position]);
        found.ids.push_back(row.id);
        found.owners.push_back(std::move(row.market));
    }
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (is_known[i]) continue;
        refused.push_back({lines[i]->line, lines[i]->code,
                           fmt::format("is no SKU of the shop in market {}", market.to_text()), "sku", lines[i]->raw});
    }
    return found;
}

}  // namespace

const std::string& Store::currency_of(MarketCode market) {
    auto& currency = currencies_[std::string{market.upper()}];
    if (currency.empty()) {
        const auto rows = connection_.rows(writer_sql.currency, std::string{market.upper()});
        check(!rows.empty(), "prices need a market that exists");
        currency = rows.front();
    }
    return currency;
}

void Store::put_prices(std::span<ImportItem> items, ImportSummary& summary, std::vector<RefusedRow>& refused) {
    for (const auto& market : here_) {
        const auto found = find_skus<ImportedPrice>(connection_, market, items, refused);
        if (found.lines.empty()) continue;
        Numbers prices;
        MaybeNumbers originals, sales;
        MaybeTimes sales_from, sales_until;
        for (const auto* line : found.lines) {
            prices.push_back(line->price_minor);
            originals.push_back(line->original_minor);
            sales.push_back(line->sale_minor);
            sales_from.push_back(line->sale_from);
            sales_until.push_back(line->sale_until);
        }
        const auto written = connection_.rows(bulk_sql.put_prices, market, found.owners, currency_of(market), found.ids,
                                              prices, originals, sales, sales_from, sales_until);
        for (const auto& row : written) (row.is_new ? summary.prices_added : summary.prices_changed) += 1;
        summary.unchanged += static_cast<std::int64_t>(found.lines.size() - written.size());
    }
}

void Store::put_stock(std::span<ImportItem> items, ImportSummary& summary, std::vector<RefusedRow>& refused) {
    for (const auto& market : here_) {
        const auto found = find_skus<ImportedStock>(connection_, market, items, refused);
        if (found.lines.empty()) continue;
        std::unordered_map<std::int64_t, StockRow> known;
        for (const auto& row : connection_.rows(bulk_sql.lock_stock, found.ids)) known.emplace(row.sku_id, row);
        Texts owners, reasons;
        Numbers ids;
        Integers on_hands, deltas;
        for (std::size_t i = 0; i < found.lines.size(); ++i) {
            const auto& line = *found.lines[i];
            const auto row = known.find(found.ids[i]);
            const bool is_new = row == known.end();
            const std::int32_t before = is_new ? 0 : row->second.on_hand;
            if (!is_new && line.on_hand < row->second.reserved) {
                refused.push_back(
                    {line.line, line.code,
                     fmt::format("is {}, but {} pieces are reserved by orders", line.on_hand, row->second.reserved),
                     "on_hand", line.raw});
                continue;
            }
            if (!is_new && before == line.on_hand) {
                ++summary.unchanged;
                continue;
            }
            (is_new ? summary.stock_added : summary.stock_changed) += 1;
            owners.push_back(found.owners[i]);
            ids.push_back(found.ids[i]);
            on_hands.push_back(line.on_hand);
            deltas.push_back(line.on_hand - before);
            reasons.push_back(line.reason.empty() ? "import" : line.reason);
        }
        if (!ids.empty()) connection_.execute(bulk_sql.set_stock, market, owners, ids, on_hands, deltas, reasons);
    }
}

}  // namespace marque::catalog::import
