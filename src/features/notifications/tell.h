#pragma once
// How the files of events tell somebody something: in the app and by messages, in one transaction.

#include <optional>
#include <string>

#include "core/id.h"
#include "features/messages/messages.h"
#include "features/notifications/notifications.h"

namespace marque::notifications {

struct Told {
    messages::Kind kind = messages::Kind::order_created;
    messages::Values values;
    messages::Reader reader;
    std::string data;  // JSON: what the front end needs to open it
};

/// Does nothing the second time that the event comes.
Task<void> tell(db::Handle db, const messages::Desk& desk, const work::Event& event, Told told);

/// A page of the shop's for this customer, in their language: "/orders/12".
[[nodiscard]] std::string page_of(const messages::Desk& desk, MarketCode market, std::string_view path,
                                  const Language& language);

/// Adds the handlers of what happens to accounts.
void subscribe_accounts(std::map<std::string, work::Handler, std::less<>>& handlers, const messages::Desk& desk);

}  // namespace marque::notifications
