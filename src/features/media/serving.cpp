// Pictures as browsers fetch them. No database is asked: a name that nobody can guess is all the right there is.
#include <fmt/format.h>

#include "core/parse.h"
#include "core/text.h"
#include "features/media/picture.h"
#include "features/media/upload.h"

namespace marque::media {
namespace {

using http::Context;
using http::Response;

/// A format-less address shows a better format as soon as there is one; until then caches ask again.
constexpr std::string_view for_a_minute = "public, max-age=60";
constexpr std::string_view for_ever = "public, max-age=31536000, immutable";

/// Whether Accept names a type itself. A wildcard does not count: those who know AVIF or WebP say so.
bool names_type(std::string_view accept, std::string_view type) {
    while (!accept.empty()) {
        const auto comma = std::min(accept.find(','), accept.size());
        const auto entry = accept.substr(0, comma);
        accept.remove_prefix(std::min(comma + 1, accept.size()));
        const auto semicolon = std::min(entry.find(';'), entry.size());
        if (lowered(trimmed(entry.substr(0, semicolon))) != type) continue;
        const std::string parameters = lowered(entry.substr(semicolon));
        const auto quality = parameters.find("q=");
        if (quality == std::string::npos) return true;
        return parameters.find_first_of("123456789", quality) != std::string::npos;  // not 0, 0.0, 0.000
    }
    return false;
}

/// If-None-Match is a list of tags; a weak one means the same bytes here, because they never change.
bool has_it_already(std::string_view known, std::string_view tag) {
    return known == "*" || known.find(tag) != std::string_view::npos;
}

struct Found {
    Format format = Format::jpg;
    work::MappedFile file;
};

Task<std::optional<Found>> find_file(Context& context, std::string folder, std::int32_t width,
                                     std::vector<Format> formats) {
    auto& storage = context.service<Storage>();
    for (const Format format : formats) {
        auto file = co_await storage.get(folder, file_name(width, format));
        if (file) co_return Found{format, std::move(*file)};
    }
    co_return std::nullopt;
}

std::vector<Format> accepted_formats(std::string_view accept) {
    std::vector<Format> formats;
    for (const Format format : {Format::avif, Format::webp}) {
        if (names_type(accept, content_type_of(format))) formats.push_back(format);
    }
    formats.push_back(Format::jpg);
    return formats;
}

}  // namespace

std::optional<FileName> parse_file_name(std::string_view text) {
    const auto dot = text.find('.');
    const auto digits = text.substr(0, dot);
    const auto number = parse_integer(digits);
    if (!number || *number < 1 || *number > master_width_px_max || digits.front() == '0') return std::nullopt;
    FileName name{.width = static_cast<std::int32_t>(*number), .format = std::nullopt};
    if (dot == std::string_view::npos) return name;
    for (const Format format : formats_all) {
        if (text.substr(dot + 1) == extension_of(format)) name.format = format;
    }
    if (!name.format) return std::nullopt;
    return name;
}

Task<Response> get_picture(Context& context, MarketCode market, std::string hash, std::string file) {
    const auto wanted = parse_file_name(file);
    if (!wanted || !is_hash(hash) || !context.thread.cluster.has(market)) throw Refused{media_not_found};
    const std::vector<Format> formats =
        wanted->format ? std::vector{*wanted->format} : accepted_formats(context.request.header("Accept"));
    auto found = co_await find_file(context, folder_of(market, hash), wanted->width, formats);
    if (!found) throw Refused{media_not_found};

    Response response;
    response.content_type = content_type_of(found->format);
    response.resource_policy = "cross-origin";  // pages of the shop stand on another origin
    const std::string tag = fmt::format("\"{}-{}.{}\"", hash, wanted->width, extension_of(found->format));
    response.add_header("ETag", tag);
    response.add_header("Cache-Control", found->format == formats.front() ? for_ever : for_a_minute);
    if (!wanted->format) response.vary = "Accept, Origin";
    if (has_it_already(context.request.header("If-None-Match"), tag)) {
        response.status = 304;
        co_return response;
    }
    response.parts = {found->file.bytes};
    response.owner = std::move(found->file.owner);
    co_return response;
}

}  // namespace marque::media
