// Walks the route table and writes the document by hand: every part of it is derived, none is written down twice.
#include "http/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/text.h"
#include "http/framing.h"
#include "http/gate.h"

namespace marque::http {
namespace {

std::string quoted(std::string_view text) {
    std::string out;
    json::write(out, text);
    return out;
}

/// "orders" of "/api/v1/orders/{id}"; what documents are grouped by.
std::string tag_of(std::string_view path) {
    constexpr std::string_view base = "/api/v1/";
    if (!path.starts_with(base)) return "operations";
    path.remove_prefix(base.size());
    return std::string{path.substr(0, path.find_first_of("/{"))};
}

/// Who may call, in a word; the table of tests/isolation is checked against it.
std::string_view access_word(Access access) {
    switch (access.kind()) {
        case Access::Kind::open:
            return "open";
        case Access::Kind::guest:
            return "guest";
        case Access::Kind::customer:
            return "customer";
        case Access::Kind::manager:
            return "manager";
    }
    return "";
}

void append_parameters(std::string& out, const Route& route, const OperationParts& parts) {
    std::vector<std::string> items;
    for (const auto& parameter : parts.parameters) {
        items.push_back(fmt::format(R"({{"name":{},"in":"{}","required":{},"schema":{}}})", quoted(parameter.name),
                                    parameter.where, parameter.required, parameter.schema));
    }
    if (route.options.access == Access::guest) items.emplace_back(R"({"$ref":"#/components/parameters/XMarket"})");
    if (route.options.access != Access::open) items.emplace_back(R"({"$ref":"#/components/parameters/Language"})");
    if (route.options.access.is_manager()) items.emplace_back(R"({"$ref":"#/components/parameters/ManagedMarket"})");
    // Who takes the key also says what is wrong with one.
    const bool takes_key = std::ranges::any_of(
        route.options.refuses, [](const Refusal* refusal) { return refusal->code.starts_with("idempotency."); });
    if (takes_key) items.emplace_back(R"({"$ref":"#/components/parameters/IdempotencyKey"})");
    const bool takes_cart_token = std::ranges::any_of(
        route.options.refuses, [](const Refusal* refusal) { return refusal->code == "shoppers.malformed_cart_token"; });
    if (takes_cart_token) items.emplace_back(R"({"$ref":"#/components/parameters/CartToken"})");
    if (!items.empty()) out += fmt::format(R"("parameters":[{}],)", fmt::join(items, ","));
}

/// Which refusals a route can answer, by status: its own and those of the layers before it.
std::map<int, std::set<std::string_view>> problem_codes(const Route& route, const OperationParts& parts) {
    std::map<int, std::set<std::string_view>> codes;
    const auto add = [&](const Refusal& refusal) { codes[refusal.status].insert(refusal.code); };
    for (const auto* refusal : route.options.refuses) add(*refusal);
    if (!parts.body_schema.empty()) {
        add(malformed_json);
        add(unsupported_media_type);
    }
    if (parts.takes_image || parts.takes_file) add(unsupported_media_type);
    if (route.options.body_bytes_max > 0) add(body_too_large);
    if (!parts.body_schema.empty() || !parts.parameters.empty()) add(invalid_input);
    if (route.options.access == Access::customer || route.options.access.is_manager()) add(unauthenticated);
    if (route.options.access != Access::open) {
        for (const auto* refusal :
             {&invalid_token, &expired_token, &session_ended, &market_changed, &account_blocked, &user_not_found}) {
            add(*refusal);
        }
    }
    if (route.options.access == Access::guest || route.options.access.is_manager()) add(unknown_market);
    if (route.options.access.is_manager()) {
        for (const auto* refusal : {&not_a_manager, &no_access}) add(*refusal);
        if (route.options.access.permission() != Permission::any) add(role_forbids);
    }
    if (route.options.second_factor) {
        for (const auto* refusal : {&second_factor_required, &second_factor_missing}) add(*refusal);
    }
    if (route.options.access == Access::guest || route.options.access == Access::customer) {
        add(market_not_open);
        add(market_closed);
    }
    if (route.options.cache == Cache::catalogue || route.options.cache == Cache::named) add(not_acceptable);
    add(bad_request);
    add(too_many_requests);
    add(unavailable);
    add(internal_error);
    return codes;
}

void append_responses(std::string& out, const Route& route, const OperationParts& parts) {
    out += fmt::format(R"("responses":{{"{}":{{"description":"Done")", parts.success_status);
    if (!parts.response_schema.empty()) {
        out += fmt::format(R"(,"content":{{"application/json":{{"schema":{}}}}})", parts.response_schema);
    }
    out += '}';
    if (route.options.cache != Cache::none) out += R"(,"304":{"description":"Unchanged since If-None-Match"})";
    for (const auto& [status, codes] : problem_codes(route, parts)) {
        out += fmt::format(R"(,"{}":{{"description":{},"content":{{"application/problem+json":)"
                           R"({{"schema":{{"$ref":"#/components/schemas/Problem"}}}}}}}})",
                           status, quoted(fmt::format("Problem codes: {}", fmt::join(codes, ", "))));
    }
    out += '}';
}

std::string operation(const Route& route, json::SchemaSet& schemas) {
    OperationParts parts;
    route.describe(schemas, parts);
    std::string out = fmt::format(R"({{"operationId":{},"summary":{},"tags":[{}],"x-statements-max":{},)",
                                  quoted(operation_id(route)), quoted(route.options.summary),
                                  quoted(tag_of(route.path)), route.options.statements_max);
    out += fmt::format(R"("x-access":{},)", quoted(access_word(route.options.access)));
    if (route.options.access.is_manager()) {
        out += fmt::format(R"("x-permission":{},)", quoted(permission_word(route.options.access.permission())));
        if (route.options.second_factor) out += R"("x-second-factor":true,)";
    }
    const bool secured = route.options.access == Access::customer || route.options.access.is_manager();
    if (secured) {
        out += R"("security":[{"bearer":[]}],)";
    } else {
        out += route.options.access == Access::guest ? R"("security":[{},{"bearer":[]}],)" : R"("security":[],)";
    }
    append_parameters(out, route, parts);
    if (!parts.body_schema.empty()) {
        out += fmt::format(R"("requestBody":{{"required":true,"content":{{"application/json":{{"schema":{}}}}}}},)",
                           parts.body_schema);
    }
    if (parts.takes_image) {
        constexpr std::string_view picture = R"({"schema":{"type":"string","format":"binary"}})";
        out += fmt::format(R"("requestBody":{{"required":true,"content":{{"image/avif":{0},"image/heic":{0},)"
                           R"("image/jpeg":{0},"image/png":{0},"image/webp":{0}}}}},)",
                           picture);
    }
    if (parts.takes_file) {
        std::vector<std::string> types;
        for (const auto type : file_types) {
            types.push_back(quoted(type) + R"(:{"schema":{"type":"string","format":"binary"}})");
        }
        out += fmt::format(R"("requestBody":{{"required":true,"content":{{{}}}}},)", fmt::join(types, ","));
    }
    append_responses(out, route, parts);
    return out + '}';
}

constexpr std::string_view shared_parts = R"("parameters":{
"XMarket":{"name":"X-Market","in":"header","required":false,
"description":"Market of a guest; `?market=` does the same",
"schema":{"type":"string","pattern":"^[A-Za-z]{2,8}$","examples":["kg"]}},
"Language":{"name":"lang","in":"query","required":false,
"description":"Language of texts, where the market speaks it",
"schema":{"type":"string","minLength":2,"maxLength":8,"examples":["ky"]}},
"ManagedMarket":{"name":"market","in":"query","required":false,
"description":"Market to manage; else the saved active market, else the first permitted",
"schema":{"type":"string","pattern":"^[A-Za-z]{2,8}$","examples":["us"]}},
"IdempotencyKey":{"name":"Idempotency-Key","in":"header","required":false,
"description":"The same key and body replays the first answer",
"schema":{"type":"string","minLength":1,"maxLength":200}},
"CartToken":{"name":"X-Cart-Token","in":"header","required":false,
"description":"Who a guest is: the token of an earlier answer, or any UUID that nobody can guess",
"schema":{"type":"string","format":"uuid"}}},
"securitySchemes":{"bearer":{"type":"http","scheme":"bearer","bearerFormat":"JWT",
"description":"Access token of /auth/verify-code"}})";

/// Indents by two spaces: the document is committed, and differences should be readable.
std::string indented(std::string_view text) {
    std::string out;
    std::size_t depth = 0;
    bool in_string = false;
    const auto new_line = [&] {
        out += '\n';
        out.append(depth * 2, ' ');
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            out += c;
            if (c == '\\') out += text[++i];
            if (c == '"') in_string = false;
        } else if (c == '"') {
            out += c;
            in_string = true;
        } else if ((c == '{' || c == '[') && i + 1 < text.size() && (text[i + 1] == '}' || text[i + 1] == ']')) {
            out += c;
            out += text[++i];
        } else if (c == '{' || c == '[') {
            out += c;
            ++depth;
            new_line();
        } else if (c == '}' || c == ']') {
            --depth;
            new_line();
            out += c;
        } else if (c == ',') {
            out += c;
            new_line();
        } else if (c == ':') {
            out += ": ";
        } else if (c != '\n' && c != ' ') {
            out += c;
        }
    }
    return out + '\n';
}

}  // namespace

std::string operation_id(const Route& route) {
    std::string_view path = route.path;
    if (path.starts_with("/api/v1")) path.remove_prefix(7);
    std::string id = lowered(verb_word(route.verb));
    for (const char c : path) {
        const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        if (word) {
            id += c;
        } else if (id.back() != '_') {
            id += '_';
        }
    }
    while (id.back() == '_') id.pop_back();
    return id;
}

std::string openapi_document(const Routes& routes) {
    json::SchemaSet schemas;
    (void)schemas.reference_of<Problem>();
    std::map<std::string_view, std::map<std::string, std::string>> paths;
    for (const auto& route : routes) {
        if (!route.path.starts_with("/api/v1/") || route.path.ends_with("/openapi.json")) continue;
        paths[route.path][lowered(verb_word(route.verb))] = operation(route, schemas);
    }
    std::string out = R"({"openapi":"3.1.0","info":{"title":"Marque","version":"1",)"
                      R"("summary":"The server behind a fashion shop in several countries",)"
                      R"("license":{"name":"All rights reserved","identifier":"LicenseRef-Proprietary"}},)"
                      R"("servers":[{"url":"/","description":"This server"}],"paths":{)";
    bool first_path = true;
    for (const auto& [path, operations] : paths) {
        if (!first_path) out += ',';
        first_path = false;
        out += quoted(path) + ":{";
        bool first = true;
        for (const auto& [verb, text] : operations) {
            if (!first) out += ',';
            first = false;
            out += quoted(verb) + ":" + text;
        }
        out += '}';
    }
    out += fmt::format(R"(}},"components":{{"schemas":{},{}}}}})", schemas.components(), shared_parts);
    return indented(out);
}

}  // namespace marque::http
