#pragma once
// Messages by SMS and e-mail beside the app: whose words they have, who wants them, and how they leave, once.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/id.h"
#include "core/market.h"
#include "db/handle.h"
#include "features/identity/identity.h"
#include "features/messages/kinds.h"
#include "http/route.h"
#include "work/mail.h"

namespace boost::asio {
class io_context;
}

namespace marque::messages {

/// The mail server of the settings.
[[nodiscard]] work::MailServer mail_server(const Config& config);

/// What all threads share: settings and keys.
class Desk {
public:
    Desk(const Config& config, const identity::TokenKey& key) : config_(config), key_(key) {}

    [[nodiscard]] const Config& config() const { return config_; }
    [[nodiscard]] const identity::TokenKey& key() const { return key_; }
    /// Mail leaves, or development shows it.
    [[nodiscard]] bool has_mail() const { return config_.development() || !config_.smtp_url.empty(); }
    [[nodiscard]] work::MailServer server() const { return mail_server(config_); }
    [[nodiscard]] std::string from(MarketCode market) const;
    /// The address of a page of the shop: "/orders/12" with what the path needs behind it.
    [[nodiscard]] std::string page(std::string_view path) const;

private:
    const Config& config_;
    const identity::TokenKey& key_;
};

/// Settings that contradict each other; empty where all is well.
[[nodiscard]] std::vector<std::string> reasons_not_to_send(const Config& config);

/// Whom a message is for: a customer, or a guest by what the order says.
struct Reader {
    std::optional<UserId> user;
    std::string phone;  // of a guest
    std::string email;  // of a guest, or another address than the customer's own
    std::string name;   // of a guest
    Language language;
};

struct Message {
    Kind kind = Kind::order_created;
    std::string source;  // "event:12": what caused it, once
    Values values;
};

/// A message for one person in all ways that they want and the market uses.
struct Composed {
    struct Outgoing {
        Channel channel = Channel::mail;
        std::string address;
        std::string subject;
        std::string body;
        std::string unsubscribe;
        std::string digest;  // of a guest's address
    };
    Kind kind = Kind::order_created;
    std::string source;
    std::optional<UserId> user;
    Language language;
    Words app;
    std::vector<Outgoing> outgoing;
};

/// Puts the words together. Reads only.
Task<Composed> compose(db::Handle db, const Desk& desk, Message message, Reader reader);

/// Writes what leaves the app, in the caller's transaction; what is there already stays as it is.
void queue(db::Transaction& transaction, MarketCode market, const Desk& desk, const Composed& composed);

/// Asks for a confirmation of the account's e-mail address, where it needs one and was not asked too often. `source` as
/// in Message. False where there is nothing to ask.
Task<bool> ask_to_confirm(db::Handle db, const Desk& desk, UserId user, std::string source);

/// What the account's owner is told where their confirmed address was replaced: the address that was, and language.
struct EmailStanding {
    std::string email;
    std::string confirmed;
    std::string language;
    std::int64_t asked_today = 0;
    std::int64_t address_asked_today = 0;
};
RECORD(EmailStanding, email, confirmed, language, asked_today, address_asked_today);
Task<std::optional<EmailStanding>> email_standing(db::Handle db, UserId user);

/// One choice of a customer; what moves with them to another market.
struct Preference {
    Topic topic = Topic::orders;
    Channel channel = Channel::mail;
    bool is_on = true;
};
RECORD(Preference, topic, channel, is_on);
struct Carried {
    std::vector<Preference> preferences;
    std::string confirmed;
};
Task<Carried> plan_carry(db::Handle from, UserId user);
void queue_unpack(db::Transaction& transaction, MarketCode market, UserId user, const Carried& carried);

struct DueRow;

struct SenderParts {
    const Desk& desk;
    /// Told of each try: market, channel, and sent, refused, failed or expired.
    std::function<void(const std::string&, const std::string&, const std::string&)> count;
};

/// Carries messages of all markets away, on one thread of each server; servers share the work by leases.
class Sender {
public:
    Sender(boost::asio::io_context& context, SenderParts parts);
    /// Ends what is under way; whatever was not recorded is tried again by whoever takes over.
    ~Sender();
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    /// Starts with a market; once for each.
    void serve(db::Handle db);

private:
    struct Lane;
    static Task<void> work_off(Sender& sender, std::shared_ptr<Lane> lane);
    static Task<void> carry(Sender& sender, std::shared_ptr<Lane> lane, DueRow row);
    static Task<void> carry_one(Sender& sender, std::shared_ptr<Lane> lane, DueRow row);

    boost::asio::io_context& context_;
    SenderParts parts_;
    std::map<MarketCode, std::shared_ptr<Lane>> lanes_;
};

/// /profile/notifications/preferences, /profile/email, /mail, /manager/messages, and /dev/mail in development.
[[nodiscard]] http::Routes routes(const Config& config);

}  // namespace marque::messages
