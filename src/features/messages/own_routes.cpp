// What a customer chooses: which messages by which way, and that an e-mail address is theirs.
#include <algorithm>
#include <iterator>

#include "core/email.h"
#include "features/messages/messages.h"
#include "features/messages/own.h"
#include "features/messages/queries.h"

namespace marque::messages {
namespace {

using http::Body;
using http::Context;
using http::NoContent;

constexpr Refusal nothing_to_confirm{409, "messages.nothing_to_confirm",
                                     "There is no address that waits for its confirmation"};
constexpr Refusal asked_too_often{429, "messages.asked_too_often",
                                  "That address was sent enough mails for today; look for them there"};

constexpr Channel chosen_channels[] = {Channel::sms, Channel::mail};
constexpr Topic topics[] = {Topic::orders, Topic::reviews, Topic::stock, Topic::marketing, Topic::security};
constexpr std::size_t choices_max = std::size(chosen_channels) * std::size(topics);

struct MessagePreference {
    Topic topic = Topic::orders;
    Channel channel = Channel::mail;
    bool is_on = true;
    bool can_change = true;
};
RECORD(MessagePreference, topic, channel, is_on, can_change);

/// In the app everything is told, always.
struct MessagePreferences {
    std::optional<std::string> email;
    bool is_email_confirmed = false;
    std::vector<MessagePreference> items;
};
RECORD(MessagePreferences, email, is_email_confirmed, items);

enum class ChosenChannel { sms, mail };
ENUMERATION(ChosenChannel, sms, mail)

struct MessageChoice {
    Topic topic = Topic::orders;
    ChosenChannel channel = ChosenChannel::mail;
    bool is_on = true;
};
RECORD(MessageChoice, topic, channel, is_on);

/// What is not named stays.
struct MessageChoices {
    std::vector<MessageChoice> items;
};
RECORD(MessageChoices, items);

Task<MessagePreferences> get_preferences(Context& context) {
    const UserId user = context.user().user;
    const auto standing = co_await context.db.find(own_sql.email_standing, user);
    if (!standing) throw Refused{http::user_not_found};
    const auto chosen = co_await context.db.rows(own_sql.preferences, user);
    MessagePreferences all;
    if (!standing->email.empty()) all.email = standing->email;
    all.is_email_confirmed = !standing->email.empty() && standing->email == standing->confirmed;
    for (const Topic topic : topics) {
        for (const Channel channel : chosen_channels) {
            const auto said = std::ranges::find_if(
                chosen, [&](const auto& each) { return each.topic == topic && each.channel == channel; });
            const bool is_on = is_fixed(topic) || (said == chosen.end() ? is_on_by_itself(topic) : said->is_on);
            all.items.push_back({topic, channel, is_on, !is_fixed(topic)});
        }
    }
    co_return all;
}

Task<MessagePreferences> put_preferences(Context& context, Body<MessageChoices> body) {
    const auto& items = body.value.items;
    std::vector<FieldError> mistakes;
    if (items.size() > choices_max) mistakes.push_back({"items", "must have at most 10 entries"});
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i].is_on || !is_fixed(items[i].topic)) continue;
        mistakes.push_back({"items[" + std::to_string(i) + "].is_on", "messages of security cannot be turned off"});
    }
    if (!mistakes.empty()) {
        throw Refused{http::invalid_input, mistakes.front().field + ": " + mistakes.front().message, mistakes};
    }
    const UserId user = context.user().user;
    db::Transaction transaction = co_await context.db.begin();
    for (const auto& [topic, chosen, is_on] : items) {
        const Channel channel = chosen == ChosenChannel::sms ? Channel::sms : Channel::mail;
        transaction.execute(own_sql.choose, context.market->code, user, topic, channel, is_on);
        if (!is_on) transaction.execute(own_sql.drop, user, topic, channel);
    }
    if (!items.empty()) co_await transaction.commit();
    co_return co_await get_preferences(context);
}

Task<NoContent> ask_again(Context& context) {
    const UserId user = context.user().user;
    const auto standing = co_await context.db.find(own_sql.email_standing, user);
    if (!standing || standing->email.empty() || standing->email == standing->confirmed) {
        throw Refused{nothing_to_confirm};
    }
    const auto& desk = context.service<Desk>();
    const bool asked = co_await ask_to_confirm(context.db, desk, user, "asked:" + Uuid::random().to_text());
    if (!asked) throw Refused{asked_too_often};
    co_return NoContent{};
}

struct MailList {
    std::vector<ShownMail> items;
};
RECORD(MailList, items);

/// Shown in development only: what would have gone out as mail, newest first, over all markets.
Task<MailList> development_mail(Context& context) {
    MailList list;
    for (const auto& market : context.thread.cluster.markets()) {
        auto rows = co_await context.in_market(market).rows(own_sql.recent_mail);
        std::ranges::move(rows, std::back_inserter(list.items));
    }
    std::ranges::sort(list.items, std::ranges::greater{}, &ShownMail::created_at);
    co_return list;
}

}  // namespace

http::Routes own_routes() {
    return {
        http::get<"/api/v1/profile/notifications/preferences", get_preferences>(
            {.summary = "Which messages the caller gets by SMS and e-mail",
             .refuses = {&http::user_not_found},
             .statements_max = 3}),
        http::put<"/api/v1/profile/notifications/preferences", put_preferences>(
            {.summary = "Turn messages by SMS or e-mail on or off; what is not named stays",
             .refuses = {&http::user_not_found},
             .statements_max = 23}),
        http::post<"/api/v1/profile/email/confirmation", ask_again>(
            {.summary = "Send the mail that confirms the account's e-mail address once more",
             .refuses = {&nothing_to_confirm, &asked_too_often},
             .statements_max = 6}),
    };
}

http::Routes routes(const Config& config) {
    http::Routes all = own_routes();
    for (const auto& part : {link_routes(), template_routes(), manager_routes()}) {
        std::ranges::copy(part, std::back_inserter(all));
    }
    if (config.development()) {
        all.push_back(http::get<"/dev/mail", development_mail>({.summary = "Mail that development did not send",
                                                                .access = http::Access::open,
                                                                .refuses = {},
                                                                .statements_max = 2}));
    }
    return all;
}

}  // namespace marque::messages
