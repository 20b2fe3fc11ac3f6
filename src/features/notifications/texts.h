#pragma once
// The sentences of notifications in every language the shop speaks.

#include <string>
#include <string_view>

#include "core/market.h"

namespace marque::notifications {

struct Text {
    std::string title;
    std::string message;
};

/// "order.created": which order, over how much (already written for people).
[[nodiscard]] Text order_created_text(const Language& language, const std::string& order_number,
                                      const std::string& amount);

/// "order.moved": to confirmed, shipped, delivered or cancelled. `detail` is the parcel ("courier, number") of one that
/// was shipped and the reason of one that was cancelled; both may be empty.
[[nodiscard]] Text order_moved_text(const Language& language, std::string_view status, const std::string& order_number,
                                    const std::string& detail);

/// "return.moved": to approved, rejected or received. `reason` is what the shop said to a return it refused.
[[nodiscard]] Text return_moved_text(const Language& language, std::string_view state, const std::string& order_number,
                                     const std::string& reason);

/// "payment.moved": money is about to go back (refund_pending), some of it did (partially_refunded), or all of it
/// (refunded). `amount` is what went back until now, written for people.
[[nodiscard]] Text refund_text(const Language& language, std::string_view status, const std::string& order_number,
                               const std::string& amount);

/// "review.decided": of which product. The reason is what managers wrote for the author.
[[nodiscard]] Text review_approved_text(const Language& language, const std::string& product_name);
[[nodiscard]] Text review_rejected_text(const Language& language, const std::string& product_name,
                                        const std::string& reason);

/// "wishlist.back_in_stock": of which product, and in which size (empty: it has none).
[[nodiscard]] Text back_in_stock_text(const Language& language, const std::string& product_name,
                                      const std::string& size);

}  // namespace marque::notifications
