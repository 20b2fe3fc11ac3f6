// The transactions of managers on promotions.
#include "features/promotions/manage.h"

#include <algorithm>

#include "core/rounding.h"
#include "features/promotions/manage_queries.h"
#include "http/gate.h"
#include "json/read.h"
#include "work/idempotency.h"

namespace marque::promotions {
namespace {

constexpr std::int64_t promotions_max = 1'000;
constexpr std::size_t words_max = 200;
constexpr std::int64_t usage_limit_max = 1'000'000'000;

/// What an accepted input becomes, besides what is taken as it is.
struct Columns {
    banners::Moments moments;
    db::JsonText names{"{}"};
    std::int64_t milli_percent = 0;
    std::int64_t amount_minor = 0;
    std::int64_t min_subtotal_minor = 0;
    std::vector<std::string> categories, brands, products, shipping_options;
};

std::string changed_by(const http::Context& context) {
    return context.user().market.to_text() + "/" + context.user().user.to_text();
}

[[noreturn]] void refuse(std::vector<FieldError> mistakes) {
    const std::string detail = mistakes.front().field + ": " + mistakes.front().message;
    throw Refused{http::invalid_input, detail, std::move(mistakes)};
}

std::optional<std::string> code_text(const PromotionInput& input) {
    return input.code ? std::optional{code_of(input.code->to_text())} : std::nullopt;
}

/// Reads fields one by one and keeps what was wrong with them.
class Reader {
public:
    explicit Reader(Currency currency) : currency_(currency) {}

    std::int64_t amount(const char* field, const std::optional<json::AmountText>& given) {
        if (!given) return 0;
        const auto money = given->in(currency_);
        if (!money) add(field, money.error());
        if (!money) return 0;
        if (money->minor() < 0 || money->minor() > amount_minor_max) add(field, "must be an amount from 0 on");
        return money->minor();
    }
    template <class T>
    std::vector<std::string> words(const char* field, const std::optional<std::vector<T>>& given) {
        std::vector<std::string> words;
        if (!given) return words;
        if (given->size() > words_max) add(field, "must have at most 200 words");
        for (const auto& word : *given) words.push_back(word.to_text());
        return words;
    }
    void range(const char* field, std::optional<std::int64_t> number, std::int64_t least, std::int64_t most) {
        if (!number || (*number >= least && *number <= most)) return;
        add(field, "must be between " + std::to_string(least) + " and " + std::to_string(most));
    }
    void add(const char* field, std::string message) { mistakes.push_back({field, std::move(message)}); }

    std::vector<FieldError> mistakes;

private:
    Currency currency_;
};

/// Each kind gives something of its own.
void check_kind(const PromotionInput& input, const Columns& columns, Reader& reader) {
    const bool by_percent = input.kind == Kind::percentage || input.kind == Kind::buy_x_get_y;
    if (by_percent && columns.milli_percent == 0) reader.add("milli_percent", "is required for this kind");
    if (input.kind == Kind::fixed && columns.amount_minor == 0) reader.add("amount", "is required for this kind");
    if (input.kind != Kind::buy_x_get_y) return;
    if (!input.buy_quantity) reader.add("buy_quantity", "is required for this kind");
    if (!input.get_quantity) reader.add("get_quantity", "is required for this kind");
}

Task<Columns> checked(http::Context& context, const PromotionInput& input) {
    Reader reader{context.market->currency};
    Columns columns;
    columns.amount_minor = reader.amount("amount", input.amount);
    columns.min_subtotal_minor = reader.amount("min_subtotal", input.min_subtotal);
    columns.categories = reader.words("categories", input.categories);
    columns.brands = reader.words("brands", input.brands);
    columns.products = reader.words("products", input.products);
    columns.shipping_options = reader.words("shipping_options", input.shipping_options);
    reader.range("milli_percent", input.milli_percent, 1, 100'000);
    reader.range("usage_limit", input.usage_limit, 1, usage_limit_max);
    reader.range("per_buyer_limit", input.per_buyer_limit, 1, usage_limit_max);
    columns.milli_percent = input.milli_percent.value_or(0);
    check_kind(input, columns, reader);
    if (input.names) {
        for (const auto& [language, name] : *input.names) {
            const auto& languages = context.market->languages;
            if (std::ranges::find(languages, language) != languages.end()) continue;
            reader.mistakes.push_back({"names." + language, "is no language of this market"});
        }
        columns.names.text = json::written(*input.names);
    }
    columns.moments = co_await banners::read_moments(context, input.start_date, input.end_date, reader.mistakes);
    if (!reader.mistakes.empty()) refuse(std::move(reader.mistakes));
    co_return columns;
}

State state_of(const ManagedRow& row, Timestamp now) {
    if (!row.is_active) return State::inactive;
    if (row.ends_at && *row.ends_at <= now) return State::ended;
    return row.starts_at && now < *row.starts_at ? State::scheduled : State::running;
}

ManagedPromotion view_of(const ManagedRow& row, const http::Context& context) {
    const auto money = [&](std::int64_t minor) { return Money{minor, context.market->currency}; };
    ManagedPromotion view{.id = row.id,
                          .market = context.market->code,
                          .code = row.code,
                          .name = row.name,
                          .kind = row.kind,
                          .milli_percent = row.milli_percent,
                          .amount = money(row.amount_minor),
                          .buy_quantity = row.buy_quantity,
                          .get_quantity = row.get_quantity,
                          .min_subtotal = money(row.min_subtotal_minor),
                          .categories = row.categories,
                          .brands = row.brands,
                          .products = row.products,
                          .shipping_options = row.shipping_options,
                          .usage_limit = row.usage_limit,
                          .per_buyer_limit = row.per_buyer_limit,
                          .start_date = row.starts_at,
                          .end_date = row.ends_at,
                          .stacking = row.stacking,
                          .priority = row.priority,
                          .is_active = row.is_active,
                          .state = state_of(row, context.now),
                          .orders_count = row.orders_count,
                          .given_amount = money(row.given_minor),
                          .version = row.version,
                          .created_at = row.created_at,
                          .updated_at = row.updated_at,
                          .changed_by = row.changed_by};
    auto names = json::read_text<std::map<std::string, std::string>>(row.names.text);
    if (names) view.names = std::move(*names);
    return view;
}

/// The constraints that a manager can run into.
[[noreturn]] void explain(const db::Error& error) {
    if (error.violates("promotions_code_unique")) throw Refused{code_taken};
    if (error.violates("promotion_uses_limit")) throw Refused{limit_passed};
    throw;
}

std::int32_t pieces_of(const std::optional<Quantity>& quantity) { return quantity ? quantity->value() : 0; }

db::Pending<PromotionId> queue_insert(db::Transaction& transaction, const http::Context& context,
                                      const PromotionInput& input, const Columns& columns) {
    return transaction.query(manage_sql.insert, context.market->code, code_text(input), input.name.to_text(),
                             columns.names, input.kind, columns.milli_percent, columns.amount_minor,
                             pieces_of(input.buy_quantity), pieces_of(input.get_quantity), columns.min_subtotal_minor,
                             columns.categories, columns.brands, columns.products, columns.shipping_options,
                             input.per_buyer_limit, columns.moments.start_at, columns.moments.end_at,
                             input.stacking.value_or(Stacking::stackable), input.priority.value_or(0),
                             input.is_active.value_or(true), changed_by(context));
}

db::Pending<PromotionId> queue_update(db::Transaction& transaction, const http::Context& context, PromotionId id,
                                      const PromotionInput& input, const Columns& columns) {
    return transaction.query(manage_sql.update, id, *input.version, code_text(input), input.name.to_text(),
                             columns.names, input.kind, columns.milli_percent, columns.amount_minor,
                             pieces_of(input.buy_quantity), pieces_of(input.get_quantity), columns.min_subtotal_minor,
                             columns.categories, columns.brands, columns.products, columns.shipping_options,
                             input.per_buyer_limit, columns.moments.start_at, columns.moments.end_at,
                             input.stacking.value_or(Stacking::stackable), input.priority.value_or(0),
                             input.is_active.value_or(true), changed_by(context));
}

/// Inserts, or updates where an id is given; returns the row as it is then, or nothing where the version is another.
Task<std::optional<ManagedRow>> write(db::Transaction& transaction, const http::Context& context,
                                      std::optional<PromotionId> id, const PromotionInput& input,
                                      const Columns& columns) {
    const auto written = id ? queue_update(transaction, context, *id, input, columns)
                            : queue_insert(transaction, context, input, columns);
    co_await transaction.flush();
    const auto found = written.find();
    if (!found) co_return std::nullopt;
    transaction.execute(manage_sql.set_limit, context.market->code, *found, input.usage_limit);
    const auto row = transaction.query(manage_sql.managed, *found, std::nullopt, 1, 0);
    co_await transaction.flush();
    co_return row.find();
}

}  // namespace

Parsed<Code> Code::parse(std::string_view raw) {
    const auto text = trimmed(raw);
    const auto is_good = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    };
    Code code;
    code.text_ = uppered(text);
    const bool well = text.size() >= facts.min_length && text.size() <= facts.max_length &&
                      std::ranges::all_of(code.text_, is_good) && code.text_.front() != '-' &&
                      code.text_.front() != '_';
    if (!well) return std::unexpected("must have 3 to 40 letters, digits, - or _, a letter or digit first");
    return code;
}

Task<Page<ManagedPromotion>> list_managed(http::Context& context, PromotionQuery query) {
    const auto rows = co_await context.db.rows(manage_sql.managed, std::nullopt, query.is_active, query.limit.value(),
                                               start_of(query));
    co_return page_of(rows, query, [&](const auto& row) { return view_of(row, context); });
}

Task<ManagedPromotion> get_managed(http::Context& context, PromotionId id) {
    const auto row = co_await context.db.find(manage_sql.managed, id, std::nullopt, 1, 0);
    if (!row) throw Refused{not_found};
    co_return view_of(*row, context);
}

Task<http::Response> create(http::Context& context, PromotionInput input) {
    const auto columns = co_await checked(context, input);
    const MarketCode market = context.market->code;
    // The manager's number is one of the market they come from, so that market is part of the key.
    work::Idempotency once{market, context.user().user,
                           "POST /api/v1/manager/promotions from " + context.user().market.to_text(),
                           context.request.header("Idempotency-Key"), context.request.body};
    try {
        auto transaction = co_await context.db.begin();
        transaction.query(manage_sql.lock_market, market);
        const auto count = transaction.query(manage_sql.count_active, market);
        once.look_up(transaction);
        co_await transaction.flush();
        if (const auto stored = once.found()) co_return http::replayed(stored->status, stored->body);
        if (*count.find() >= promotions_max) throw Refused{too_many};
        const auto row = co_await write(transaction, context, std::nullopt, input, columns);
        http::Response response;
        response.status = 201;
        json::write(response.body, view_of(*row, context));
        once.store(transaction, response.status, response.body);
        co_await transaction.commit();
        co_return response;
    } catch (const db::Error& error) {
        explain(error);
    }
}

Task<ManagedPromotion> change(http::Context& context, PromotionId id, PromotionInput input) {
    if (!input.version) refuse({{"version", "is required: the version that was read"}});
    const auto columns = co_await checked(context, input);
    std::optional<ManagedRow> row;
    try {
        auto transaction = co_await context.db.begin();
        row = co_await write(transaction, context, id, input, columns);
        co_await transaction.commit();
    } catch (const db::Error& error) {
        explain(error);
    }
    if (!row) {
        co_await get_managed(context, id);
        throw Refused{stale};
    }
    co_return view_of(*row, context);
}

Task<ManagedPromotion> end(http::Context& context, PromotionId id) {
    co_await context.db.write(manage_sql.end, id, changed_by(context));
    co_return co_await get_managed(context, id);
}

}  // namespace marque::promotions
