#pragma once
// What the shop tells a customer, in their own language: made from events, read and ticked off by its owner.

#include <functional>
#include <map>
#include <string>

#include "core/id.h"
#include "http/route.h"
#include "work/outbox.h"

namespace marque::notifications {

using NotificationId = Id<struct NotificationTag>;

/// Adds to the events' handlers: an order that was made or moved on, what became of a return, money that goes back,
/// what managers decided of a review, and what is in stock again are told to their customer, once.
void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers);

/// /profile/notifications.
[[nodiscard]] http::Routes routes();

}  // namespace marque::notifications
