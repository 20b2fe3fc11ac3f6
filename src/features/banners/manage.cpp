// The transactions of managers. A market's role may write its own banners only; PostgreSQL sees to that.
#include "features/banners/manage.h"

#include <algorithm>
#include <cmath>

#include "features/banners/queries.h"
#include "features/media/media.h"
#include "http/gate.h"
#include "json/read.h"
#include "work/idempotency.h"

namespace marque::banners {
namespace {

constexpr std::int64_t banners_max = 500;

/// What an accepted input becomes.
struct Columns {
    std::optional<Timestamp> start_at;
    std::optional<Timestamp> end_at;
    db::JsonText translations;
};

template <class T>
std::string text_of(const std::optional<T>& field) {
    return field ? field->to_text() : std::string{};
}

std::string changed_by(const http::Context& context) {
    return context.user().market.to_text() + "/" + context.user().user.to_text();
}

[[noreturn]] void refuse(std::vector<FieldError> mistakes) {
    const std::string detail = mistakes.front().field + ": " + mistakes.front().message;
    throw Refused{http::invalid_input, detail, std::move(mistakes)};
}

std::vector<FieldError> language_mistakes(const BannerInput& input, const MarketInfo& market) {
    std::vector<FieldError> mistakes;
    if (!input.translations) return mistakes;
    for (const auto& [language, texts] : *input.translations) {
        if (std::ranges::find(market.languages, language) != market.languages.end()) continue;
        mistakes.push_back({"translations." + language, "is no language of this market"});
    }
    return mistakes;
}

Task<Columns> checked(http::Context& context, const BannerInput& input) {
    auto mistakes = language_mistakes(input, *context.market);
    const auto moments = co_await read_moments(context, input.start_date, input.end_date, mistakes);
    if (!mistakes.empty()) refuse(std::move(mistakes));
    Columns columns{moments.start_at, moments.end_at, {"{}"}};
    if (input.translations) columns.translations.text = json::written(*input.translations);
    co_return columns;
}

/// What was uploaded here must have been sent for this market's banners; pictures elsewhere are the manager's business.
Task<void> check_picture(http::Context& context, db::Transaction& transaction, const BannerInput& input) {
    co_await media::check_usable_url(transaction, context.thread.config, context.market->code,
                                     input.image_url.to_text(), media::Purpose::banner, std::nullopt);
}

ManagedBanner view_of(const ManagedRow& row, const MarketInfo& market) {
    ManagedBanner view{.id = row.id,
                       .market = lowered(row.market),
                       .banner_type = row.banner_type,
                       .title = row.title,
                       .subtitle = row.subtitle,
                       .button_text = row.button_text,
                       .image_url = row.image_url,
                       .link_url = row.link_url,
                       .is_active = row.is_active,
                       .is_shown = row.is_shown,
                       .sort_order = row.sort_order,
                       .start_date = row.start_date,
                       .end_date = row.end_date,
                       .start_local = row.start_local,
                       .end_local = row.end_local,
                       .time_zone = market.time_zone,
                       .view_count = row.view_count,
                       .click_count = row.click_count,
                       .version = row.version,
                       .created_at = row.created_at,
                       .updated_at = row.updated_at,
                       .changed_by = row.changed_by};
    auto texts = json::read_text<std::map<std::string, ShownTexts>>(row.translations.text);
    if (texts) view.translations = std::move(*texts);
    if (row.view_count > 0) {
        const double rate = static_cast<double>(row.click_count) / static_cast<double>(row.view_count);
        view.ctr = std::round(rate * 10'000) / 10'000;
    }
    return view;
}

Task<ManagedRow> get_row(http::Context& context, BannerId id) {
    auto row = co_await context.db.find(sql.managed, context.market->code, id, std::nullopt, 1, 0);
    if (!row) throw Refused{managed_not_found};
    co_return std::move(*row);
}

/// Why nothing was written: gone, of ALL, or changed by somebody else.
Task<void> refuse_unwritten(http::Context& context, BannerId id) {
    const auto row = co_await get_row(context, id);
    if (row.market == "ALL") throw Refused{shared_banner};
    throw Refused{stale_banner};
}

}  // namespace

Task<Moments> read_moments(http::Context& context, std::optional<ScheduleTime> start, std::optional<ScheduleTime> end,
                           std::vector<FieldError>& mistakes) {
    const auto text = [](const auto& time) { return time ? std::optional{time->to_text()} : std::nullopt; };
    const auto is_local = [](const auto& time) { return time && time->is_local(); };
    const auto moments = co_await context.db.find(sql.moments, context.market->code, text(start), is_local(start),
                                                  text(end), is_local(end));
    check(moments.has_value(), "a market without a row");
    constexpr const char* skipped = "does not exist: the market's clocks go forward over it";
    if (!moments->start_exists) mistakes.push_back({"start_date", skipped});
    if (!moments->end_exists) mistakes.push_back({"end_date", skipped});
    if (moments->start_at && moments->end_at && *moments->end_at <= *moments->start_at) {
        mistakes.push_back({"end_date", "must be later than start_date"});
    }
    co_return Moments{moments->start_at, moments->end_at};
}

Task<Page<ManagedBanner>> list_managed(http::Context& context, ManagedQuery query) {
    const auto rows = co_await context.db.rows(sql.managed, context.market->code, std::nullopt, query.banner_type,
                                               query.limit.value(), start_of(query));
    co_return page_of(rows, query, [&](const auto& row) { return view_of(row, *context.market); });
}

Task<ManagedBanner> get_managed(http::Context& context, BannerId id) {
    const auto row = co_await get_row(context, id);
    co_return view_of(row, *context.market);
}

Task<http::Response> create(http::Context& context, BannerInput input) {
    const auto columns = co_await checked(context, input);
    const MarketCode market = context.market->code;
    // The manager's number is one of the market they come from, so that market is part of the key.
    work::Idempotency once{market, context.user().user,
                           "POST /api/v1/manager/banners from " + context.user().market.to_text(),
                           context.request.header("Idempotency-Key"), context.request.body};
    auto transaction = co_await context.db.begin();
    transaction.query(sql.lock_market, market);
    const auto count = transaction.query(sql.count, market);
    once.look_up(transaction);
    co_await transaction.flush();
    if (const auto stored = once.found()) co_return http::replayed(stored->status, stored->body);
    if (*count.find() >= banners_max) throw Refused{too_many_banners};
    co_await check_picture(context, transaction, input);
    const auto inserted =
        transaction.query(sql.insert, market, input.banner_type, input.title.to_text(), text_of(input.subtitle),
                          text_of(input.button_text), columns.translations, input.image_url.to_text(),
                          text_of(input.link_url), input.is_active.value_or(true), input.sort_order.value_or(0),
                          columns.start_at, columns.end_at, changed_by(context));
    co_await transaction.flush();
    const auto row = transaction.query(sql.managed, market, inserted.find(), std::nullopt, 1, 0);
    co_await transaction.flush();
    http::Response response;
    response.status = 201;
    json::write(response.body, view_of(*row.find(), *context.market));
    once.store(transaction, response.status, response.body);
    co_await transaction.commit();
    co_return response;
}

Task<ManagedBanner> change(http::Context& context, BannerId id, BannerInput input) {
    if (!input.version) refuse({{"version", "is required: the version that was read"}});
    const auto columns = co_await checked(context, input);
    auto transaction = co_await context.db.begin();
    co_await check_picture(context, transaction, input);
    const auto changed =
        transaction.query(sql.update, id, *input.version, input.banner_type, input.title.to_text(),
                          text_of(input.subtitle), text_of(input.button_text), columns.translations,
                          input.image_url.to_text(), text_of(input.link_url), input.is_active.value_or(true),
                          input.sort_order.value_or(0), columns.start_at, columns.end_at, changed_by(context));
    const auto row = transaction.query(sql.managed, context.market->code, id, std::nullopt, 1, 0);
    co_await transaction.commit();
    if (!changed.find()) co_await refuse_unwritten(context, id);
    co_return view_of(*row.find(), *context.market);
}

Task<void> remove(http::Context& context, BannerId id, std::optional<std::int32_t> version) {
    const auto removed = co_await context.db.execute(sql.remove, id, version);
    if (removed == 0) co_await refuse_unwritten(context, id);
}

}  // namespace marque::banners
