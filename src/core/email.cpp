// The shape of e-mail addresses (RFC 5321's dot-atom and domain).
#include "core/email.h"

#include <algorithm>

#include "core/text.h"

namespace marque {
namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// Every piece between dots is there and made of what `allowed` lets through.
template <class Allowed>
bool dotted(std::string_view text, Allowed allowed) {
    if (text.empty() || text.front() == '.' || text.back() == '.' || text.contains("..")) return false;
    return std::ranges::all_of(text, [&](char c) { return c == '.' || allowed(c); });
}

bool is_domain(std::string_view domain) {
    const bool letters = dotted(domain, [](char c) { return is_letter_or_digit(c) || c == '-'; });
    const auto last_dot = domain.rfind('.');
    if (!letters || last_dot == std::string_view::npos) return false;
    const auto top = domain.substr(last_dot + 1);
    const bool top_is_name = top.size() >= 2 && !std::ranges::all_of(top, [](char c) { return c >= '0' && c <= '9'; });
    for (std::size_t start = 0; start < domain.size();) {
        const auto end = std::min(domain.find('.', start), domain.size());
        const auto label = domain.substr(start, end - start);
        if (label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        start = end + 1;
    }
    return top_is_name;
}

}  // namespace

Parsed<Email> Email::parse(std::string_view raw) {
    const auto text = trimmed(raw);
    const auto at = text.rfind('@');
    const auto refuse = [] { return std::unexpected("must be an e-mail address, like a@example.com"); };
    if (at == std::string_view::npos || at > 64 || text.size() > 254) return refuse();
    const auto local = text.substr(0, at);
    const auto domain = text.substr(at + 1);
    constexpr std::string_view signs = "!#$%&'*+-/=?^_`{|}~";
    const bool local_fits = dotted(local, [&](char c) { return is_letter_or_digit(c) || signs.contains(c); });
    if (!local_fits || !is_domain(domain)) return refuse();
    return Email{std::string{local} + "@" + lowered(domain)};
}

}  // namespace marque
