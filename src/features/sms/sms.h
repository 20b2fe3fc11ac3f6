#pragma once
// SMS: from an event of the outbox to a provider that took it, and what the provider says of it later.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/sms/settings.h"
#include "http/route.h"
#include "work/outbox.h"

namespace boost::asio {
class io_context;
}

namespace marque::sms {

/// Wakes the sender of this process when a message has come in; nobody may be there to hear it.
struct Bell {
    std::function<void(MarketCode)> ring;
};

/// What the feature does with events: a message becomes a row of sms_messages, once, and the sender is woken.
void subscribe(std::map<std::string, work::Handler, std::less<>>& handlers, Bell& bell);

/// What a sender works with; all of it outlives the sender.
struct SenderParts {
    const Config& config;
    const Settings& settings;
    Bell& bell;
    /// A message may hold a code, so its text lies sealed until it is sent. Gives nothing where another key sealed it.
    std::function<std::optional<std::string>(std::string_view)> open;
    /// The market as it is now; nullptr where it is not served any more.
    std::function<const MarketInfo*(MarketCode)> market;
    /// The development provider, as a handler of work::SmsMessage.
    work::Handler show;
    /// Told of each try: market, provider, and accepted, refused, failed, or expired with no provider.
    std::function<void(const std::string&, const std::string&, const std::string&)> count;
};

/// Carries messages of all markets to their providers, on one thread of each server; servers share the work by leases.
/// A market's messages never wait for another's, nor for one that a provider is slow about.
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
    struct Standing;
    static Task<void> work_off(Sender& sender, std::shared_ptr<Lane> lane);
    static Task<void> ask_statuses(Sender& sender, std::shared_ptr<Lane> lane);
    static Task<void> carry(Sender& sender, std::shared_ptr<Lane> lane, Outgoing message, std::int64_t id, int round);
    static Task<bool> try_provider(Sender& sender, std::shared_ptr<Lane> lane, std::string word, Outgoing message,
                                   std::int64_t id, int round);
    [[nodiscard]] std::vector<std::string> words_in_order(const Lane& lane) const;
    [[nodiscard]] Provider* provider(MarketCode market, const std::string& word) const;

    boost::asio::io_context& context_;
    SenderParts parts_;
    std::unique_ptr<work::HttpClient> client_;
    std::unique_ptr<Provider> development_;
    std::unique_ptr<Provider> twilio_;
    std::map<MarketCode, std::unique_ptr<Gateway>> gateways_;
    std::map<MarketCode, std::shared_ptr<Lane>> lanes_;
};

/// The status callbacks of Twilio and of gateways. `settings` is found as a service.
[[nodiscard]] http::Routes routes();

}  // namespace marque::sms
