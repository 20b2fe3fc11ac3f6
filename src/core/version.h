#pragma once
// The count of changes of a row that a caller has read before it writes.

#include <cstdint>

#include "core/parse.h"

namespace marque {

/// Another one than the present makes a write stale. 32 bits: a row is not changed two billion times.
class Version {
public:
    static constexpr IntegerFacts facts{.minimum = 1, .maximum = 2'147'483'647, .example = 1};

    constexpr Version() = default;
    [[nodiscard]] static Parsed<Version> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be a version, from 1 on");
        return Version{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    explicit constexpr Version(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 1;
};

}  // namespace marque
