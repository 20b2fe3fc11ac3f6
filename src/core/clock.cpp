// Time texts, and the market's own calendar day.
#include "core/clock.h"

#include <fmt/format.h>
#include <unicode/timezone.h>

#include <map>
#include <memory>
#include <optional>

namespace marque {
namespace {

/// Reads exactly `width` digits at `at`.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t width) {
    if (at + width > text.size()) return std::nullopt;
    int number = 0;
    for (std::size_t i = at; i < at + width; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        number = number * 10 + (text[i] - '0');
    }
    return number;
}

/// "Z", "+00", "+06:00": the offset in minutes.
std::optional<int> offset_minutes(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const auto hours = digits(text, 1, 2);
    if (!hours) return std::nullopt;
    int minutes = 0;
    if (text.size() > 3) {
        const auto part = digits(text, text[3] == ':' ? 4 : 3, 2);
        if (!part || text.size() != (text[3] == ':' ? 6U : 5U)) return std::nullopt;
        minutes = *part;
    }
    const int total = *hours * 60 + minutes;
    return text[0] == '-' ? -total : total;
}

}  // namespace

Timestamp Timestamp::now() {
    return Timestamp{std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())};
}

Parsed<Timestamp> Timestamp::parse(std::string_view text) {
    using namespace std::chrono;
    const auto refuse = [] { return std::unexpected("must be a date and time, like 2026-01-31T09:15:00Z"); };
    const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
    const auto h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
    if (!y || !mo || !d || !h || !mi || !s) return refuse();
    if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' ||
        text[16] != ':') {
        return refuse();
    }
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
    if (!date.ok() || *h > 23 || *mi > 59 || *s > 59) return refuse();
    std::size_t at = 19;
    std::int64_t fraction_us = 0;
    if (at < text.size() && text[at] == '.') {
        std::int64_t scale = 100'000;
        for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) {
            fraction_us += (text[at] - '0') * scale;
        }
    }
    const auto offset = offset_minutes(text.substr(at));
    if (!offset) return refuse();
    return Timestamp{Point{sys_days{date}} + hours{*h} + minutes{*mi - *offset} + seconds{*s} +
                     microseconds{fraction_us}};
}

std::string Timestamp::to_text() const {
    using namespace std::chrono;
    const auto day = floor<days>(point_);
    const year_month_day date{day};
    const hh_mm_ss time{point_ - day};
    std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                  time.hours().count(), time.minutes().count(), time.seconds().count());
    if (time.subseconds().count() != 0) out += fmt::format(".{:06}", time.subseconds().count());
    return out + "Z";
}

std::string local_date_digits(Timestamp moment, const std::string& time_zone) {
    using namespace std::chrono;
    // ICU takes longer to make a zone than to ask it, and a shop has few.
    static thread_local std::map<std::string, std::unique_ptr<icu::TimeZone>> zones;
    auto& zone = zones[time_zone];
    if (!zone) zone.reset(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(time_zone)));
    int32_t raw_offset_ms = 0;
    int32_t dst_offset_ms = 0;
    UErrorCode status = U_ZERO_ERROR;
    const auto epoch_ms = duration_cast<milliseconds>(moment.point().time_since_epoch()).count();
    zone->getOffset(static_cast<double>(epoch_ms), 0, raw_offset_ms, dst_offset_ms, status);
    const auto local = moment.point() + milliseconds{raw_offset_ms + dst_offset_ms};
    const year_month_day date{floor<days>(local)};
    return fmt::format("{:04}{:02}{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()));
}

}  // namespace marque
