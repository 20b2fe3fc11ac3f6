#pragma once
// A link that may be shown to everybody (banners, parcels): a path of this site, or https elsewhere. Never a script.

#include <string>

#include "core/parse.h"

namespace marque {

class Link {
public:
    static constexpr TextFacts facts{.min_length = 1, .max_length = 500, .example = "/category/dresses"};

    Link() = default;
    [[nodiscard]] static Parsed<Link> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }

private:
    std::string text_;
};

}  // namespace marque
