#pragma once
// Points in time (UTC, microseconds) and their texts. The clock is injected through Context so that tests set it.

#include <chrono>
#include <compare>
#include <string>

#include "core/parse.h"

namespace marque {

class Timestamp {
public:
    static constexpr TextFacts facts{.format = "date-time", .example = "2026-01-31T09:15:00Z"};
    using Point = std::chrono::sys_time<std::chrono::microseconds>;

    constexpr Timestamp() = default;
    explicit constexpr Timestamp(Point point) : point_(point) {}
    [[nodiscard]] static Timestamp now();
    /// RFC 3339 ("2026-01-31T09:15:00.25Z", offsets allowed) or PostgreSQL's ISO style ("2026-01-31 09:15:00.25+00").
    [[nodiscard]] static Parsed<Timestamp> parse(std::string_view text);
    /// RFC 3339 in UTC; microseconds only where there are some.
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] constexpr Point point() const { return point_; }
    [[nodiscard]] constexpr std::int64_t unix_s() const {
        return std::chrono::floor<std::chrono::seconds>(point_).time_since_epoch().count();
    }
    friend constexpr auto operator<=>(Timestamp, Timestamp) = default;

private:
    Point point_{};
};

/// "20261121" for the moment in a time zone of the tz database (tzdata); UTC if the zone is unknown.
[[nodiscard]] std::string local_date_digits(Timestamp moment, const std::string& time_zone);

}  // namespace marque
