// A market's prices and stock as managers write them: all of a call or none.
#include <algorithm>
#include <set>

#include "core/rounding.h"
#include "features/catalog/import/checks.h"
#include "features/catalog/managing/turn.h"

namespace marque::catalog {
namespace {

constexpr std::size_t lines_max = 500;
constexpr std::int32_t pieces_max = 1'000'000;

std::string field_of(const char* list, std::size_t index, std::string_view member) {
    return std::string{list} + "[" + std::to_string(index) + "]." + std::string{member};
}

/// The SKUs of a list, each named once.
template <class Line>
Numbers skus_of(const char* list, const std::vector<Line>& lines, std::vector<FieldError>& mistakes) {
    if (lines.empty() || lines.size() > lines_max) mistakes.push_back({list, "must have 1 to 500 entries"});
    Numbers skus;
    std::set<std::int64_t> known;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        skus.push_back(lines[i].sku_id.value());
        if (!known.insert(skus.back()).second) mistakes.push_back({field_of(list, i, "sku_id"), "stands here twice"});
    }
    return skus;
}

/// Each must be one of the product's.
void check_known(const char* list, const Numbers& skus, const Numbers& known) {
    std::vector<FieldError> mistakes;
    for (std::size_t i = 0; i < skus.size(); ++i) {
        if (std::ranges::find(known, skus[i]) != known.end()) continue;
        mistakes.push_back({field_of(list, i, "sku_id"), "is no SKU of this product"});
    }
    if (!mistakes.empty()) refuse_fields(std::move(mistakes));
}

/// Prices as columns, in the order of the call.
struct PriceColumns {
    Numbers dropped;
    Texts owners;
    Numbers skus, prices;
    MaybeNumbers originals, sales;
    MaybeTimes from, until;
};

/// An amount of the market's currency in minor units; notes what is wrong with it.
std::optional<std::int64_t> minor_of(const std::optional<json::AmountText>& given, Currency currency, std::string field,
                                     std::vector<FieldError>& mistakes) {
    if (!given) return std::nullopt;
    const auto money = given->in(currency);
    if (!money) {
        mistakes.push_back({std::move(field), money.error()});
        return std::nullopt;
    }
    if (money->minor() > amount_minor_max) mistakes.push_back({std::move(field), "is too large"});
    return money->minor();
}

/// The fields of a file's prices are called otherwise than those of a call.
std::string member_of(std::string_view column) {
    if (column == "original") return "original_price";
    return column == "sale" ? "sale_price" : std::string{column};
}

PriceColumns columns_of(const std::vector<PriceInput>& lines, const std::string& owner, Currency currency,
                        std::vector<FieldError>& mistakes) {
    PriceColumns columns;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& line = lines[i];
        const std::size_t before = mistakes.size();
        const auto price = minor_of(line.price, currency, field_of("prices", i, "price"), mistakes);
        const auto original =
            minor_of(line.original_price, currency, field_of("prices", i, "original_price"), mistakes);
        const auto sale = minor_of(line.sale_price, currency, field_of("prices", i, "sale_price"), mistakes);
        if (mistakes.size() > before) continue;
        if (!price) {
            const bool alone = !original && !sale && !line.sale_from && !line.sale_until;
            if (!alone) mistakes.push_back({field_of("prices", i, "price"), "is required beside the other fields"});
            columns.dropped.push_back(line.sku_id.value());
            continue;
        }
        if (auto fault = import::check_prices(*price, original, sale, line.sale_from, line.sale_until)) {
            mistakes.push_back({field_of("prices", i, member_of(fault->column)), fault->reason});
        }
        columns.owners.push_back(owner);
        columns.skus.push_back(line.sku_id.value());
        columns.prices.push_back(*price);
        columns.originals.push_back(original);
        columns.sales.push_back(sale);
        columns.from.push_back(line.sale_from);
        columns.until.push_back(line.sale_until);
    }
    return columns;
}

/// Each price must be as it was read: of that version, or not there where none was named.
void check_versions(const std::vector<PriceInput>& lines, const std::vector<LockedPriceRow>& present) {
    std::vector<FieldError> changed;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto row = std::ranges::find(present, lines[i].sku_id, &LockedPriceRow::sku_id);
        const auto version = row == present.end() ? std::nullopt : std::optional{row->version};
        if (version == lines[i].version) continue;
        changed.push_back({field_of("prices", i, "version"),
                           version ? "is " + std::to_string(*version) + " by now" : "there is no price any more"});
    }
    if (!changed.empty()) throw Refused{stale_product, "A price was changed meanwhile; read it again", changed};
}

}  // namespace

Task<ManagedProduct> put_prices(http::Context& context, ProductId id, PricesInput input, Reach reach) {
    std::vector<FieldError> mistakes;
    const Numbers skus = skus_of("prices", input.prices, mistakes);
    const HeadRow head = co_await get_head(context, id);
    const Currency currency = context.market->currency;
    const auto columns = columns_of(input.prices, head.market, currency, mistakes);
    if (!mistakes.empty()) refuse_fields(std::move(mistakes));
    auto transaction = co_await context.db.begin();
    transaction.query(managing_sql.lock_market, context.market->code);
    const auto known = transaction.query(managing_sql.known_skus, id, skus);
    const auto present = transaction.query(managing_sql.lock_prices, skus);
    co_await transaction.flush();
    check_known("prices", skus, known.rows());
    if (!context.thread.config.breaks("stale_writes")) check_versions(input.prices, present.rows());
    if (!columns.dropped.empty()) transaction.execute(managing_sql.drop_prices, columns.dropped);
    if (!columns.skus.empty()) {
        transaction.query(bulk_sql.put_prices, context.market->code, columns.owners, currency.to_text(), columns.skus,
                          columns.prices, columns.originals, columns.sales, columns.from, columns.until);
    }
    co_await transaction.commit();
    co_return co_await get_managed_product(context, id, std::move(reach));
}

namespace {

/// What is wrong with the lines of a change of stock by themselves.
void check_lines(const std::vector<StockInput>& lines, std::vector<FieldError>& mistakes) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& line = lines[i];
        if (line.by.has_value() == line.on_hand.has_value()) {
            mistakes.push_back({field_of("stock", i, "by"), "is required, or else on_hand"});
        } else if (line.by && (*line.by == 0 || *line.by > pieces_max || *line.by < -pieces_max)) {
            mistakes.push_back({field_of("stock", i, "by"), "must be a difference of at most 1000000 pieces"});
        } else if (line.on_hand && (*line.on_hand < 0 || *line.on_hand > pieces_max)) {
            mistakes.push_back({field_of("stock", i, "on_hand"), "must be between 0 and 1000000"});
        } else if (line.on_hand && !line.was) {
            mistakes.push_back(
                {field_of("stock", i, "was"), "is required beside on_hand: what it was when it was read"});
        }
    }
}

struct StockColumns {
    Integers on_hand, deltas;
};

/// What the locked rows become; refuses what is out of date or not possible.
StockColumns changed(const std::vector<StockInput>& lines, const std::vector<StockRow>& present, bool careless) {
    StockColumns columns;
    std::vector<FieldError> stale;
    std::vector<FieldError> mistakes;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto& line = lines[i];
        const auto row = std::ranges::find(present, line.sku_id.value(), &StockRow::sku_id);
        const std::int32_t before = row == present.end() ? 0 : row->on_hand;
        const std::int32_t reserved = row == present.end() ? 0 : row->reserved;
        if (line.on_hand && *line.was != before && !careless) {
            stale.push_back({field_of("stock", i, "was"), "is " + std::to_string(before) + " by now"});
        }
        const std::int32_t after = line.on_hand ? *line.on_hand : before + *line.by;
        const char* member = line.on_hand ? "on_hand" : "by";
        if (after < reserved || after > pieces_max) {
            mistakes.push_back(
                {field_of("stock", i, member),
                 "would leave " + std::to_string(after) + " pieces, of which orders hold " + std::to_string(reserved)});
        }
        columns.on_hand.push_back(after);
        columns.deltas.push_back(after - before);
    }
    if (!stale.empty()) throw Refused{stale_product, "The stock was changed meanwhile; read it again", stale};
    if (!mistakes.empty()) throw Refused{stock_reserved, {}, mistakes};
    return columns;
}

}  // namespace

Task<http::Response> change_stock(http::Context& context, ProductId id, StocksInput input, std::string changed_by,
                                  Reach reach) {
    std::vector<FieldError> mistakes;
    const Numbers skus = skus_of("stock", input.stock, mistakes);
    check_lines(input.stock, mistakes);
    if (!mistakes.empty()) refuse_fields(std::move(mistakes));
    const HeadRow head = co_await get_head(context, id);
    const MarketCode market = context.market->code;
    // Stock is the managed market's own, whoever's the product is.
    auto turn = co_await Turn::begin(context, std::string{market.upper()});
    auto once = once_of(context, turn, "/api/v1/manager/products/" + id.to_text() + "/stock");
    turn.transaction.query(managing_sql.lock_market, market);
    once.look_up(turn.transaction);
    const auto known = turn.transaction.query(managing_sql.known_skus, id, skus);
    const auto present = turn.transaction.query(bulk_sql.lock_stock, skus);
    co_await turn.transaction.flush();
    if (once.found()) co_return co_await answer(context, head.market, head.slug, std::move(reach), true);
    check_known("stock", skus, known.rows());
    const auto columns = changed(input.stock, present.rows(), context.thread.config.breaks("stale_writes"));
    if (context.thread.config.breaks("unexplained_stock")) {
        turn.transaction.execute(careless_sql.change_stock, market, head.market, skus, columns.on_hand);
    } else {
        turn.transaction.execute(managing_sql.change_stock, market, head.market, skus, columns.on_hand, columns.deltas,
                                 input.reason.to_text(), changed_by);
    }
    once.store(turn.transaction, 201, head.slug);
    co_await turn.transaction.commit();
    co_return co_await answer(context, head.market, head.slug, std::move(reach), false);
}

}  // namespace marque::catalog
