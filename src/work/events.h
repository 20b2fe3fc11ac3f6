#pragma once
// The events features tell each other through the outbox: topic and payload, known to both sides.

#include <string>
#include <string_view>

#include "core/id.h"
#include "core/record.h"

namespace marque::work {

/// A message to a phone; the market's SMS provider carries it out.
struct SmsMessage {
    static constexpr std::string_view topic = "sms.send";
    std::string phone;
    std::string message;
};
RECORD(SmsMessage, phone, message);

/// An order was committed.
struct OrderCreated {
    static constexpr std::string_view topic = "order.created";
    OrderId order_id;
    std::string order_number;
    UserId user_id;
};
RECORD(OrderCreated, order_id, order_number, user_id);

}  // namespace marque::work
