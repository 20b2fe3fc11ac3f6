#pragma once
// Inside the feature: an upload's life from body to row, and how rows become views.

#include <optional>

#include "features/media/queries.h"
#include "features/media/storage.h"

namespace marque::media {

/// Customers' pictures come from phones, managers' from cameras.
inline constexpr std::size_t customer_bytes_max = 10UL * 1024 * 1024;
inline constexpr std::size_t manager_bytes_max = 20UL * 1024 * 1024;
/// A day's uploads of one customer together, whatever their number.
inline constexpr std::int64_t customer_bytes_a_day_max = 200LL * 1024 * 1024;

/// "kg/<hash>": where a picture's files lie, in storage and below our own address.
[[nodiscard]] std::string folder_of(MarketCode market, std::string_view hash);
/// "640.webp"
[[nodiscard]] std::string file_name(std::int32_t width, Format format);
/// What sizes in other formats are made from; gone when all are there. Never shown.
inline constexpr std::string_view master_name = "master.png";

/// "640.webp", or "640" where the format is left to us.
struct FileName {
    std::int32_t width = 0;
    std::optional<Format> format;
};
[[nodiscard]] std::optional<FileName> parse_file_name(std::string_view text);

/// Where this server shows pictures: /media/pictures/<market>/<hash>/<file>.
inline constexpr std::string_view pictures_path = "/media/pictures/";

/// True for 64 hexadecimal digits in small letters.
[[nodiscard]] bool is_hash(std::string_view text);

[[nodiscard]] MediaView view_of(const Config& config, MarketCode market, MediaRow row);

/// GET /media/pictures/{market}/{hash}/{file}.
Task<http::Response> get_picture(http::Context& context, MarketCode market, std::string hash, std::string file);

}  // namespace marque::media
