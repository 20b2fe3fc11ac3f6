// Paths without holes are one hash look-up; the others are compared segment by segment, most literal first.
#include "http/router.h"

#include <algorithm>

#include "core/check.h"

namespace marque::http {
namespace {

std::vector<std::string_view> split_path(std::string_view path) {
    std::vector<std::string_view> segments;
    path.remove_prefix(std::min<std::size_t>(1, path.size()));
    while (true) {
        const auto slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

std::string plain_key(Verb verb, std::string_view path) {
    std::string key{verb_word(verb)};
    key += ' ';
    key += path;
    return key;
}

/// Adds to the value of `Allow`; what takes GET takes HEAD.
void allow(std::string& allowed, Verb verb) {
    if (!allowed.empty()) allowed += ", ";
    allowed += verb_word(verb);
    if (verb == Verb::get) allowed += ", HEAD";
}

}  // namespace

Router::Segment Router::parse_segment(std::string_view text) {
    const auto open = text.find('{');
    if (open == std::string_view::npos) return {false, std::string{text}, {}};
    const auto close = text.find('}', open);
    check(close != std::string_view::npos && text.find('{', open + 1) == std::string_view::npos,
          "a segment of a path has one {hole} at most");
    return {true, std::string{text.substr(0, open)}, std::string{text.substr(close + 1)}};
}

/// The decoded hole values if the segments fit the pattern.
std::optional<std::vector<std::string>> Router::fit(const std::vector<Segment>& pattern,
                                                    const std::vector<std::string_view>& segments) {
    if (pattern.size() != segments.size()) return std::nullopt;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const auto& [hole, before, after] = pattern[i];
        std::string_view text = segments[i];
        if (!hole) {
            if (before != text) return std::nullopt;
            continue;
        }
        if (text.size() <= before.size() + after.size() || !text.starts_with(before) || !text.ends_with(after)) {
            return std::nullopt;
        }
        text = text.substr(before.size(), text.size() - before.size() - after.size());
        auto value = percent_decoded(text, false);
        if (!value) return std::nullopt;
        values.push_back(std::move(*value));
    }
    return values;
}

Router::Router(Routes routes) : routes_(std::move(routes)) {
    for (std::size_t index = 0; index < routes_.size(); ++index) {
        const auto& route = routes_[index];
        if (route.path.find('{') == std::string_view::npos) {
            const bool fresh = plain_.emplace(plain_key(route.verb, route.path), index).second;
            check(fresh, "two routes share a verb and path");
            continue;
        }
        Pattern pattern{{}, index};
        for (const auto segment : split_path(route.path)) {
            pattern.segments.push_back(parse_segment(segment));
        }
        patterns_.push_back(std::move(pattern));
    }
    // The fewest holes first; among equals the order of the table.
    const auto rank = [](const Pattern& pattern) {
        return std::pair{std::ranges::count(pattern.segments, true, &Segment::hole), pattern.index};
    };
    std::ranges::sort(patterns_, {}, rank);
}

Match Router::match(Verb verb, std::string_view path) const {
    const Verb wanted = verb == Verb::head ? Verb::get : verb;
    if (const auto found = plain_.find(plain_key(wanted, path)); found != plain_.end()) {
        return {&routes_[found->second], found->second, {}, {}};
    }
    const auto segments = split_path(path);
    Match match;
    for (const auto& pattern : patterns_) {
        auto values = fit(pattern.segments, segments);
        if (!values) continue;
        const auto& route = routes_[pattern.index];
        if (route.verb == wanted) return {&route, pattern.index, std::move(*values), {}};
        allow(match.allowed, route.verb);
    }
    for (const auto other : {Verb::get, Verb::post, Verb::put, Verb::patch, Verb::del}) {
        if (!plain_.contains(plain_key(other, path))) continue;
        allow(match.allowed, other);
    }
    return match;
}

}  // namespace marque::http
