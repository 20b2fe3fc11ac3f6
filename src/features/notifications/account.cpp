// What happens to an account and its owner must know, whoever did it.
#include "core/check.h"
#include "core/device.h"
#include "features/notifications/tell.h"
#include "json/read.h"

namespace marque::notifications {
namespace {

using messages::Desk;
using messages::Kind;

Task<void> tell_entered_anew(const Desk& desk, db::Handle db, const work::Event& event) {
    const auto entered = json::read_text<work::EnteredAnew>(event.payload);
    check(entered.has_value(), "an account's event that cannot be read");
    const auto standing = co_await messages::email_standing(db, entered->user_id);
    if (!standing) co_return;  // the account is gone, or lives elsewhere
    Told told{.kind = Kind::entered_anew,
              .values = {{"device", device_name(entered->device)},
                         {"link", page_of(desk, event.market, "/account", standing->language)}},
              .reader = {.user = entered->user_id, .language = standing->language},
              .data = "{}"};
    co_await tell(db, desk, event, std::move(told));
}

/// The address that was confirmed is told that it was replaced; the new one is asked whether it is theirs.
Task<void> tell_email_changed(const Desk& desk, db::Handle db, const work::Event& event) {
    const auto changed = json::read_text<work::EmailChanged>(event.payload);
    check(changed.has_value(), "an account's event that cannot be read");
    const auto standing = co_await messages::email_standing(db, changed->user_id);
    if (!standing) co_return;
    if (!standing->confirmed.empty() && standing->confirmed != standing->email) {
        Told told{.kind = Kind::email_changed,
                  .values = {{"link", page_of(desk, event.market, "/account", standing->language)}},
                  .reader = {.user = changed->user_id, .email = standing->confirmed, .language = standing->language},
                  .data = "{}"};
        co_await tell(db, desk, event, std::move(told));
    }
    co_await messages::ask_to_confirm(db, desk, changed->user_id, "event:" + std::to_string(event.id));
}

}  // namespace

void subscribe_accounts(std::map<std::string, work::Handler, std::less<>>& handlers, const Desk& desk) {
    const auto add = [&](std::string_view topic, auto handler) {
        work::add_handler(handlers, topic, [&desk, handler](db::Handle db, const work::Event& event) {
            return handler(desk, std::move(db), event);
        });
    };
    add(work::EnteredAnew::topic, tell_entered_anew);
    add(work::EmailChanged::topic, tell_email_changed);
}

}  // namespace marque::notifications
