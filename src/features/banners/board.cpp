// Making a market's board from its rows, and looking at it by the clock.
#include <algorithm>

#include "core/log.h"
#include "core/text.h"
#include "features/banners/queries.h"
#include "json/read.h"
#include "json/write.h"

namespace marque::banners {
namespace {

using Texts = std::map<std::string, BannerTexts>;

/// The text in the first of these languages that has it; the banner's own where none has.
std::string text_in(const Texts& texts, const std::vector<Language>& languages,
                    std::optional<std::string> BannerTexts::* member, const std::string& fallback) {
    for (const auto& language : languages) {
        const auto found = texts.find(language);
        if (found == texts.end()) continue;
        const auto& text = found->second.*member;
        if (text && !text->empty()) return *text;
    }
    return fallback;
}

bool is_shown(const BoardRow& row, Timestamp now) {
    return (!row.start_date || *row.start_date <= now) && (!row.end_date || now < *row.end_date);
}

std::string written_in(const BoardRow& row, const Texts& texts, const std::vector<Language>& languages) {
    return json::written(
        BannerView{.id = row.id,
                   .market = lowered(row.market),
                   .banner_type = row.banner_type,
                   .title = text_in(texts, languages, &BannerTexts::title, row.title),
                   .subtitle = text_in(texts, languages, &BannerTexts::subtitle, row.subtitle),
                   .button_text = text_in(texts, languages, &BannerTexts::button_text, row.button_text),
                   .image_url = row.image_url,
                   .link_url = row.link_url,
                   .sort_order = row.sort_order,
                   .start_date = row.start_date,
                   .end_date = row.end_date});
}

}  // namespace

Board::Board(const MarketInfo& market, std::vector<BoardRow> rows)
    : languages_(market.languages), rows_(std::move(rows)) {
    for (const auto& row : rows_) {
        const Texts texts = json::read_text<Texts>(row.translations).value_or(Texts{});
        auto& json = json_.emplace_back();
        for (std::size_t asked = 0; asked < languages_.size(); ++asked) {
            // The language asked for comes first, then the others in the market's order.
            auto order = languages_;
            std::rotate(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(asked),
                        order.begin() + static_cast<std::ptrdiff_t>(asked) + 1);
            json.push_back(written_in(row, texts, order));
        }
    }
}

std::string Board::active(std::optional<BannerType> type, const Language& language, Timestamp now) const {
    const auto found = std::ranges::find(languages_, language);
    const auto place = found == languages_.end() ? 0 : static_cast<std::size_t>(found - languages_.begin());
    std::string out = "[";
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        if ((type && rows_[i].banner_type != *type) || !is_shown(rows_[i], now)) continue;
        if (out.size() > 1) out += ',';
        out += json_[i][place];
    }
    return out + "]";
}

std::optional<Timestamp> Board::changes_after(Timestamp now) const {
    std::optional<Timestamp> next;
    for (const auto& row : rows_) {
        for (const auto& moment : {row.start_date, row.end_date}) {
            if (moment && *moment > now && (!next || *moment < *next)) next = moment;
        }
    }
    return next;
}

const BoardRow* Board::find(BannerId id, Timestamp now) const {
    const auto found = std::ranges::find(rows_, id, &BoardRow::id);
    if (found == rows_.end() || (found->start_date && *found->start_date > now)) return nullptr;
    return &*found;
}

void Watcher::look(db::AdminConnection& connection, const MarketInfo& market) {
    connection.become(market.code.to_text());
    auto rows = connection.rows(sql.board);
    const auto seen = seen_.find(market.code);
    if (seen != seen_.end() && seen->second.rows == rows && seen->second.languages == market.languages) return;
    publish_(market.code, std::make_shared<const Board>(market, rows));
    log::info("banners.loaded", {{"market", market.code.to_text()}, {"banners", std::to_string(rows.size())}});
    seen_[market.code] = {std::move(rows), market.languages};
}

}  // namespace marque::banners
