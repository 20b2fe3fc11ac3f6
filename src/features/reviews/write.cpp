// The transactions of authors. The ratings follow by triggers, and the catalogue notices by its own.
#include "features/reviews/write.h"

#include <algorithm>

#include "features/reviews/author.h"

namespace marque::reviews {
namespace {

/// What a page can show beside a text.
constexpr std::size_t images_max = 6;

std::string text_of(const auto& field) { return field ? field->to_text() : std::string{}; }

void check_images(const ReviewInput& input) {
    if (!input.images) return;
    auto sorted = *input.images;
    std::ranges::sort(sorted);
    const bool repeats = std::ranges::adjacent_find(sorted) != sorted.end();
    if (!repeats && sorted.size() <= images_max) return;
    const std::string message = "must be at most six pictures, each once";
    throw Refused{http::invalid_input, "images: " + message, {{"images", message}}};
}

/// The addresses of the author's pictures; refuses (media_not_usable) what is not theirs to show here.
Task<std::vector<std::string>> addresses_of(http::Context& context, db::Transaction& transaction,
                                            const ReviewInput& input) {
    std::vector<std::string> addresses;
    if (!input.images) co_return addresses;
    const auto views = co_await media::check_usable(transaction, context.thread.config, context.market->code,
                                                    *input.images, media::Purpose::review, context.user().user);
    for (const auto& view : views) addresses.push_back(view.url);
    co_return addresses;
}

}  // namespace

OwnReview own_view_of(const FullRow& row, const Language& language) {
    return {row.id,
            row.market,
            row.product_id,
            row.product_slug,
            row.product_name,
            row.order_id,
            row.rating,
            row.title,
            row.comment,
            shown_author(row.author_label, language),
            row.language,
            row.images,
            row.image_ids,
            row.is_verified_purchase,
            row.is_approved,
            row.state,
            row.rejection_reason,
            row.helpful_count,
            row.created_at,
            row.updated_at};
}

Task<http::Response> write(http::Context& context, Slug product, ReviewInput input) {
    const UserId user = context.user().user;
    const MarketCode market = context.market->code;
    check_images(input);
    work::Idempotency once{market, user, "POST /api/v1/products/" + product.to_text() + "/reviews",
                           context.request.header("Idempotency-Key"), context.request.body};
    auto transaction = co_await context.db.begin();
    const auto author = transaction.query(sql.lock_author, user);
    once.look_up(transaction);
    const auto found = transaction.query(sql.target, product, user);
    co_await transaction.flush_or(busy);
    const auto full_name = author.find();
    if (!full_name) throw Refused{http::market_changed};
    if (const auto stored = once.found()) co_return http::replayed(stored->status, stored->body);
    const auto target = found.find();
    if (!target) throw Refused{product_not_found};
    if (target->is_reviewed) throw Refused{already_reviewed};
    const auto images = co_await addresses_of(context, transaction, input);
    const bool is_approved = !target->needs_approval;
    const auto inserted =
        transaction.query(sql.insert, market, target->product_market, target->product_id, user, target->bought_by,
                          author_label_of(*full_name), context.language, input.rating, text_of(input.title),
                          text_of(input.comment), is_approved, images);
    co_await transaction.flush();
    const auto row = transaction.query(sql.one, *inserted.find(), user, context.language);
    co_await transaction.flush();
    http::Response response;
    response.status = 201;
    json::write(response.body, own_view_of(*row.find(), context.language));
    once.store(transaction, response.status, response.body);
    co_await transaction.commit();
    co_return response;
}

Task<OwnReview> rewrite(http::Context& context, ReviewId id, ReviewInput input) {
    const UserId user = context.user().user;
    check_images(input);
    auto transaction = co_await context.db.begin();
    const auto found = transaction.query(sql.lock_own, id, user);
    co_await transaction.flush_or(busy);
    const auto own = found.find();
    if (!own) throw Refused{review_not_found};
    const auto images = co_await addresses_of(context, transaction, input);
    transaction.execute(sql.update, id, input.rating, text_of(input.title), text_of(input.comment),
                        author_label_of(own->full_name), context.language, own->bought_by, !own->needs_approval);
    transaction.execute(sql.set_images, id, images);
    const auto row = transaction.query(sql.one, id, user, context.language);
    co_await transaction.commit();
    co_return own_view_of(*row.find(), context.language);
}

Task<void> take_back(http::Context& context, ReviewId id) {
    auto transaction = co_await context.db.begin();
    const auto removed = transaction.execute(sql.remove, id, context.user().user);
    co_await transaction.flush_or(busy);
    if (removed.affected() == 0) throw Refused{review_not_found};
    co_await transaction.commit();
}

}  // namespace marque::reviews
