// The texts, and how long they may be.
#include "features/identity/code_message.h"

#include <fmt/format.h>

#include "core/text.h"

namespace marque::identity {
namespace {

/// One Cyrillic letter makes the whole SMS UCS-2, of which one message carries 70.
constexpr std::size_t cyrillic_letters_max = 70;
constexpr std::size_t latin_letters_max = 160;

struct Words {
    std::string_view language;
    std::string_view code;  // with {} for the digits
    std::string_view warning;
    std::size_t letters_max;
};

constexpr Words words[] = {
    {"en", "Marque: your code is {}.", " Do not share it.", latin_letters_max},
    {"ru", "Marque: код {}.", " Никому его не сообщайте.", cyrillic_letters_max},
    {"ky", "Marque: код {}.", " Аны эч кимге айтпаңыз.", cyrillic_letters_max},
};

const Words& words_of(std::string_view language) {
    for (const auto& each : words) {
        if (each.language == language) return each;
    }
    return words[0];
}

}  // namespace

std::string code_message(std::string_view code, std::string_view language, std::string_view host) {
    const Words& in = words_of(language);
    const std::string first = fmt::format(fmt::runtime(in.code), code);
    const std::string last = fmt::format("\n\n@{} #{}", host, code);
    std::string full = first + std::string{in.warning} + last;
    if (utf8_length(full).value_or(0) <= in.letters_max) return full;
    return first + last;
}

}  // namespace marque::identity
