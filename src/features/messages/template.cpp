// Filling in, and making HTML that can hold nothing but what the text says.
#include "features/messages/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace marque::messages {
namespace {

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 40 &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

/// The placeholder that begins here ("{name}…"), without its braces.
std::optional<std::string_view> name_at(std::string_view text) {
    if (!text.starts_with('{')) return std::nullopt;
    const auto end = text.find('}');
    if (end == std::string_view::npos || !is_name(text.substr(1, end - 1))) return std::nullopt;
    return text.substr(1, end - 1);
}

/// Adds the text with its values; false where one of them is empty.
bool add_filled(std::string& out, std::string_view text, const Values& values) {
    bool all_known = true;
    while (!text.empty()) {
        const auto name = name_at(text);
        if (!name) {
            out += text.front();
            text.remove_prefix(1);
            continue;
        }
        const auto value = values.find(*name);
        if (value == values.end() || value->second.empty()) {
            all_known = false;
        } else {
            out += value->second;
        }
        text.remove_prefix(name->size() + 2);
    }
    return all_known;
}

void add_line(std::string& html, std::string_view line) {
    while (!line.empty()) {
        const auto start = std::min(line.find("https://"), line.find("http://"));
        html += html_escaped(line.substr(0, start));
        if (start == std::string_view::npos) return;
        line.remove_prefix(start);
        const auto url = line.substr(0, std::min(line.find_first_of(" \t<>\"'"), line.size()));
        html += fmt::format(R"(<a href="{0}">{0}</a>)", html_escaped(url));
        line.remove_prefix(url.size());
    }
}

}  // namespace

std::string mistake_in(std::string_view text, const std::vector<std::string_view>& placeholders) {
    bool is_open = false;
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(1)) {
        if (const auto name = name_at(rest); name && std::ranges::find(placeholders, *name) == placeholders.end()) {
            return fmt::format("names {{{}}}, which this message has not; it has {{{}}}", *name,
                               fmt::join(placeholders, "}, {"));
        }
        const bool opens = rest.starts_with("[[");
        if (opens || rest.starts_with("]]")) {
            if (opens == is_open) return opens ? "must close [[ before the next one" : "has ]] without [[ before it";
            is_open = opens;
            rest.remove_prefix(1);
        }
    }
    return is_open ? "must close each [[ with ]]" : "";
}

std::string filled(std::string_view text, const Values& values) {
    std::string out;
    while (!text.empty()) {
        const auto open = std::min(text.find("[["), text.size());
        add_filled(out, text.substr(0, open), values);
        text.remove_prefix(open);
        if (text.empty()) break;
        text.remove_prefix(2);
        const auto close = std::min(text.find("]]"), text.size());
        std::string part;
        if (add_filled(part, text.substr(0, close), values)) out += part;
        text.remove_prefix(std::min(close + 2, text.size()));
    }
    return out;
}

std::string in_one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > ' ' && byte != 0x7F) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    if (line.ends_with(' ')) line.pop_back();
    return line;
}

std::string html_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string html_of(std::string_view text, std::string_view footer, std::string_view language) {
    std::string html = fmt::format(
        R"(<!doctype html><html lang="{}"><head><meta charset="utf-8"></head>)"
        R"(<body style="font-family:sans-serif;line-height:1.5;max-width:40em;margin:1.5em auto;color:#1d1b19"><p>)",
        html_escaped(language));
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        add_line(html, text.substr(0, end));
        text.remove_prefix(end);
        if (text.starts_with("\n\n")) {
            html += "</p><p>";
            while (text.starts_with('\n')) text.remove_prefix(1);
        } else if (!text.empty()) {
            html += "<br>";
            text.remove_prefix(1);
        }
    }
    html += "</p>";
    if (!footer.empty()) {
        html += R"(<p style="font-size:small;color:#666">)";
        add_line(html, footer);
        html += "</p>";
    }
    return html + "</body></html>";
}

}  // namespace marque::messages
