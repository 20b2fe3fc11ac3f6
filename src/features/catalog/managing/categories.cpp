// The tree of categories as managers see and write it.
#include "features/catalog/managing/categories.h"

#include <algorithm>

#include "core/log.h"
#include "features/catalog/managing/carry.h"
#include "features/catalog/managing/category_queries.h"
#include "features/catalog/managing/turn.h"
#include "json/write.h"
#include "work/outbox.h"

namespace marque::catalog {
namespace {

constexpr std::int64_t categories_max = 1'000;
constexpr std::size_t levels_max = 8;

/// A category below one of another owner cannot be: each owner's are a tree of their own.
[[noreturn]] void explain_category(const db::Error& error) {
    const bool taken = error.violates("categories_slug_unique") || error.violates("categories_name_unique") ||
                       error.violates("categories_slug_seen_once") || error.violates("categories_name_seen_once");
    if (taken) throw Refused{category_taken};
    throw;
}

ManagedCategory view_of(const ManagedCategoryRow& row, const Reach& reach) {
    ManagedCategory view{.id = row.id,
                         .market = lowered(row.market),
                         .parent_id = row.parent_id,
                         .slug = row.slug,
                         .name = row.name,
                         .icon = row.icon,
                         .image_url = row.image_url,
                         .is_active = row.is_active,
                         .may_change = row.market != "ALL" || reach.may_share,
                         .sort_order = row.sort_order,
                         .products_count = row.products,
                         .version = row.version};
    for (std::size_t i = 0; i < row.languages.size(); ++i) view.names.emplace(row.languages[i], row.names[i]);
    return view;
}

/// Versions of what all markets show are those of the database through which it is written.
Task<std::vector<ManagedCategoryRow>> all_rows(http::Context& context) {
    auto rows = co_await context.db.rows(category_sql.all);
    const MarketCode home = context.thread.markets.default_market;
    if (context.thread.cluster.same_database(home, context.market->code)) co_return rows;
    auto db = context.in_market(home);
    const auto there = co_await db.rows(category_sql.all);
    for (auto& row : rows) {
        if (row.market != "ALL") continue;
        const auto same = std::ranges::find_if(
            there, [&](const auto& other) { return other.market == "ALL" && other.slug == row.slug; });
        if (same != there.end()) row.version = same->version;
    }
    co_return rows;
}

Task<ManagedCategory> get_category(http::Context& context, std::string owner, std::string slug, Reach reach) {
    const auto rows = co_await all_rows(context);
    for (const auto& row : rows) {
        if (row.market == owner && row.slug == slug) co_return view_of(row, reach);
    }
    throw Refused{managed_category_not_found};
}

/// Names as columns; the category's own name beside those in languages.
struct NameColumns {
    Texts languages, names;
};
NameColumns names_of(const http::Context& context, const std::string& owner, const CategoryInput& input) {
    NameColumns columns;
    std::vector<FieldError> mistakes;
    for (const auto& [language, name] : *input.names) {
        columns.languages.push_back(language);
        columns.names.push_back(name.to_text());
        const bool spoken = std::ranges::any_of(context.thread.markets.markets, [&](const MarketInfo& market) {
            return (owner == "ALL" || owner == market.code.upper()) &&
                   std::ranges::find(market.languages, language) != market.languages.end();
        });
        if (!spoken) mistakes.push_back({"names." + language, "is no language that the category's market speaks"});
    }
    if (!mistakes.empty()) refuse_fields(std::move(mistakes));
    return columns;
}

/// The id of the parent; refuses one of another owner, one below the category itself, and too many levels.
Task<std::optional<std::int64_t>> parent_of(db::Transaction& transaction, std::string owner, CategoryInput input,
                                            std::optional<std::int64_t> self) {
    if (!input.parent) co_return std::nullopt;
    const auto found = transaction.query(category_sql.path, owner, input.parent->to_text());
    co_await transaction.flush();
    const auto path = found.rows();
    if (path.empty()) refuse_fields({{"parent", "is no category of the same owner"}});
    if (self && std::ranges::find(path, *self) != path.end()) throw Refused{category_circle};
    if (path.size() >= levels_max) refuse_fields({{"parent", "stands too low: eight levels are the most"}});
    co_return path.front();
}

Task<std::optional<std::string>> image_of(http::Context& context, CategoryInput input) {
    if (!input.image_id) co_return std::nullopt;
    std::vector<media::MediaId> ids{*input.image_id};
    auto transaction = co_await context.db.begin();
    const auto views = co_await media::check_usable(transaction, context.thread.config, context.market->code, ids,
                                                    media::Purpose::category, std::nullopt);
    co_await transaction.commit();
    co_return views.front().url;
}

Task<void> commit(http::Context& context, Turn& turn, std::string slug) {
    const bool carried = turn.owner == "ALL" && has_other_databases(context.thread.cluster, turn.through);
    if (carried) work::emit(turn.transaction, turn.through, work::SharedCategoryChanged{slug});
    co_await turn.transaction.commit();
    if (!carried) co_return;
    try {
        co_await carry_category(context.thread.cluster, turn.through, slug, context.bracket_of);
    } catch (const std::exception& error) {
        log::warning("catalog.not_carried", {{"slug", slug}, {"what", error.what()}});
    }
}

std::optional<std::string> icon_of(const CategoryInput& input) {
    if (!input.icon || input.icon->empty()) return std::nullopt;
    return input.icon->to_text();
}

Task<http::Response> answer_category(http::Context& context, std::string owner, std::string slug, Reach reach,
                                     bool replayed) {
    const auto view = co_await get_category(context, owner, slug, reach);
    const std::string body = json::written(view);
    if (replayed) co_return http::replayed(201, body);
    http::Response response;
    response.status = 201;
    response.body = body;
    co_return response;
}

}  // namespace

Task<ManagedCategories> list_managed_categories(http::Context& context, Reach reach) {
    const auto rows = co_await all_rows(context);
    ManagedCategories all;
    for (const auto& row : rows) all.items.push_back(view_of(row, reach));
    co_return all;
}

Task<http::Response> create_category(http::Context& context, CategoryInput input, Reach reach) {
    const std::string owner = input.is_shared.value_or(false) ? "ALL" : std::string{context.market->code.upper()};
    require_reach(owner, reach);
    if (!input.slug) refuse_fields({{"slug", "is required for a new category"}});
    const std::string slug = input.slug->to_text();
    const NameColumns names = input.names ? names_of(context, owner, input) : NameColumns{};
    const auto image = co_await image_of(context, input);
    auto turn = co_await Turn::begin(context, owner);
    auto once = once_of(context, turn, "/api/v1/manager/categories");
    try {
        const auto count = turn.transaction.query(category_sql.lock);
        once.look_up(turn.transaction);
        co_await turn.transaction.flush();
        if (once.found()) co_return co_await answer_category(context, owner, slug, std::move(reach), true);
        if (*count.find() >= categories_max) throw Refused{too_many_categories};
        const auto parent = co_await parent_of(turn.transaction, owner, input, std::nullopt);
        turn.become_owner();
        turn.transaction.query(category_sql.insert, owner, parent, slug, input.name.to_text(), icon_of(input), image,
                               input.sort_order.value_or(100), input.is_active.value_or(true));
        if (input.names) turn.transaction.execute(category_sql.put_texts, owner, slug, names.languages, names.names);
        turn.become_market();
        once.store(turn.transaction, 201, slug);
        co_await commit(context, turn, slug);
    } catch (const db::Error& error) {
        explain_category(error);
    }
    co_return co_await answer_category(context, owner, slug, std::move(reach), false);
}

namespace {

/// The category as the turn's own database has it.
Task<ManagedCategoryRow> row_there(http::Context& context, const Turn& turn, std::string slug) {
    auto db = context.in_market(turn.through);
    const auto rows = co_await db.rows(category_sql.all);
    for (const auto& row : rows) {
        if (row.market == turn.owner && row.slug == slug) co_return row;
    }
    throw Refused{managed_category_not_found};
}

}  // namespace

Task<ManagedCategory> change_category(http::Context& context, CategoryId id, CategoryInput input, Reach reach) {
    if (!input.version) refuse_fields({{"version", "is required: the version that was read"}});
    const auto rows = co_await context.db.rows(category_sql.all);
    const auto local = std::ranges::find(rows, id, &ManagedCategoryRow::id);
    if (local == rows.end()) throw Refused{managed_category_not_found};
    const std::string owner = local->market;
    const std::string slug = local->slug;
    require_reach(owner, reach);
    std::vector<FieldError> mistakes;
    if (input.slug && input.slug->to_text() != slug) mistakes.push_back({"slug", "stays what it is"});
    if (input.is_shared && *input.is_shared != (owner == "ALL")) mistakes.push_back({"is_shared", "stays what it is"});
    if (!mistakes.empty()) refuse_fields(std::move(mistakes));
    const NameColumns names = input.names ? names_of(context, owner, input) : NameColumns{};
    auto image = co_await image_of(context, input);
    auto turn = co_await Turn::begin(context, owner);
    try {
        turn.transaction.query(category_sql.lock);
        co_await turn.transaction.flush();
        const auto there = co_await row_there(context, turn, slug);
        const auto parent = co_await parent_of(turn.transaction, owner, input, there.id.value());
        turn.become_owner();
        const auto written = turn.transaction.query(
            category_sql.update, owner, slug, *input.version, context.thread.config.breaks("stale_writes"), parent,
            input.name.to_text(), input.icon ? icon_of(input) : there.icon, image ? image : there.image_url,
            input.sort_order.value_or(there.sort_order), input.is_active.value_or(there.is_active));
        co_await turn.transaction.flush();
        if (!written.find()) throw Refused{stale_category};
        if (input.names) turn.transaction.execute(category_sql.put_texts, owner, slug, names.languages, names.names);
        turn.transaction.execute(category_sql.touch, owner, slug);
        turn.become_market();
        co_await commit(context, turn, slug);
    } catch (const db::Error& error) {
        explain_category(error);
    }
    co_return co_await get_category(context, owner, slug, std::move(reach));
}

}  // namespace marque::catalog
