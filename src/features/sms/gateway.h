#pragma once
// A gateway spoken to by template: most local SMS providers take one HTTP request, each in a form of its own.

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "features/sms/provider.h"
#include "work/http_client.h"

namespace marque::sms {

/// The settings SMS_GATEWAY_<MARKET>_…; README.md has them with their meaning.
struct GatewaySettings {
    std::string url;
    std::string method = "POST";
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::string> headers;
    std::string success_text;   // the answer must hold it
    std::string refused_text;   // an answer that holds it means: this number never
    std::string id_path;        // where the provider's own id is in the answer
    std::string status_secret;  // opens the status callback
    std::string status_url;     // or: where to ask for the status
    std::string status_path = "status";
    std::string status_id_path = "id";
    std::vector<std::string> delivered_words{"delivered"};
    std::vector<std::string> undelivered_words{"undelivered", "failed", "rejected", "expired"};
    int timeout_s = 8;
};

/// A market's settings from their names without SMS_GATEWAY_<MARKET>_, or every mistake in them.
[[nodiscard]] std::expected<GatewaySettings, std::vector<std::string>> read_gateway(
    const std::map<std::string, std::string>& fields);

class Gateway : public Provider {
public:
    Gateway(work::HttpClient& client, GatewaySettings settings) : client_(client), settings_(std::move(settings)) {}
    Task<Outcome> send(db::Handle db, Outgoing message) override;
    /// Asks for the status of an accepted message; only where status_url is set.
    Task<Report> ask(std::string key, std::string provider_message_id);
    [[nodiscard]] const GatewaySettings& settings() const { return settings_; }

private:
    work::HttpClient& client_;
    GatewaySettings settings_;
};

/// "{phone}" and the like replaced by their values, escaped as the content type (or a URL) demands; other braces stay.
[[nodiscard]] std::string filled(std::string_view text, std::string_view content_type,
                                 const std::vector<std::pair<std::string_view, std::string>>& values);
[[nodiscard]] work::HttpCall gateway_call(const GatewaySettings& settings, const Outgoing& message);
[[nodiscard]] Outcome gateway_outcome(const GatewaySettings& settings, const work::HttpResult& result);
/// A value inside an answer: "data.messages.0.id" in JSON, "<id>" in XML, a name in a form; empty where absent.
[[nodiscard]] std::string value_at(std::string_view text, std::string_view path);
/// The status word of an answer or callback.
[[nodiscard]] Report gateway_report(const GatewaySettings& settings, std::string_view word);

}  // namespace marque::sms
