// Settings of events that go out to the servers of others.
#include <fmt/format.h>

#include "core/settings.h"
#include "core/text.h"

namespace marque {
namespace {

using readers::flag;
using readers::number;

/// "5,30,120": whole numbers in their order.
Reader numbers(std::vector<int> Config::* member, int low, int high) {
    return [member, low, high](Config& config, const std::string& value) {
        std::vector<int> items;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            const auto parsed = parse_integer(trimmed(rest.substr(0, comma)));
            if (!parsed || *parsed < low || *parsed > high) {
                return fmt::format("must list whole numbers from {} to {}, like 5,30,120", low, high);
            }
            items.push_back(static_cast<int>(*parsed));
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
        if (items.empty() || items.size() > 50) return std::string{"must list 1 to 50 numbers"};
        config.*member = std::move(items);
        return std::string{};
    };
}

}  // namespace

std::vector<Setting> webhook_settings() {
    return {
        {"WEBHOOK_RETRY_SECONDS", "5,30,120,600,1800,3600,7200,14400,28800",
         "waits between the tries of an event that a webhook's receiver did not take; the last one is repeated", false,
         numbers(&Config::webhook_retry_s, 0, 86'400)},
        {"WEBHOOK_GIVE_UP_SECONDS", "259200", "how long an event is tried before it is given up", false,
         number(&Config::webhook_give_up_s, 1, 2'592'000)},
        {"WEBHOOK_TIMEOUT_SECONDS", "10", "how long a webhook's receiver may take to answer", false,
         number(&Config::webhook_timeout_s, 1, 30)},
        {"WEBHOOK_ALLOW_LOOPBACK", "false",
         "webhooks may go to this very machine, by http too: to try them, in development only", false,
         flag(&Config::webhook_allow_loopback)},
    };
}

}  // namespace marque
