// Trying promotions one after the other.
#include "features/promotions/evaluate.h"

#include <algorithm>

#include "core/text.h"

namespace marque::promotions {
namespace {

bool contains(std::span<const std::string> words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

bool contains_any_case(std::span<const std::string> words, std::string_view word) {
    return std::ranges::any_of(words, [&](const auto& each) { return lowered(each) == lowered(word); });
}

bool is_for(const Promotion& promotion, const Line& line) {
    const bool for_all = promotion.categories.empty() && promotion.brands.empty() && promotion.products.empty();
    if (for_all || contains(promotion.products, line.product)) return true;
    if (!promotion.brands.empty() && contains_any_case(promotion.brands, line.brand)) return true;
    return std::ranges::any_of(line.categories, [&](const auto& c) { return contains(promotion.categories, c); });
}

/// What is left of each line that the promotion is for; nothing of the others.
std::vector<std::int64_t> left_of(const Promotion& promotion, const Basket& basket, const Outcome& outcome) {
    std::vector<std::int64_t> left(basket.lines.size(), 0);
    for (std::size_t i = 0; i < left.size(); ++i) {
        const auto& line = basket.lines[i];
        if (is_for(promotion, line)) left[i] = line.price_minor * line.quantity - outcome.discounts[i];
    }
    return left;
}

/// Of buy_x_get_y: what the pieces that are given cost by line, the cheapest pieces of all the lines it is for.
std::vector<std::int64_t> given_pieces(const Promotion& promotion, const Basket& basket,
                                       const std::vector<std::int64_t>& left) {
    struct Pieces {
        std::int64_t price;
        std::int64_t count;
        std::size_t line;
    };
    std::vector<Pieces> pieces;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (!is_for(promotion, basket.lines[i])) continue;
        const std::int64_t quantity = basket.lines[i].quantity;
        const std::int64_t dearer = left[i] % quantity;
        pieces.push_back({left[i] / quantity, quantity - dearer, i});
        if (dearer > 0) pieces.push_back({left[i] / quantity + 1, dearer, i});
        count += quantity;
    }
    std::ranges::sort(pieces, {}, [](const auto& piece) { return std::pair{piece.price, piece.line}; });
    const std::int64_t group = std::int64_t{promotion.buy_quantity} + promotion.get_quantity;
    std::int64_t to_give = count / group * promotion.get_quantity;
    std::vector<std::int64_t> given(left.size(), 0);
    for (const auto& piece : pieces) {
        const std::int64_t taken = std::min(to_give, piece.count);
        given[piece.line] += taken * piece.price;
        to_give -= taken;
    }
    return given;
}

std::int64_t sum_of(const std::vector<std::int64_t>& amounts) {
    std::int64_t sum = 0;
    for (const auto amount : amounts) sum += amount;
    return sum;
}

/// Takes the promotion's discount off the lines; how much it is.
std::int64_t apply(const Promotion& promotion, const Basket& basket, const Arithmetic& arithmetic, Outcome& outcome) {
    auto weights = left_of(promotion, basket, outcome);
    if (promotion.kind == Kind::buy_x_get_y) weights = given_pieces(promotion, basket, weights);
    const std::int64_t whole = sum_of(weights);
    if (whole == 0) return 0;
    const std::int64_t amount = promotion.kind == Kind::fixed
                                    ? std::min(promotion.amount_minor, whole)
                                    : arithmetic.part_of(whole, promotion.milli_percent, 100'000);
    if (amount > 0) arithmetic.spread(amount, weights, outcome.discounts);
    return amount;
}

std::optional<Reason> spent(const Promotion& promotion, const Basket& basket) {
    if (!promotion.is_limited()) return std::nullopt;
    const auto uses = std::ranges::find(basket.uses, promotion.id, [](const auto& row) { return row.id.value(); });
    if (uses == basket.uses.end()) return std::nullopt;
    if (promotion.usage_limit && uses->used >= *promotion.usage_limit) return Reason::used_up;
    if (promotion.per_buyer_limit && uses->buyer_used >= *promotion.per_buyer_limit) return Reason::used_by_buyer;
    return std::nullopt;
}

/// Why a promotion does not come into question for this basket, whatever else is given.
std::optional<Reason> unfit(const Promotion& promotion, const Basket& basket) {
    const std::int64_t now_us = basket.now.point().time_since_epoch().count();
    if (promotion.starts_us && now_us < *promotion.starts_us) return Reason::not_started;
    if (promotion.ends_us && now_us >= *promotion.ends_us) return Reason::ended;
    if (const auto reason = spent(promotion, basket)) return reason;
    std::int64_t price_minor = 0;
    bool is_for_any = false;
    for (const auto& line : basket.lines) {
        if (!is_for(promotion, line)) continue;
        is_for_any = true;
        price_minor += line.price_minor * line.quantity;
    }
    if (!is_for_any) return Reason::not_applicable;
    if (price_minor < promotion.min_subtotal_minor) return Reason::below_minimum;
    const bool needs_option = promotion.kind == Kind::free_shipping && !promotion.shipping_options.empty();
    if (needs_option && !contains(promotion.shipping_options, basket.shipping_option)) return Reason::not_applicable;
    return std::nullopt;
}

}  // namespace

std::string code_of(std::string_view typed) { return uppered(trimmed(typed)); }

Book::Book(std::vector<Promotion> promotions) : promotions_(std::move(promotions)) {
    std::ranges::sort(promotions_, {}, [](const auto& p) { return std::pair{p.priority, p.id}; });
    for (std::size_t i = 0; i < promotions_.size(); ++i) {
        const auto& code = promotions_[i].code;
        if (code) {
            by_code_.emplace(*code, i);
        } else {
            automatic_.push_back(i);
        }
    }
}

const Promotion* Book::find(std::string_view code) const {
    const auto found = by_code_.find(code);
    return found == by_code_.end() ? nullptr : &promotions_[found->second];
}

std::vector<const Promotion*> Book::candidates(std::span<const std::string> codes) const {
    std::vector<std::size_t> places = automatic_;
    for (const auto& code : codes) {
        const auto found = by_code_.find(code);
        if (found != by_code_.end()) places.push_back(found->second);
    }
    std::ranges::sort(places);
    std::vector<const Promotion*> found;
    found.reserve(places.size());
    for (const auto place : places) found.push_back(&promotions_[place]);
    return found;
}

Outcome evaluate(const Book& book, const Basket& basket, const Arithmetic& arithmetic) {
    Outcome outcome;
    outcome.discounts.assign(basket.lines.size(), 0);
    for (const auto& code : basket.codes) {
        if (book.find(code) == nullptr) outcome.refused.push_back({code, Reason::unknown});
    }
    bool ended = false;
    for (const auto* promotion : book.candidates(basket.codes)) {
        const auto refuse = [&](Reason reason) {
            outcome.passed_over.push_back({promotion, reason});
            if (promotion->code) outcome.refused.push_back({*promotion->code, reason});
        };
        if (const auto reason = unfit(*promotion, basket)) {
            refuse(*reason);
            continue;
        }
        const bool alone = promotion->stacking == Stacking::exclusive;
        if (ended || (alone && !outcome.given.empty())) {
            refuse(Reason::not_combinable);
            continue;
        }
        const bool of_shipping = promotion->kind == Kind::free_shipping;
        const std::int64_t amount = of_shipping ? 0 : apply(*promotion, basket, arithmetic, outcome);
        if (!of_shipping && amount == 0) {
            refuse(Reason::no_effect);
            continue;
        }
        outcome.given.push_back({promotion, amount});
        ended = alone;
    }
    return outcome;
}

}  // namespace marque::promotions
