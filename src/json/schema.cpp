// The texts of JSON Schemas.
#include "json/schema.h"

#include <fmt/format.h>

#include "json/write.h"

namespace marque::json {
namespace {

void append_entry(std::string& out, std::string_view name, std::string_view text) {
    out += fmt::format(",\"{}\":", name);
    append_text(out, text);
}

bool is_name_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string unqualified_name(std::string_view pretty) {
    const std::string_view marker = "T = ";
    const auto start = pretty.find(marker);
    check(start != std::string_view::npos, "the compiler names the type in __PRETTY_FUNCTION__");
    pretty = pretty.substr(start + marker.size(), pretty.rfind(']') - start - marker.size());
    std::string name;
    std::string word;
    for (std::size_t i = 0; i < pretty.size(); ++i) {
        if (is_name_letter(pretty[i])) {
            word += pretty[i];
        } else if (pretty.substr(i).starts_with("::")) {
            word.clear();
        } else if (pretty[i] == '<' || pretty[i] == ',') {
            name += std::exchange(word, {});
        }
    }
    return name + word;
}

std::string text_schema(const TextFacts& facts, bool number_too) {
    std::string out = number_too ? R"({"type":["string","integer"])" : R"({"type":"string")";
    if (!facts.format.empty()) append_entry(out, "format", facts.format);
    if (!facts.pattern.empty()) append_entry(out, "pattern", facts.pattern);
    if (facts.min_length > 0) out += fmt::format(R"(,"minLength":{})", facts.min_length);
    if (facts.max_length > 0) out += fmt::format(R"(,"maxLength":{})", facts.max_length);
    if (!facts.example.empty()) out += fmt::format(R"(,"examples":[{}])", written(facts.example));
    return out + "}";
}

std::string integer_schema(const IntegerFacts& facts) {
    constexpr IntegerFacts unbounded{};
    std::string out = R"({"type":"integer")";
    if (facts.minimum != unbounded.minimum) out += fmt::format(R"(,"minimum":{})", facts.minimum);
    if (facts.maximum != unbounded.maximum) out += fmt::format(R"(,"maximum":{})", facts.maximum);
    return out + fmt::format(R"(,"examples":[{}]}})", facts.example);
}

std::string enum_schema(std::span<const std::string_view> words) {
    return fmt::format(R"({{"type":"string","enum":{}}})", written(words));
}

std::string record_schema(std::string_view doc, const std::vector<MemberSchema>& members) {
    std::string out = R"({"type":"object")";
    if (!doc.empty()) append_entry(out, "description", doc);
    out += R"(,"properties":{)";
    std::vector<std::string_view> required;
    for (const auto& member : members) {
        if (out.back() != '{') out += ',';
        append_text(out, member.name);
        out += ':';
        out += member.schema;
        if (member.required) required.emplace_back(member.name);
    }
    out += '}';
    if (!required.empty()) out += fmt::format(R"(,"required":{})", written(required));
    return out + R"(,"additionalProperties":false})";
}

std::string plain_string_schema(Direction direction) {
    if (direction == Direction::output) return R"({"type":"string"})";
    return fmt::format(R"({{"type":"string","maxLength":{}}})", string_bytes_max);
}

std::string money_schema() {
    return R"({"type":"number","description":"An amount with exactly its currency's decimals.","examples":[1250.00]})";
}

std::string amount_schema() {
    return R"({"type":["number","string"],"pattern":"^-?[0-9]+(\\.[0-9]+)?$",)"
           R"("description":"An amount, read digit by digit; at most its currency's decimals.","examples":[1250.50]})";
}

/// A body's record differs from an answer's (ids may be numbers, optional members be left out), so it has its own name.
std::string SchemaSet::component_name(std::string_view pretty, Direction direction) {
    auto name = unqualified_name(pretty);
    if (direction != Direction::input) return name;
    const bool says_so = name.ends_with("Input") || name.ends_with("Body") || name.ends_with("Request");
    return says_so ? name : name + "Input";
}

bool SchemaSet::start(const std::string& name, const void* type, Direction direction) {
    const auto [place, fresh] = components_.try_emplace(name, Component{type, direction, {}});
    check(fresh || (place->second.type == type && place->second.direction == direction),
          fmt::format("the name {} in the API belongs to one type and one direction", name));
    return fresh;
}

void SchemaSet::store(const std::string& name, std::string schema) { components_.at(name).schema = std::move(schema); }

std::string SchemaSet::components() const {
    std::string out = "{";
    for (const auto& [name, component] : components_) {
        if (out.back() != '{') out += ',';
        append_text(out, name);
        out += ':';
        out += component.schema;
    }
    return out + "}";
}

}  // namespace marque::json
