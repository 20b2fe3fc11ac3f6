#pragma once
// The feed of a market's articles for shopping sites: RSS 2.0 with Google Merchant's names, an item for each SKU.

#include <memory>
#include <string>

#include "features/catalog/feeds/pages.h"
#include "features/catalog/snapshot.h"

namespace marque::catalog::feeds {

/// Writes a market's feed in one language, piece by piece, so that no size of catalogue has to fit into memory twice.
class FeedWriter {
public:
    FeedWriter(std::shared_ptr<const Snapshot> snapshot, const MarketInfo& market, Language language, Pages pages);
    /// Appends the next piece; false when it was the last.
    bool write(std::string& out);
    /// What decides every byte of it.
    [[nodiscard]] std::string content_name() const;

private:
    void write_head(std::string& out) const;
    void write_product(std::string& out, const Product& product) const;

    std::shared_ptr<const Snapshot> snapshot_;
    MarketInfo market_;
    Language language_;
    Pages pages_;
    std::size_t next_ = 0;
    bool begun_ = false;
};

}  // namespace marque::catalog::feeds
