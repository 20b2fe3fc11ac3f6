#pragma once
// Page size and position of every list (ruling 20).

#include <optional>
#include <string>

#include "core/parse.h"

namespace marque {

class PageLimit {
public:
    static constexpr IntegerFacts facts{.minimum = 1, .maximum = 100, .example = 20};

    constexpr PageLimit() = default;
    [[nodiscard]] static Parsed<PageLimit> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be between 1 and 100");
        return PageLimit{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    explicit constexpr PageLimit(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 20;
};

class PageOffset {
public:
    static constexpr IntegerFacts facts{.minimum = 0, .maximum = 1'000'000, .example = 0};

    constexpr PageOffset() = default;
    [[nodiscard]] static Parsed<PageOffset> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be between 0 and 1000000");
        return PageOffset{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    explicit constexpr PageOffset(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 0;
};

/// The `next` of a list: where the following page starts, or nothing on the last one.
[[nodiscard]] inline std::optional<std::string> next_page(std::int64_t end, std::int64_t total) {
    if (end >= total) return std::nullopt;
    return std::to_string(end);
}

}  // namespace marque
