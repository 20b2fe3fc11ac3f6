#pragma once
// What a market has hung up, in memory: which banners are to be seen at a moment, and how the memory is kept fresh.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/check.h"
#include "core/clock.h"
#include "core/id.h"
#include "core/record.h"
#include "db/admin.h"
#include "http/route.h"

namespace marque::banners {

using BannerId = Id<struct BannerTag>;

enum class BannerType { hero, promo, category };
ENUMERATION(BannerType, hero, promo, category);

/// A banner as visitors see it, in one language.
struct BannerView {
    BannerId id;
    std::string market;  // a market's code, or "all"
    BannerType banner_type = BannerType::hero;
    std::string title;
    std::string subtitle;
    std::string button_text;
    std::string image_url;
    std::string link_url;
    std::int32_t sort_order = 0;
    std::optional<Timestamp> start_date;
    std::optional<Timestamp> end_date;
};
RECORD(BannerView, id, market, banner_type, title, subtitle, button_text, image_url, link_url, sort_order, start_date,
       end_date);

struct BannerList {
    std::vector<BannerView> items;
};
RECORD(BannerList, items);

/// A banner's row as the board is made of it.
struct BoardRow {
    BannerId id;
    std::string market;
    BannerType banner_type = BannerType::hero;
    std::string title;
    std::string subtitle;
    std::string button_text;
    std::string translations;
    std::string image_url;
    std::string link_url;
    std::int32_t sort_order = 0;
    std::optional<Timestamp> start_date;
    std::optional<Timestamp> end_date;

    friend bool operator==(const BoardRow&, const BoardRow&) = default;
};
RECORD(BoardRow, id, market, banner_type, title, subtitle, button_text, translations, image_url, link_url, sort_order,
       start_date, end_date);

/// What one market has hung up: its own banners and those of ALL, written in each of its languages. Never changed, only
/// replaced as a whole; which of them are to be seen is asked of the clock each time.
class Board {
public:
    Board(const MarketInfo& market, std::vector<BoardRow> rows);

    /// The banners to be seen at `now`, of one type or all, as a JSON array of BannerView in the place of `language`
    /// in the market's list (its first one where it does not speak that).
    [[nodiscard]] std::string active(std::optional<BannerType> type, const Language& language, Timestamp now) const;
    /// When what active() says changes next without anybody writing; nothing where it stays.
    [[nodiscard]] std::optional<Timestamp> changes_after(Timestamp now) const;
    /// A banner that has begun, or null.
    [[nodiscard]] const BoardRow* find(BannerId id, Timestamp now) const;

private:
    std::vector<Language> languages_;
    std::vector<BoardRow> rows_;
    std::vector<std::vector<std::string>> json_;  // by row and language
};

/// A thread's current boards; replaced by messages posted to that thread.
struct Boards {
    std::map<MarketCode, std::shared_ptr<const Board>> by_market;
    [[nodiscard]] std::shared_ptr<const Board> get(MarketCode market) const {
        const auto found = by_market.find(market);
        check(found != by_market.end(), "a market without a board of banners");
        return found->second;
    }
};

/// Reads each market's banners whole and publishes a new board where they are others than those seen last: they are
/// few, and what is compared whole cannot be missed. Asked again and again by the thread that watches the databases.
class Watcher {
public:
    using Publish = std::function<void(MarketCode, std::shared_ptr<const Board>)>;
    explicit Watcher(Publish publish) : publish_(std::move(publish)) {}
    /// Takes on the market's role. Throws what goes wrong; the old board then goes on being shown.
    void look(db::AdminConnection& connection, const MarketInfo& market);

private:
    struct Seen {
        std::vector<BoardRow> rows;
        std::vector<Language> languages;
    };
    Publish publish_;
    std::map<MarketCode, Seen> seen_;
};

}  // namespace marque::banners
