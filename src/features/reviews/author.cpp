// Names to labels, letter by letter of UTF-8.
#include "features/reviews/author.h"

#include "core/text.h"

namespace marque::reviews {
namespace {

/// A longer first word is no name that a card has room for.
constexpr std::size_t letters_max = 30;

/// The first `count` letters (code points) of valid UTF-8.
std::string_view first_letters(std::string_view text, std::size_t count) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool starts_letter = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
        if (starts_letter && count-- == 0) return text.substr(0, end);
        end = i + 1;
    }
    return text;
}

}  // namespace

std::string author_label_of(std::string_view full_name) {
    const auto name = trimmed(full_name);
    if (name.empty() || name.find_first_of("0123456789@+/\\<>") != std::string_view::npos) return {};
    std::string label{first_letters(name.substr(0, name.find(' ')), letters_max)};
    const auto space = name.rfind(' ');
    if (space != std::string_view::npos) label.append(" ").append(first_letters(name.substr(space + 1), 1)).append(".");
    return label;
}

std::string shown_author(const std::string& label, const Language& language) {
    if (!label.empty()) return label;
    if (language == "ky") return "Кардар";
    if (language == "ru") return "Покупатель";
    return "Customer";
}

}  // namespace marque::reviews
