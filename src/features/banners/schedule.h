#pragma once
// A moment as managers write it: with an offset, or without one as the clocks of the market show it.

#include <string>

#include "core/clock.h"

namespace marque::banners {

class ScheduleTime {
public:
    static constexpr TextFacts facts{.max_length = 40, .example = "2026-12-01T09:00"};

    ScheduleTime() = default;
    /// "2026-12-01T09:00", "2026-12-01T09:00:30", or RFC 3339 with an offset.
    [[nodiscard]] static Parsed<ScheduleTime> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }
    /// Without an offset: what it means depends on the market's time zone.
    [[nodiscard]] bool is_local() const { return is_local_; }

private:
    std::string text_;
    bool is_local_ = false;
};

}  // namespace marque::banners
