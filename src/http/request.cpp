// Header look-up and percent-decoding.
#include "http/request.h"

#include "core/text.h"

namespace marque::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view one, std::string_view other) {
    if (one.size() != other.size()) return false;
    for (std::size_t i = 0; i < one.size(); ++i) {
        if (lower(one[i]) != lower(other[i])) return false;
    }
    return true;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
    return -1;
}

constexpr std::size_t pairs_max = 64;

}  // namespace

std::string_view verb_word(Verb verb) {
    switch (verb) {
        case Verb::get:
            return "GET";
        case Verb::head:
            return "HEAD";
        case Verb::post:
            return "POST";
        case Verb::put:
            return "PUT";
        case Verb::patch:
            return "PATCH";
        case Verb::del:
            return "DELETE";
        case Verb::options:
            return "OPTIONS";
    }
    return "";
}

std::string_view Request::header(std::string_view name) const {
    for (const auto& header : headers) {
        if (same_name(header.name, name)) return header.value;
    }
    return {};
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    if (!utf8_length(out)) return std::nullopt;
    return out;
}

std::optional<Pairs> parse_query(std::string_view query) {
    Pairs pairs;
    while (!query.empty()) {
        const auto ampersand = query.find('&');
        const auto part = query.substr(0, ampersand);
        query = ampersand == std::string_view::npos ? std::string_view{} : query.substr(ampersand + 1);
        if (part.empty()) continue;
        const auto equals = part.find('=');
        auto name = percent_decoded(part.substr(0, equals), true);
        auto value =
            percent_decoded(equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1), true);
        if (!name || !value || pairs.size() == pairs_max) return std::nullopt;
        pairs.emplace_back(std::move(*name), std::move(*value));
    }
    return pairs;
}

}  // namespace marque::http
