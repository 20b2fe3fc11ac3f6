// The parts of binding that need no template.
#include "http/route.h"

#include "core/text.h"

namespace marque::http {

std::vector<std::string> hole_names(std::string_view path) {
    std::vector<std::string> names;
    for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
        names.emplace_back(path.substr(open + 1, path.find('}', open) - open - 1));
    }
    return names;
}

std::optional<json::Value> parse_body(const Context& context, BindOutcome& outcome) {
    const auto type = context.request.header("Content-Type");
    const auto essence = lowered(trimmed(type.substr(0, type.find(';'))));
    if (essence != "application/json") {
        outcome.refusal = &unsupported_media_type;
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
    for (const std::string_view known : {"image/png", "image/jpeg", "image/webp"}) {
        if (essence == known) return {known, context.request.body};
    }
    outcome.refusal = &unsupported_media_type;
    outcome.detail = "The body must be image/png, image/jpeg or image/webp";
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
