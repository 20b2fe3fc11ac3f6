#pragma once
// A calendar day: what people ask reports and lists for.

#include <chrono>
#include <compare>
#include <string>

#include "core/clock.h"
#include "core/parse.h"

namespace marque {

/// A calendar day, "2026-11-21"; which moments it holds is a time zone's business.
class Day {
public:
    static constexpr TextFacts facts{
        .pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", .min_length = 10, .max_length = 10, .example = "2026-11-21"};

    Day() = default;
    [[nodiscard]] static Parsed<Day> parse(std::string_view text);
    [[nodiscard]] static Day of(std::chrono::sys_days day);
    /// The day it is in a time zone of the tz database.
    [[nodiscard]] static Day today(Timestamp now, const std::string& time_zone);
    [[nodiscard]] const std::string& to_text() const { return text_; }
    [[nodiscard]] std::chrono::sys_days days() const;
    [[nodiscard]] Day plus(int days) const { return of(this->days() + std::chrono::days{days}); }
    /// The same date a year before; of the 29th of February the 28th.
    [[nodiscard]] Day a_year_before() const;
    friend auto operator<=>(const Day&, const Day&) = default;

private:
    explicit Day(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace marque
