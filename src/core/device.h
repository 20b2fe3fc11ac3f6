#pragma once
// What a device is called by those who own it.

#include <string>
#include <string_view>

namespace marque {

/// Browser and system of a User-Agent (RFC 9110, 10.1.5): "Chrome · Android"; of one that names neither, its beginning,
/// up to 60 bytes of whole letters. It is for showing and decides nothing: everybody may claim to be anything.
[[nodiscard]] std::string device_name(std::string_view user_agent);

}  // namespace marque
