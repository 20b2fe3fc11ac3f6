#pragma once
// A time of the day without its day, as people set it: "03:10".

#include <string>
#include <string_view>

#include "core/parse.h"

namespace marque {

class ClockTime {
public:
    static constexpr TextFacts facts{
        .pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", .min_length = 5, .max_length = 5, .example = "03:10"};

    ClockTime() = default;
    [[nodiscard]] static Parsed<ClockTime> parse(std::string_view text) {
        const auto digit = [&](std::size_t place, char last) { return text[place] >= '0' && text[place] <= last; };
        const bool fits = text.size() == 5 && text[2] == ':' && digit(0, '2') && digit(1, text[0] == '2' ? '3' : '9') &&
                          digit(3, '5') && digit(4, '9');
        if (!fits) return std::unexpected("must be a time of the day, like 03:10");
        return ClockTime{std::string{text}};
    }
    [[nodiscard]] const std::string& to_text() const { return text_; }

private:
    explicit ClockTime(std::string text) : text_(std::move(text)) {}
    std::string text_ = "00:00";
};

}  // namespace marque
