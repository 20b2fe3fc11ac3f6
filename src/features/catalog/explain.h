#pragma once
// Why a product is shown, or is not: what decides, in the order in which it does, and what the shop's memory says.

#include <optional>
#include <string>
#include <vector>

#include "core/record.h"
#include "core/refusal.h"
#include "core/text.h"
#include "http/context.h"

namespace marque::catalog {

inline constexpr Refusal nothing_to_explain{404, "catalog.nothing_to_explain",
                                            "There is no such product or article in this market"};

struct VisibilityStep {
    std::string step;
    bool passed = false;
    std::string text;
};
RECORD(VisibilityStep, step, passed, text);

struct Visibility {
    static constexpr std::string_view doc =
        "`is_shown` is what visitors get at this moment, from the memory that answers them; `can_be_bought` whether a "
        "piece "
        "is left, too. `steps` is why: all of them must have passed.";
    std::string product_slug;
    std::string product_name;
    std::optional<std::string> sku_code;
    bool is_shown = false;
    bool can_be_bought = false;
    std::vector<VisibilityStep> steps;
};
RECORD(Visibility, product_slug, product_name, sku_code, is_shown, can_be_bought, steps);

/// Of a product by its slug, or of one article by its code; refuses (nothing_to_explain).
Task<Visibility> explain_visibility(http::Context& context, std::optional<Slug> product,
                                    std::optional<std::string> sku_code);

}  // namespace marque::catalog
