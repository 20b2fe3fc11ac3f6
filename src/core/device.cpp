// Reads the names that browsers and systems give themselves.
#include "core/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "core/text.h"

namespace marque {
namespace {

constexpr std::size_t unknown_bytes_max = 60;

struct Mark {
    std::string_view mark;
    std::string_view name;
};
// The first that fits counts: nearly all browsers also claim to be those that stand below them.
constexpr Mark browsers[] = {
    {"Edg", "Edge"},       {"OPR/", "Opera"},    {"YaBrowser/", "Yandex"}, {"SamsungBrowser/", "Samsung Internet"},
    {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Firefox/", "Firefox"},  {"Chrome/", "Chrome"},
    {"Safari/", "Safari"}};
constexpr Mark systems[] = {{"iPhone", "iOS"},      {"iPad", "iOS"},       {"Android", "Android"},
                            {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}};

std::string_view named_by(std::span<const Mark> marks, std::string_view agent) {
    const auto found = std::ranges::find_if(marks, [&](const Mark& each) { return agent.contains(each.mark); });
    return found == marks.end() ? std::string_view{} : found->name;
}

}  // namespace

std::string device_name(std::string_view user_agent) {
    const auto browser = named_by(browsers, user_agent);
    const auto system = named_by(systems, user_agent);
    if (!browser.empty() && !system.empty()) return fmt::format("{} · {}", browser, system);
    if (!browser.empty() || !system.empty()) return std::string{browser.empty() ? system : browser};
    auto beginning = user_agent.substr(0, unknown_bytes_max);
    while (!utf8_length(beginning)) beginning.remove_suffix(1);
    return std::string{beginning};
}

}  // namespace marque
