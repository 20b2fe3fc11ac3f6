// Telling the two forms of a moment apart.
#include "features/banners/schedule.h"

#include "core/text.h"

namespace marque::banners {

Parsed<ScheduleTime> ScheduleTime::parse(std::string_view raw) {
    constexpr const char* expected =
        "must be a time like \"2026-12-01T09:00\" of the market's clocks, or one with an offset";
    ScheduleTime time;
    time.text_ = std::string{trimmed(raw)};
    if (time.text_.size() > facts.max_length) return std::unexpected(expected);
    if (const auto instant = Timestamp::parse(time.text_)) {
        time.text_ = instant->to_text();
        return time;
    }
    if (time.text_.size() == 16) time.text_ += ":00";
    // Whether such a day and time exist at all is asked of the same parser.
    if (time.text_.size() != 19 || !Timestamp::parse(time.text_ + "Z")) return std::unexpected(expected);
    time.is_local_ = true;
    return time;
}

}  // namespace marque::banners
