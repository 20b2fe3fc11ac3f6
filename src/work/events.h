#pragma once
// The events features tell each other through the outbox: topic and payload, known to both sides.

#include <optional>
#include <string>
#include <string_view>

#include "core/id.h"
#include "core/record.h"

namespace marque::work {

/// A message to a phone; features/sms has it sent by the market's providers. The outbox forgets the payload once the
/// event is done: a code must not stay readable in the database.
struct SmsMessage {
    static constexpr std::string_view topic = "sms.send";
    std::string phone;
    std::string message;
    /// Seconds from the commit on after which nobody has any use for it (a code that expired): it is dropped
    /// then. Ten minutes where nothing is said.
    std::optional<std::int32_t> useful_s{};
};
RECORD(SmsMessage, phone, message, useful_s);

/// An order was committed.
struct OrderCreated {
    static constexpr std::string_view topic = "order.created";
    OrderId order_id;
    std::string order_number;
    std::optional<UserId> user_id;  // none: a guest's
};
RECORD(OrderCreated, order_id, order_number, user_id);

/// An order came into another state. Of one that was cancelled the stock has gone back already; what was paid has not.
struct OrderMoved {
    static constexpr std::string_view topic = "order.moved";
    OrderId order_id;
    std::string order_number;
    std::string status;  // confirmed, shipped, delivered, cancelled
};
RECORD(OrderMoved, order_id, order_number, status);

/// Money of an order was taken, is promised back, or went back.
struct PaymentMoved {
    static constexpr std::string_view topic = "payment.moved";
    OrderId order_id;
    std::string order_number;
    std::string payment_id;
    std::string status;  // paid, refund_pending, partially_refunded, refunded
    /// What has gone back in all until then. None: an event of a version that did not tell.
    std::optional<std::int64_t> refunded_minor{};
};
RECORD(PaymentMoved, order_id, order_number, payment_id, status, refunded_minor);

/// Goods came back and were taken; the customer is owed this much of what was paid.
struct ReturnReceived {
    static constexpr std::string_view topic = "return.received";
    OrderId order_id;
    std::string return_id;
    std::int64_t refund_minor = 0;
    std::string currency;
};
RECORD(ReturnReceived, order_id, return_id, refund_minor, currency);

/// The shop decided about a return, or took it in.
struct ReturnMoved {
    static constexpr std::string_view topic = "return.moved";
    OrderId order_id;
    std::string return_id;
    std::string state;  // approved, rejected, received
};
RECORD(ReturnMoved, order_id, return_id, state);

/// Managers decided whether a customer's review is shown, otherwise than before.
struct ReviewDecided {
    static constexpr std::string_view topic = "review.decided";
    std::string review_id;
    std::int32_t version = 1;  // of the text that was decided about
    UserId user_id;
    bool is_approved = false;
};
RECORD(ReviewDecided, review_id, version, user_id, is_approved);

/// What a customer waited for, a product or one SKU of it, is in stock again.
struct BackInStock {
    static constexpr std::string_view topic = "wishlist.back_in_stock";
    UserId user_id;
    SkuId sku_id;
};
RECORD(BackInStock, user_id, sku_id);

/// An account with log-ins was entered from a device it had not been entered from.
struct EnteredAnew {
    static constexpr std::string_view topic = "account.entered_anew";
    UserId user_id;
    std::string device;  // as the device calls itself
};
RECORD(EnteredAnew, user_id, device);

/// The confirmed e-mail address of an account was replaced or taken away.
struct EmailChanged {
    static constexpr std::string_view topic = "account.email_changed";
    UserId user_id;
};
RECORD(EmailChanged, user_id);

/// A product or a category of market ALL was written in this market's database; the other databases want it, too.
struct SharedProductChanged {
    static constexpr std::string_view topic = "catalog.shared_product_changed";
    std::string slug;
};
RECORD(SharedProductChanged, slug);
struct SharedCategoryChanged {
    static constexpr std::string_view topic = "catalog.shared_category_changed";
    std::string slug;
};
RECORD(SharedCategoryChanged, slug);

}  // namespace marque::work
