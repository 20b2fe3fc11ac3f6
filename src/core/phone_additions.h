#pragma once
// Number ranges that came into use after the metadata of Debian's libphonenumber: what it does not know is looked up
// here. docs/phones.md says how the list is kept; a test holds every line against the current metadata.

#include <string_view>

#include "core/phone.h"

namespace marque {

/// All numbers of `length` letters that begin so, where the digit behind is none of 0 and 1 (in North America only).
struct PhoneAddition {
    std::string_view prefix;  // of the E.164 text
    std::size_t length;
    std::string_view region;
    PhoneType type;
};

// clang-format off
inline constexpr PhoneAddition phone_additions[] = {
    {"+1227", 12, "US", PhoneType::fixed_line_or_mobile}, {"+1235", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1257", 12, "CA", PhoneType::fixed_line_or_mobile}, {"+1273", 12, "CA", PhoneType::fixed_line_or_mobile},
    {"+1274", 12, "US", PhoneType::fixed_line_or_mobile}, {"+1324", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1327", 12, "US", PhoneType::fixed_line_or_mobile}, {"+1329", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1350", 12, "US", PhoneType::fixed_line_or_mobile}, {"+1353", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1354", 12, "CA", PhoneType::fixed_line_or_mobile}, {"+1363", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1369", 12, "US", PhoneType::fixed_line_or_mobile}, {"+1382", 12, "CA", PhoneType::fixed_line_or_mobile},
    {"+1428", 12, "CA", PhoneType::fixed_line_or_mobile}, {"+1472", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1528", 12, "US", PhoneType::personal_number},      {"+1529", 12, "US", PhoneType::personal_number},
    {"+1532", 12, "US", PhoneType::personal_number},      {"+1557", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1633", 12, "CA", PhoneType::personal_number},      {"+1645", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1683", 12, "CA", PhoneType::fixed_line_or_mobile}, {"+1686", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1728", 12, "US", PhoneType::fixed_line_or_mobile}, {"+1730", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1738", 12, "US", PhoneType::fixed_line_or_mobile}, {"+1748", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1821", 12, "US", PhoneType::fixed_line_or_mobile}, {"+1835", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+1879", 12, "CA", PhoneType::fixed_line_or_mobile}, {"+1942", 12, "CA", PhoneType::fixed_line_or_mobile},
    {"+1975", 12, "US", PhoneType::fixed_line_or_mobile}, {"+1983", 12, "US", PhoneType::fixed_line_or_mobile},
    {"+996600", 13, "KG", PhoneType::mobile},             {"+996912", 13, "KG", PhoneType::mobile},
};
// clang-format on

}  // namespace marque
