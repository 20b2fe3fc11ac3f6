#pragma once
// Sitemaps (sitemaps.org 0.9): an index of all markets, and for each market its pages in every language.

#include <memory>
#include <string>

#include "features/catalog/feeds/pages.h"
#include "features/catalog/snapshot.h"

namespace marque::catalog::feeds {

/// The protocol allows 50,000 addresses and 50 MB in a file; long addresses with their alternates fill the bytes first.
inline constexpr std::size_t addresses_per_file_max = 25'000;

/// How many files hold a number of things that have a page in each of some languages; at least one.
[[nodiscard]] std::size_t file_count(std::size_t things, std::size_t languages,
                                     std::size_t addresses_max = addresses_per_file_max);

/// "sitemap-kg.xml", "sitemap-kg-2.xml": files count from 1.
[[nodiscard]] std::string file_name(MarketCode market, std::size_t file);

/// What is asked for by the part of a file's name between "sitemap-" and ".xml".
struct FileWanted {
    MarketCode market;
    std::size_t file = 1;
};
[[nodiscard]] Parsed<FileWanted> file_wanted(std::string_view name);

/// Writes one file of a market piece by piece; products first, then categories.
class SitemapWriter {
public:
    SitemapWriter(std::shared_ptr<const Snapshot> snapshot, const MarketInfo& market, Pages pages, std::size_t file);
    /// Appends the next piece; false when it was the last.
    bool write(std::string& out);
    /// What decides every byte of it.
    [[nodiscard]] std::string content_name() const;

private:
    void write_thing(std::string& out, std::size_t thing) const;
    [[nodiscard]] std::string address(std::size_t thing, const std::string& language) const;

    std::shared_ptr<const Snapshot> snapshot_;
    MarketCode market_;
    std::vector<Language> languages_;
    Pages pages_;
    std::size_t next_;
    std::size_t end_;
    bool begun_ = false;
};

/// Products and categories together.
[[nodiscard]] std::size_t thing_count(const Snapshot& snapshot);

}  // namespace marque::catalog::feeds
