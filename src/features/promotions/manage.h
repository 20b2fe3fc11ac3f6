#pragma once
// Promotions as managers write them, in the market being managed. The endpoints stand in features/management.

#include "core/page.h"
#include "core/quantity.h"
#include "core/text.h"
#include "features/banners/banners.h"
#include "features/promotions/evaluate.h"
#include "http/route.h"
#include "json/types.h"

namespace marque::promotions {

inline constexpr Refusal not_found{404, "promotions.not_found", "There is no such promotion"};
inline constexpr Refusal stale{409, "promotions.stale", "The promotion was changed meanwhile; read it again"};
inline constexpr Refusal code_taken{409, "promotions.code_taken", "Another promotion has this code"};
inline constexpr Refusal limit_passed{409, "promotions.limit_passed", "It was given more often than that already"};
inline constexpr Refusal too_many{422, "promotions.too_many", "A market keeps a thousand promotions at once at most"};

/// A code is in capital letters, digits, - and _; in small letters it is the same.
class Code {
public:
    static constexpr TextFacts facts{
        .pattern = "^[A-Za-z0-9][A-Za-z0-9_-]{2,39}$", .min_length = 3, .max_length = 40, .example = "SUMMER-10"};

    Code() = default;
    [[nodiscard]] static Parsed<Code> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }

private:
    std::string text_;
};

/// Amounts in the market's currency. A time without an offset is one of the market's clocks. `version` is the one that
/// was read; a new promotion has none. Lists of slugs and brands left out: it is for everything.
struct PromotionInput {
    std::optional<Code> code;
    Text<1, 200> name;
    std::optional<std::map<std::string, Text<1, 200>>> names;
    Kind kind = Kind::percentage;
    std::optional<std::int64_t> milli_percent;
    std::optional<json::AmountText> amount;
    std::optional<Quantity> buy_quantity;
    std::optional<Quantity> get_quantity;
    std::optional<json::AmountText> min_subtotal;
    std::optional<std::vector<Slug>> categories;
    std::optional<std::vector<Text<1, 100>>> brands;
    std::optional<std::vector<Slug>> products;
    std::optional<std::vector<Slug>> shipping_options;
    std::optional<std::int64_t> usage_limit;
    std::optional<std::int32_t> per_buyer_limit;
    std::optional<banners::ScheduleTime> start_date;
    std::optional<banners::ScheduleTime> end_date;
    std::optional<Stacking> stacking;
    std::optional<std::int32_t> priority;
    std::optional<bool> is_active;
    std::optional<std::int32_t> version;
};
RECORD(PromotionInput, code, name, names, kind, milli_percent, amount, buy_quantity, get_quantity, min_subtotal,
       categories, brands, products, shipping_options, usage_limit, per_buyer_limit, start_date, end_date, stacking,
       priority, is_active, version);

enum class State { scheduled, running, ended, inactive };
ENUMERATION(State, scheduled, running, ended, inactive);

struct ManagedPromotion {
    PromotionId id;
    MarketCode market;
    std::optional<std::string> code;
    std::string name;
    std::map<std::string, std::string> names;
    Kind kind = Kind::percentage;
    std::int64_t milli_percent = 0;
    Money amount;
    std::int32_t buy_quantity = 0;
    std::int32_t get_quantity = 0;
    Money min_subtotal;
    std::vector<std::string> categories;
    std::vector<std::string> brands;
    std::vector<std::string> products;
    std::vector<std::string> shipping_options;
    std::optional<std::int64_t> usage_limit;
    std::optional<std::int32_t> per_buyer_limit;
    std::optional<Timestamp> start_date;
    std::optional<Timestamp> end_date;
    Stacking stacking = Stacking::stackable;
    std::int32_t priority = 0;
    bool is_active = false;
    State state = State::inactive;
    std::int64_t orders_count = 0;  // that were given it
    Money given_amount;             // by all of them
    std::int32_t version = 1;
    Timestamp created_at;
    Timestamp updated_at;
    std::string changed_by;
};
RECORD(ManagedPromotion, id, market, code, name, names, kind, milli_percent, amount, buy_quantity, get_quantity,
       min_subtotal, categories, brands, products, shipping_options, usage_limit, per_buyer_limit, start_date, end_date,
       stacking, priority, is_active, state, orders_count, given_amount, version, created_at, updated_at, changed_by);

struct PromotionQuery {
    std::optional<bool> is_active;
    PageLimit limit;
    PageOffset offset;
    std::optional<PageOffset> cursor;
};
RECORD(PromotionQuery, is_active, limit, offset, cursor);

/// The managed market's promotions, newest first.
Task<Page<ManagedPromotion>> list_managed(http::Context& context, PromotionQuery query);
Task<ManagedPromotion> get_managed(http::Context& context, PromotionId id);
/// The answer with the new promotion, or the one kept under the Idempotency-Key.
Task<http::Response> create(http::Context& context, PromotionInput input);
/// Refuses (stale) where `input.version` is not the present one.
Task<ManagedPromotion> change(http::Context& context, PromotionId id, PromotionInput input);
/// Given to nobody from now on; ending it again changes nothing.
Task<ManagedPromotion> end(http::Context& context, PromotionId id);

}  // namespace marque::promotions
