// The few rules of escaping, in one place.
#include "features/storefront/html.h"

#include <fmt/format.h>

#include "core/text.h"

namespace marque::storefront {

namespace detail {
/// Reached only by a template that is wrong, and then while compiling.
void template_is_wrong(const char*) {}
}  // namespace detail

Address Address::of(std::string_view given) {
    // Browsers leave out white space and control characters, and take a backslash for a slash.
    for (const char c : given) {
        if (static_cast<unsigned char>(c) <= ' ' || c == '\\') return Address{"#"};
    }
    const bool path = given.starts_with('/') && !given.starts_with("//");
    const std::string scheme = lowered(given.substr(0, 8));
    if (path || scheme.starts_with("https://") || scheme.starts_with("http://")) return Address{std::string{given}};
    if (given.starts_with('#') || given.starts_with('?')) return Address{std::string{given}};
    return Address{"#"};
}

void AddressSet::add(const Address& address, int width) {
    if (!text_.empty()) text_ += ", ";
    // A comma at the end of an address would end it.
    text_ += fmt::format("{} {}w", address.text(), width);
}

void Html::put(std::string_view value) {
    for (const char c : value) {
        switch (c) {
            case '&':
                text_ += "&amp;";
                break;
            case '<':
                text_ += "&lt;";
                break;
            case '>':
                text_ += "&gt;";
                break;
            case '"':
                text_ += "&quot;";
                break;
            case '\'':
                text_ += "&#39;";
                break;
            default:
                text_ += c;
        }
    }
}

Html& Html::add_data_of(std::string_view type, std::string_view id, std::string_view json) {
    text_ += "<script type=\"";
    put(type);
    if (!id.empty()) {
        text_ += "\" id=\"";
        put(id);
    }
    text_ += "\">";
    // Inside a JSON string these are the same characters; outside of strings JSON has none of them.
    for (const char c : json) {
        if (c == '<' || c == '>' || c == '&') {
            text_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            text_ += c;
        }
    }
    text_ += "</script>";
    return *this;
}

}  // namespace marque::storefront
