// What managers decide of reviews. The endpoints stand in features/management, which knows who may.
#include "features/reviews/author.h"
#include "features/reviews/queries.h"
#include "work/outbox.h"

namespace marque::reviews {
namespace {

ModeratedReview moderated_view_of(const FullRow& row, const Language& language) {
    return {row.id,
            row.market,
            row.product_id,
            row.product_slug,
            row.product_name,
            row.user_id,
            row.order_id,
            row.rating,
            row.title,
            row.comment,
            shown_author(row.author_label, language),
            row.language,
            row.images,
            row.is_verified_purchase,
            row.is_approved,
            row.state,
            row.rejection_reason,
            row.helpful_count,
            row.version,
            row.created_at,
            row.updated_at,
            row.moderated_by,
            row.moderated_at};
}

/// A second click on the same button decides nothing.
bool is_news(const DecidedRow& before, const std::optional<std::string>& rejection_reason) {
    if (!rejection_reason) return before.state != State::approved;
    return before.rejection_reason != rejection_reason;
}

}  // namespace

Task<Page<ModeratedReview>> list_queue(http::Context& context, QueueQuery query) {
    const auto rows =
        co_await context.db.rows(sql.queue, query.state, context.language, query.limit.value(), start_of(query));
    co_return page_of(rows, query, [&](const auto& row) { return moderated_view_of(row, context.language); });
}

Task<ModeratedReview> get_moderated(http::Context& context, ReviewId id) {
    const auto row = co_await context.db.find(sql.one, id, std::nullopt, context.language);
    if (!row) throw Refused{review_not_found};
    co_return moderated_view_of(*row, context.language);
}

Task<ModeratedReview> decide(http::Context& context, ReviewId id, std::int32_t version,
                             std::optional<std::string> rejection_reason) {
    const std::string manager = context.user().market.to_text() + "/" + context.user().user.to_text();
    auto transaction = co_await context.db.begin();
    const auto found = transaction.query(sql.lock_moderated, id, version);
    co_await transaction.flush();
    const auto before = found.find();
    if (!before) throw Refused{review_not_found};
    if (!before->is_current) throw Refused{stale_review};
    transaction.execute(sql.decide, id, rejection_reason, manager);
    if (before->user_id && is_news(*before, rejection_reason)) {
        work::emit(transaction, context.market->code,
                   work::ReviewDecided{id.to_text(), version, *before->user_id, !rejection_reason});
    }
    const auto row = transaction.query(sql.one, id, std::nullopt, context.language);
    co_await transaction.commit();
    co_return moderated_view_of(*row.find(), context.language);
}

Task<ReviewSettings> get_settings(http::Context& context) {
    const auto needs_approval = co_await context.db.find(sql.needs_approval);
    co_return ReviewSettings{needs_approval.value_or(true)};
}

Task<ReviewSettings> set_settings(http::Context& context, ReviewSettings settings) {
    co_await context.db.execute(sql.set_needs_approval, context.market->code, settings.needs_approval);
    co_return settings;
}

Task<std::vector<WrongRating>> wrong_ratings(db::Handle db) { co_return co_await db.rows(sql.wrong_ratings); }

}  // namespace marque::reviews
