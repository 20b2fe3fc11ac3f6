// The parts of binding that need no template.
#include "http/route.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace marque::http {

std::vector<std::string> hole_names(std::string_view path) {
    std::vector<std::string> names;
    for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
        names.emplace_back(path.substr(open + 1, path.find('}', open) - open - 1));
    }
    return names;
}

namespace {

/// "application/json", with no charset or with UTF-8; other parameters mean nothing to JSON.
bool is_json(std::string_view type) {
    auto semicolon = std::min(type.find(';'), type.size());
    if (lowered(trimmed(type.substr(0, semicolon))) != "application/json") return false;
    while (semicolon < type.size()) {
        type.remove_prefix(semicolon + 1);
        semicolon = std::min(type.find(';'), type.size());
        const auto parameter = lowered(trimmed(type.substr(0, semicolon)));
        constexpr std::string_view charset = "charset=";
        if (!parameter.starts_with(charset)) continue;
        const auto value = std::string_view{parameter}.substr(charset.size());
        if (value != "utf-8" && value != "\"utf-8\"") return false;
    }
    return true;
}

}  // namespace

std::optional<json::Value> parse_body(const Context& context, BindOutcome& outcome) {
    if (!is_json(context.request.header("Content-Type"))) {
        outcome.refusal = &unsupported_media_type;
        return std::nullopt;
    }
    const auto coding = lowered(context.request.header("Content-Encoding"));
    if (!coding.empty() && coding != "identity") {
        outcome.refusal = &unsupported_media_type;
        outcome.detail = "A compressed body is not understood; send it plain";
        return std::nullopt;
    }
    auto value = json::parse(context.request.body);
    if (!value) {
        outcome.refusal = &malformed_json;
        outcome.detail = "The body is not valid JSON: " + value.error().message;
        return std::nullopt;
    }
    return std::move(*value);
}

ImageUpload image_body(const Context& context, BindOutcome& outcome) {
    const auto type = context.request.header("Content-Type");
    const auto essence = lowered(trimmed(type.substr(0, type.find(';'))));
    for (const std::string_view known : {"image/png", "image/jpeg", "image/webp", "image/avif", "image/heic"}) {
        if (essence == known) return {known, context.request.body};
    }
    outcome.refusal = &unsupported_media_type;
    outcome.detail = "The body must be image/jpeg, image/png, image/webp, image/avif or image/heic";
    return {};
}

FileUpload file_body(const Context& context, BindOutcome& outcome) {
    const auto type = context.request.header("Content-Type");
    const auto essence = lowered(trimmed(type.substr(0, type.find(';'))));
    if (std::ranges::find(file_types, essence) != file_types.end()) return {context.request.body};
    outcome.refusal = &unsupported_media_type;
    outcome.detail = fmt::format("The body must be {}", fmt::join(file_types, ", "));
    return {};
}

Response bind_problem(const Context& context, const BindOutcome& outcome) {
    if (outcome.refusal != nullptr) {
        return problem_response(*outcome.refusal, outcome.detail, outcome.errors, context.request_id);
    }
    const auto& first = outcome.errors.front();
    const std::string detail = first.field + ": " + first.message;
    return problem_response(invalid_input, detail, outcome.errors, context.request_id);
}

}  // namespace marque::http
