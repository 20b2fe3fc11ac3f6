// Choosing an upload for something: whether it may be used there, asked in the transaction that shows it.
#include <fmt/format.h>

#include <algorithm>

#include "features/media/upload.h"

namespace marque::media {
namespace {

/// What an address says that looks like one of ours.
struct Address {
    std::string hash;
    FileName file;
};

/// Whether a path is "<folder>/<hash>/…", as of uploads: false for anything else that a bucket may hold.
bool has_hash(std::string_view path) {
    const auto slash = path.find('/');
    if (slash == std::string_view::npos) return false;
    const auto rest = path.substr(slash + 1);
    return is_hash(rest.substr(0, rest.find('/')));
}

/// What follows where uploads are shown, by this server or at the bucket's own address; nothing for pictures elsewhere.
std::optional<std::string_view> path_of(const Config& config, std::string_view url) {
    if (url.starts_with(pictures_path)) return url.substr(pictures_path.size());
    const std::string_view base = config.file_storage_public_url;
    if (base.empty() || !url.starts_with(base) || !url.substr(base.size()).starts_with('/')) return std::nullopt;
    const auto path = url.substr(base.size() + 1);
    return has_hash(path) ? std::optional{path} : std::nullopt;
}

/// Nothing where no upload of this market could be meant.
std::optional<Address> parse_address(std::string_view path, MarketCode market) {
    const std::string folder = market.to_text() + "/";
    if (!path.starts_with(folder)) return std::nullopt;
    path.remove_prefix(folder.size());
    const auto slash = path.find('/');
    if (slash == std::string_view::npos || !is_hash(path.substr(0, slash))) return std::nullopt;
    const auto file = parse_file_name(path.substr(slash + 1));
    if (!file) return std::nullopt;
    return Address{std::string{path.substr(0, slash)}, *file};
}

/// Whether the address shows something: in that width, and AVIF only once it is there.
bool is_shown(const MediaRow& row, const FileName& file) {
    const bool is_there = file.format != Format::avif || row.state == MediaState::ready;
    return is_there && std::ranges::find(row.widths, file.width) != row.widths.end();
}

}  // namespace

Task<std::vector<MediaView>> check_usable(db::Transaction& transaction, const Config& config, MarketCode market,
                                          std::vector<MediaId> ids, Purpose purpose, std::optional<UserId> owner) {
    std::vector<MediaView> views;
    if (ids.empty()) co_return views;
    if (config.breaks("anybodys_pictures")) owner.reset();
    const auto usable = transaction.query(sql.usable, ids, purpose, owner);
    co_await transaction.flush();
    const auto rows = usable.rows();
    for (const MediaId id : ids) {
        const auto found = std::ranges::find(rows, id, &MediaRow::id);
        if (found == rows.end()) {
            throw Refused{media_not_usable, fmt::format("The picture {} cannot be used here", id.to_text())};
        }
        views.push_back(view_of(config, market, *found));
    }
    co_return views;
}

Task<std::optional<MediaId>> check_usable_url(db::Transaction& transaction, const Config& config, MarketCode market,
                                              std::string url, Purpose purpose, std::optional<UserId> owner) {
    const auto path = path_of(config, url);
    if (!path) co_return std::nullopt;
    const auto address = parse_address(*path, market);
    if (!address) throw Refused{media_not_usable};
    const auto usable = transaction.query(sql.usable_by_hash, address->hash, purpose, owner);
    co_await transaction.flush();
    const auto row = usable.find();
    if (!row || !is_shown(*row, address->file)) throw Refused{media_not_usable};
    co_return row->id;
}

}  // namespace marque::media
