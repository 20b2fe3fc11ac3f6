// The settings of e-mail: which server takes it, and who sends it.
#include <algorithm>

#include "core/email.h"
#include "core/settings.h"

namespace marque {
namespace {

using readers::number;
using readers::text;

/// A mail server: "smtps://mail.example" or "smtp://mail.example:587", which then must offer STARTTLS.
Reader mail_server_or_empty(std::string Config::* member) {
    return [member](Config& config, const std::string& value) {
        config.*member = value;
        const bool known = value.starts_with("smtps://") || value.starts_with("smtp://");
        const auto host = std::string_view{value}.substr(std::min(value.size(), value.find("//") + 2));
        constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]";
        if (value.empty() || (known && !host.empty() && host.find_first_not_of(letters) == std::string_view::npos))
            return std::string{};
        return std::string{"must be like smtps://mail.example or smtp://mail.example:587"};
    };
}

Reader mail_address_or_empty(std::string Config::* member) {
    return [member](Config& config, const std::string& value) {
        config.*member = value;
        const auto address = Email::parse(value);
        return value.empty() || address ? std::string{} : address.error();
    };
}

}  // namespace

std::vector<Setting> mail_settings() {
    return {
        {"SMTP_URL", "", "mail server: smtps://host, or smtp://host:587 with STARTTLS; empty: no mail leaves", false,
         mail_server_or_empty(&Config::smtp_url)},
        {"SMTP_USER", "", "name to log in with at the mail server; empty: none", false, text(&Config::smtp_user)},
        {"SMTP_PASSWORD", "", "its password", true, text(&Config::smtp_password)},
        {"SMTP_CA_FILE", "", "PEM file of whom to believe the mail server's certificate; empty: the system's", false,
         text(&Config::smtp_ca_file)},
        {"SMTP_TIMEOUT_SECONDS", "20", "how long handing over one mail may take", false,
         number(&Config::smtp_timeout_s, 1, 120)},
        {"MAIL_FROM", "", "sender's address; MAIL_FROM_<MARKET> is a market's own", false,
         mail_address_or_empty(&Config::mail_from)},
    };
}

}  // namespace marque
