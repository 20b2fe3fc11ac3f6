#pragma once
// What the shop tells a customer, in their own language: made from events, read and ticked off by its owner.

#include <functional>
#include <map>
#include <string>

#include "core/id.h"
#include "features/messages/messages.h"
#include "http/route.h"
#include "work/outbox.h"

namespace marque::notifications {

using NotificationId = Id<struct NotificationTag>;

/// Adds to the events' handlers: an order that was made or moved on, what became of a return, money that comes or goes
/// back, what managers decided of a review, what is in stock again, and what happened to an account are told to their
/// customer, once in the app and once by each way that they want. The desk outlives the handlers.
void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers, const messages::Desk& desk);

/// /profile/notifications.
[[nodiscard]] http::Routes routes();

}  // namespace marque::notifications
