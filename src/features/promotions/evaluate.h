#pragma once
// What promotions give to a basket, computed in memory from one market's rules.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/record.h"
#include "core/rounding.h"

namespace marque::promotions {

using PromotionId = Id<struct PromotionTag>;

enum class Kind { percentage, fixed, free_shipping, buy_x_get_y };
ENUMERATION(Kind, percentage, fixed, free_shipping, buy_x_get_y);

/// exclusive: goes with no other.
enum class Stacking { stackable, exclusive };
ENUMERATION(Stacking, stackable, exclusive);

/// A promotion as its row has it; moments in microseconds since 1970.
struct Promotion {
    std::int64_t id = 0;
    std::optional<std::string> code;  // none: given to everybody
    std::string name;
    std::map<std::string, std::string> names;
    Kind kind = Kind::percentage;
    std::int64_t milli_percent = 0;
    std::int64_t amount_minor = 0;
    std::int32_t buy_quantity = 0;
    std::int32_t get_quantity = 0;
    std::int64_t min_subtotal_minor = 0;  // of the lines it is for, at their prices
    std::vector<std::string> categories;
    std::vector<std::string> brands;
    std::vector<std::string> products;
    std::vector<std::string> shipping_options;
    std::optional<std::int64_t> usage_limit;
    std::optional<std::int32_t> per_buyer_limit;
    std::optional<std::int64_t> starts_us;
    std::optional<std::int64_t> ends_us;
    Stacking stacking = Stacking::stackable;
    std::int32_t priority = 0;

    [[nodiscard]] bool is_limited() const { return usage_limit || per_buyer_limit; }
};
RECORD(Promotion, id, code, name, names, kind, milli_percent, amount_minor, buy_quantity, get_quantity,
       min_subtotal_minor, categories, brands, products, shipping_options, usage_limit, per_buyer_limit, starts_us,
       ends_us, stacking, priority);

/// Codes are typed by people: case and surrounding white space do not matter.
[[nodiscard]] std::string code_of(std::string_view typed);

/// One market's promotions in the order in which they are tried: by priority, then by id. Never changed.
class Book {
public:
    Book() = default;
    explicit Book(std::vector<Promotion> promotions);

    /// The automatic ones and those of these codes, in order.
    [[nodiscard]] std::vector<const Promotion*> candidates(std::span<const std::string> codes) const;
    [[nodiscard]] const Promotion* find(std::string_view code) const;

private:
    std::vector<Promotion> promotions_;
    std::vector<std::size_t> automatic_;
    std::map<std::string, std::size_t, std::less<>> by_code_;
};

struct Line {
    std::int64_t price_minor = 0;
    std::int32_t quantity = 0;
    std::string_view product;
    std::string_view brand;
    std::span<const std::string> categories;
};

/// How often a limited promotion has been given, to anybody and to this buyer.
struct UsesRow {
    PromotionId id;
    std::int64_t used = 0;
    std::int64_t buyer_used = 0;
};
RECORD(UsesRow, id, used, buyer_used);

enum class Reason {
    unknown,
    not_started,
    ended,
    below_minimum,
    not_applicable,
    used_up,
    used_by_buyer,
    not_combinable,
    no_effect
};
ENUMERATION(Reason, unknown, not_started, ended, below_minimum, not_applicable, used_up, used_by_buyer, not_combinable,
            no_effect);

struct Given {
    const Promotion* promotion = nullptr;
    std::int64_t amount_minor = 0;  // of free_shipping not known before shipping is
};

struct RefusedCode {
    std::string code;
    Reason reason = Reason::unknown;
};

/// One that came into question and was not given, with a code or without.
struct PassedOver {
    const Promotion* promotion = nullptr;
    Reason reason = Reason::no_effect;
};

struct Basket {
    std::span<const Line> lines;
    std::span<const std::string> codes;  // as code_of() has them, each once
    std::string_view shipping_option;    // the chosen one; empty: none
    std::span<const UsesRow> uses;       // of those that are limited
    Timestamp now;
};

struct Outcome {
    std::vector<Given> given;  // in the order they were applied
    std::vector<RefusedCode> refused;
    std::vector<std::int64_t> discounts;  // by line
    std::vector<PassedOver> passed_over;  // in the order they were tried
};

/// Goes through the candidates in their order. One that is exclusive is given only when nothing was before, and ends
/// the search; after one that stacks, exclusive ones are passed over. Each is computed on what those before it left
/// of the lines it is for, and spread over them exactly.
[[nodiscard]] Outcome evaluate(const Book& book, const Basket& basket, const Arithmetic& arithmetic);

}  // namespace marque::promotions
