// Each address names its own translations, itself among them, as search engines want it. Newest products come first.
#include "features/catalog/feeds/sitemap.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/xml.h"
#include "features/catalog/digest.h"

namespace marque::catalog::feeds {
namespace {

constexpr std::size_t piece_bytes = 32 * 1024;

std::size_t things_per_file(std::size_t languages, std::size_t addresses_max) {
    return std::max<std::size_t>(1, addresses_max / std::max<std::size_t>(1, languages));
}

}  // namespace

std::size_t thing_count(const Snapshot& snapshot) {
    return snapshot.product_count() + snapshot.shelves().categories.all.size();
}

std::size_t file_count(std::size_t things, std::size_t languages, std::size_t addresses_max) {
    const auto each = things_per_file(languages, addresses_max);
    return std::max<std::size_t>(1, (things + each - 1) / each);
}

std::string file_name(MarketCode market, std::size_t file) {
    if (file == 1) return fmt::format("sitemap-{}.xml", market.to_text());
    return fmt::format("sitemap-{}-{}.xml", market.to_text(), file);
}

Parsed<FileWanted> file_wanted(std::string_view name) {
    const auto hyphen = name.find('-');
    const auto market = MarketCode::parse(name.substr(0, hyphen));
    if (!market) return std::unexpected(market.error());
    if (hyphen == std::string_view::npos) return FileWanted{*market, 1};
    const auto digits = name.substr(hyphen + 1);
    const auto number = parse_integer(digits);
    // One spelling for each file: the first has no number.
    if (!number || *number < 2 || digits.front() == '0') return std::unexpected("must be a file's number from 2 on");
    return FileWanted{*market, static_cast<std::size_t>(*number)};
}

SitemapWriter::SitemapWriter(std::shared_ptr<const Snapshot> snapshot, const MarketInfo& market, Pages pages,
                             std::size_t file)
    : snapshot_(std::move(snapshot)), market_(market.code), languages_(market.languages), pages_(std::move(pages)) {
    const auto each = things_per_file(languages_.size(), addresses_per_file_max);
    next_ = std::min(thing_count(*snapshot_), (file - 1) * each);
    end_ = std::min(thing_count(*snapshot_), next_ + each);
}

bool SitemapWriter::write(std::string& out) {
    if (!begun_) {
        begun_ = true;
        out +=
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" "
            "xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n";
    }
    while (next_ < end_ && out.size() < piece_bytes) write_thing(out, next_++);
    if (next_ < end_) return true;
    out += "</urlset>\n";
    return false;
}

std::string SitemapWriter::content_name() const {
    std::string name = fmt::format("sitemap {} {}\n{}\n{}", market_.to_text(), fmt::join(languages_, " "),
                                   pages_.name(), digest_of(snapshot_->shelves()));
    const auto& newest = snapshot_->sorted(Sort::newest);
    for (std::size_t thing = next_; thing < end_; ++thing) {
        append_digest(name, thing < newest.size() ? snapshot_->product(newest[thing]).digest : thing);
    }
    return name;
}

std::string SitemapWriter::address(std::size_t thing, const std::string& language) const {
    const auto& newest = snapshot_->sorted(Sort::newest);
    if (thing < newest.size()) {
        const auto& product = snapshot_->product(newest[thing]);
        return pages_.product(product.read(product.slug), market_, language);
    }
    return pages_.category(snapshot_->shelves().categories.all[thing - newest.size()].slug, market_, language);
}

void SitemapWriter::write_thing(std::string& out, std::size_t thing) const {
    std::string alternates;
    const auto add = [&](std::string_view tag, const std::string& language) {
        alternates += fmt::format("<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"", tag);
        append_xml(alternates, address(thing, language));
        alternates += "\"/>";
    };
    for (const auto& language : languages_) add(language_tag(language, market_), language);
    const auto& newest = snapshot_->sorted(Sort::newest);
    std::string last_change;
    if (thing < newest.size()) {
        const std::chrono::microseconds since_1970{snapshot_->product(newest[thing]).updated_us};
        const Timestamp moment{Timestamp::Point{std::chrono::floor<std::chrono::seconds>(since_1970)}};
        last_change = fmt::format("<lastmod>{}</lastmod>", moment.to_text());
    }
    for (const auto& language : languages_) {
        out += "<url><loc>";
        append_xml(out, address(thing, language));
        out += "</loc>";
        out += last_change;
        out += alternates;
        out += "</url>\n";
    }
}

}  // namespace marque::catalog::feeds
