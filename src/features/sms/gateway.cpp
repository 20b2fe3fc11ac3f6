// Templates filled and answers read.
#include "features/sms/gateway.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/parse.h"
#include "core/text.h"
#include "core/xml.h"
#include "http/context.h"
#include "json/value.h"
#include "json/write.h"

namespace marque::sms {
namespace {

constexpr std::string_view form = "application/x-www-form-urlencoded";
/// An id that is longer is not kept: it would be no id.
constexpr std::size_t id_length_max = 200;

std::string escaped(std::string_view text, std::string_view content_type) {
    if (content_type.find("json") != std::string_view::npos) {
        std::string quoted;
        json::append_text(quoted, text);
        return quoted.substr(1, quoted.size() - 2);
    }
    if (content_type.find("xml") != std::string_view::npos) return xml_escaped(text);
    if (content_type == form) return work::form_encoded(text);
    return std::string{text};
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = text.find(separator);
        if (const auto part = trimmed(text.substr(0, end)); !part.empty()) parts.emplace_back(part);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return parts;
}

std::string scalar_text(const json::Value& value) {
    if (const auto* text = value.as<std::string>()) return *text;
    if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
    if (const auto* truth = value.as<bool>()) return *truth ? "true" : "false";
    return {};
}

std::string json_value_at(const json::Value& whole, std::string_view path) {
    const json::Value* value = &whole;
    for (const auto& step : split(path, '.')) {
        if (const auto* array = value->as<json::Array>()) {
            const auto index = parse_integer(step);
            const bool inside = index && *index >= 0 && static_cast<std::size_t>(*index) < array->size();
            value = inside ? &(*array)[static_cast<std::size_t>(*index)] : nullptr;
        } else {
            value = value->member(step);
        }
        if (value == nullptr) return {};
    }
    return scalar_text(*value);
}

bool holds(const std::vector<std::string>& words, std::string_view word) {
    return std::ranges::find(words, lowered(word)) != words.end();
}

std::string url_filled(std::string_view url, const std::vector<std::pair<std::string_view, std::string>>& values) {
    return filled(url, form, values);
}

}  // namespace

std::expected<GatewaySettings, std::vector<std::string>> read_gateway(
    const std::map<std::string, std::string>& fields) {
    GatewaySettings settings;
    std::vector<std::string> mistakes;
    std::map<std::string_view, std::string*> texts{
        {"URL", &settings.url},
        {"METHOD", &settings.method},
        {"CONTENT_TYPE", &settings.content_type},
        {"BODY", &settings.body},
        {"SUCCESS_TEXT", &settings.success_text},
        {"REFUSED_TEXT", &settings.refused_text},
        {"ID_PATH", &settings.id_path},
        {"STATUS_SECRET", &settings.status_secret},
        {"STATUS_URL", &settings.status_url},
        {"STATUS_PATH", &settings.status_path},
        {"STATUS_ID_PATH", &settings.status_id_path},
    };
    for (const auto& [name, value] : fields) {
        if (const auto found = texts.find(name); found != texts.end()) {
            *found->second = value;
        } else if (name == "HEADERS") {
            settings.headers = split(value, '|');
        } else if (name == "DELIVERED_WORDS") {
            settings.delivered_words = split(lowered(value), ',');
        } else if (name == "UNDELIVERED_WORDS") {
            settings.undelivered_words = split(lowered(value), ',');
        } else {
            mistakes.push_back(name + " is no setting of a gateway");
        }
    }
    if (settings.url.empty()) mistakes.emplace_back("URL is missing");
    if (settings.method != "POST" && settings.method != "PUT" && settings.method != "GET") {
        mistakes.emplace_back("METHOD must be POST, PUT or GET");
    }
    const std::string all = settings.url + settings.body;
    const bool names_phone = all.find("{phone}") != std::string::npos || all.find("{digits}") != std::string::npos;
    if (!names_phone || all.find("{text}") == std::string::npos) {
        mistakes.emplace_back("URL or BODY must hold {phone} (or {digits}) and {text}");
    }
    if (!settings.status_secret.empty() && settings.status_secret.size() < 16) {
        mistakes.emplace_back("STATUS_SECRET must have 16 characters or more");
    }
    if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
    return settings;
}

std::string filled(std::string_view text, std::string_view content_type,
                   const std::vector<std::pair<std::string_view, std::string>>& values) {
    std::string out;
    while (!text.empty()) {
        const auto open = text.find('{');
        out += text.substr(0, open);
        if (open == std::string_view::npos) break;
        text.remove_prefix(open);
        const auto value = std::ranges::find_if(values, [&](const auto& candidate) {
            const auto& name = candidate.first;
            return text.substr(1).starts_with(name) && text.substr(1 + name.size()).starts_with('}');
        });
        if (value == values.end()) {
            out += '{';
            text.remove_prefix(1);
            continue;
        }
        out += escaped(value->second, content_type);
        text.remove_prefix(value->first.size() + 2);
    }
    return out;
}

work::HttpCall gateway_call(const GatewaySettings& settings, const Outgoing& message) {
    const std::vector<std::pair<std::string_view, std::string>> values{
        {"phone", message.phone}, {"digits", message.phone.substr(1)}, {"text", message.message}, {"id", message.key}};
    work::HttpCall call;
    call.method = settings.method;
    call.total_timeout_ms = settings.timeout_s * 1'000;
    call.url = url_filled(settings.url, values);
    call.headers = settings.headers;
    call.headers.push_back("Idempotency-Key: " + message.key);
    if (settings.method != "GET") {
        call.headers.push_back("Content-Type: " + settings.content_type);
        call.body = filled(settings.body, settings.content_type, values);
    }
    return call;
}

Outcome gateway_outcome(const GatewaySettings& settings, const work::HttpResult& result) {
    using enum Outcome::Kind;
    if (!result) return {.kind = failed, .error = result.error().what};
    const int status = result->status;
    const std::string& body = result->body;
    if (!settings.refused_text.empty() && body.find(settings.refused_text) != std::string::npos && status < 500) {
        return {.kind = refused, .error = fmt::format("status {}, refused", status)};
    }
    const bool good = status >= 200 && status < 300 &&
                      (settings.success_text.empty() || body.find(settings.success_text) != std::string::npos);
    if (!good) return {.kind = failed, .error = fmt::format("status {}", status)};
    Outcome outcome{.kind = accepted};
    const std::string id = settings.id_path.empty() ? std::string{} : value_at(body, settings.id_path);
    if (!id.empty() && id.size() <= id_length_max) outcome.provider_message_id = id;
    return outcome;
}

std::string value_at(std::string_view text, std::string_view path) {
    if (path.starts_with('<')) {
        const auto open = text.find(path);
        if (open == std::string_view::npos) return {};
        const auto from = open + path.size();
        return std::string{trimmed(text.substr(from, text.find('<', from) - from))};
    }
    if (const auto whole = json::parse(text)) return json_value_at(*whole, path);
    const auto pairs = http::parse_query(text);
    if (!pairs) return {};
    const auto found = std::ranges::find(*pairs, path, &http::Pairs::value_type::first);
    return found == pairs->end() ? std::string{} : found->second;
}

Report gateway_report(const GatewaySettings& settings, std::string_view word) {
    if (holds(settings.delivered_words, word)) return {.status = "delivered", .error = std::nullopt};
    if (holds(settings.undelivered_words, word)) return {.status = "undelivered", .error = std::nullopt};
    return {};
}

Task<Outcome> Gateway::send(db::Handle, Outgoing message) {
    // Settings live as long as the configuration does not: a copy outlives a server that stops meanwhile.
    const GatewaySettings settings = settings_;
    const auto result = co_await client_.send(gateway_call(settings, message));
    co_return gateway_outcome(settings, result);
}

Task<Report> Gateway::ask(std::string key, std::string provider_message_id) {
    const GatewaySettings settings = settings_;
    work::HttpCall call;
    call.method = "GET";
    call.total_timeout_ms = settings.timeout_s * 1'000;
    call.url = url_filled(settings.status_url, {{"id", key}, {"provider_id", provider_message_id}});
    call.headers = settings.headers;
    const auto result = co_await client_.send(std::move(call));
    if (!result || result->status != 200) co_return Report{};
    co_return gateway_report(settings, value_at(result->body, settings.status_path));
}

}  // namespace marque::sms
