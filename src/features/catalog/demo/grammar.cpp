// The little grammar the three languages need.
#include "features/catalog/demo/grammar.h"

namespace marque::demo {
namespace {

std::vector<std::string_view> split_choices(std::string_view text) {
    std::vector<std::string_view> choices;
    std::size_t start = 0;
    while (true) {
        const std::size_t bar = text.find('|', start);
        choices.push_back(text.substr(start, bar == std::string_view::npos ? bar : bar - start));
        if (bar == std::string_view::npos) return choices;
        start = bar + 1;
    }
}

std::string_view choose(const std::vector<std::string_view>& choices, Gender gender) {
    if (choices.size() == 2) return choices[gender == Gender::plural ? 1 : 0];
    if (choices.size() == 4) return choices[static_cast<std::size_t>(gender)];
    return choices.front();
}

}  // namespace

std::string inflect(std::string_view text, Gender gender, std::string_view noun) {
    std::string result;
    for (std::size_t position = 0; position < text.size();) {
        if (text[position] == '[') {
            const std::size_t end = text.find(']', position);
            result += choose(split_choices(text.substr(position + 1, end - position - 1)), gender);
            position = end + 1;
        } else if (text.substr(position).starts_with("{noun}")) {
            result += noun;
            position += 6;
        } else {
            result += text[position++];
        }
    }
    return result;
}

std::string capitalize(std::string text) {
    if (text.empty()) return text;
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead >= 'a' && lead <= 'z') text[0] = static_cast<char>(lead - 32);
    if (text.size() < 2) return text;
    const auto next = static_cast<unsigned char>(text[1]);
    const auto replace = [&](int first, int second) {
        text[0] = static_cast<char>(first);
        text[1] = static_cast<char>(second);
    };
    if (lead == 0xd0 && next >= 0xb0) replace(0xd0, next - 0x20);                  // а to п
    if (lead == 0xd1 && next >= 0x80 && next <= 0x8f) replace(0xd0, next + 0x20);  // р to я
    if (lead == 0xd1 && next == 0x91) replace(0xd0, 0x81);                         // ё
    if (lead == 0xd2 && (next == 0xa3 || next == 0xaf)) replace(0xd2, next - 1);   // ң ү
    if (lead == 0xd3 && next == 0xa9) replace(0xd3, 0xa8);                         // ө
    return text;
}

std::string slugify(std::string_view text) {
    std::string slug;
    for (const char letter : text) {
        const char lower = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
        const bool kept = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
        if (kept)
            slug += lower;
        else if (letter != '\'' && !slug.empty() && slug.back() != '-')
            slug += '-';
    }
    if (!slug.empty() && slug.back() == '-') slug.pop_back();
    return slug;
}

std::string join_words(const std::vector<std::string>& parts) {
    std::string joined;
    for (const std::string& part : parts) {
        if (part.empty()) continue;
        if (!joined.empty()) joined += ' ';
        joined += part;
    }
    return joined;
}

}  // namespace marque::demo
