// What settings say of mail.
#include <fmt/format.h>

#include "core/email.h"
#include "features/messages/messages.h"

namespace marque::messages {

namespace {

constexpr std::string_view from_prefix = "MAIL_FROM_";

}  // namespace

work::MailServer mail_server(const Config& config) {
    return {.url = config.smtp_url,
            .user = config.smtp_user,
            .password = config.smtp_password,
            .ca_file = config.smtp_ca_file,
            .timeout_s = config.smtp_timeout_s,
            .may_be_plain = config.development() || work::is_loopback_url(config.smtp_url)};
}

std::string Desk::from(MarketCode market) const {
    const auto own = config_.mail_from_by_market.find(std::string{from_prefix} + std::string{market.upper()});
    return own == config_.mail_from_by_market.end() ? config_.mail_from : own->second;
}

std::string Desk::page(std::string_view path) const {
    const std::string site =
        config_.public_url.empty() ? fmt::format("http://localhost:{}", config_.port) : config_.public_url;
    return site + std::string{path};
}

std::vector<std::string> reasons_not_to_send(const Config& config) {
    std::vector<std::string> reasons;
    for (const auto& [name, value] : config.mail_from_by_market) {
        const auto market = MarketCode::parse(std::string_view{name}.substr(from_prefix.size()));
        if (!market) reasons.push_back(fmt::format("{}: the market {}", name, market.error()));
        const auto address = Email::parse(value);
        if (!address) reasons.push_back(fmt::format("{}: {}", name, address.error()));
    }
    if (config.smtp_url.empty()) return reasons;
    if (config.mail_from.empty()) reasons.emplace_back("MAIL_FROM is missing: SMTP_URL needs a sender");
    if (!config.development() && config.public_url.empty()) {
        reasons.emplace_back("PUBLIC_URL is missing: links in mails lead there");
    }
    return reasons;
}

}  // namespace marque::messages
