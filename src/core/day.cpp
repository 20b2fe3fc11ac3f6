// Days and their dates.
#include "core/day.h"

#include <algorithm>

namespace marque {

Parsed<Day> Day::parse(std::string_view text) {
    const auto wrong = std::unexpected("must be a day, like 2026-11-21");
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return wrong;
    for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U, 8U, 9U}) {
        if (text[i] < '0' || text[i] > '9') return wrong;
    }
    Day day{std::string{text}};
    const auto two = text.substr(5, 2);
    if (two < "01" || two > "12" || text.substr(8, 2) > "31") return wrong;
    const std::chrono::year_month_day date{day.days()};
    // A day that its month has not comes back as another one.
    if (date.year() < std::chrono::year{2000} || of(day.days()) != day) return wrong;
    return day;
}

Day Day::of(std::chrono::sys_days day) {
    const std::chrono::year_month_day date{day};
    const auto digits = [](unsigned number, std::size_t width) {
        std::string text = std::to_string(number);
        return std::string(width - std::min(width, text.size()), '0') + text;
    };
    return Day{digits(static_cast<unsigned>(static_cast<int>(date.year())), 4) + "-" +
               digits(static_cast<unsigned>(date.month()), 2) + "-" + digits(static_cast<unsigned>(date.day()), 2)};
}

Day Day::today(Timestamp now, const std::string& time_zone) {
    const std::string digits = local_date_digits(now, time_zone);
    return Day{digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2)};
}

std::chrono::sys_days Day::days() const {
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        for (const char digit : std::string_view{text_}.substr(at, length)) value = value * 10 + (digit - '0');
        return value;
    };
    return std::chrono::sys_days{std::chrono::year{number(0, 4)} / number(5, 2) / 1} +
           std::chrono::days{number(8, 2) - 1};
}

Day Day::a_year_before() const {
    const std::chrono::year_month_day date{days()};
    const auto before = date - std::chrono::years{1};
    return before.ok() ? of(before) : of(before.year() / before.month() / std::chrono::last);
}

}  // namespace marque
