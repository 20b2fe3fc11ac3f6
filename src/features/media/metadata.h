#pragma once
// Cutting out of our own pictures what libvips leaves in them although it was told to strip: resolution, an EXIF of its
// own in WebP.

#include <string>
#include <string_view>

namespace marque::media {

/// A PNG with nothing but what is needed to draw it. Empty where it is no well-formed PNG.
[[nodiscard]] std::string bare_png(std::string_view png);

/// A WebP without EXIF, XMP and colour profile. Empty where it is no well-formed WebP.
[[nodiscard]] std::string bare_webp(std::string_view webp);

}  // namespace marque::media
