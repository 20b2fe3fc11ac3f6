#pragma once
// What the public is told of who wrote a review: a first name and an initial at most, never a phone or a whole name.

#include <string>
#include <string_view>

#include "core/market.h"

namespace marque::reviews {

/// "Aibek T." of a full name; empty where the name is none that may be shown (missing, or with digits or signs of
/// addresses in it, as of somebody who typed a phone or an e-mail there).
[[nodiscard]] std::string author_label_of(std::string_view full_name);

/// The label, or "Customer" in the language where there is none.
[[nodiscard]] std::string shown_author(const std::string& label, const Language& language);

}  // namespace marque::reviews
