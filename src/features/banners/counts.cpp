// The tables of counts in memory, and the batches.
#include "features/banners/counts.h"

#include <functional>

#include "features/banners/queries.h"

namespace marque::banners {
namespace {

/// Addresses remembered at once; a flood of more is stopped by the limit that all requests have.
constexpr std::size_t remembered_max = 50'000;

}  // namespace

bool Counts::refuses(const BannerKey& banner, bool is_click, std::string_view address, Clock::time_point now) {
    if (per_minute_ == 0) return false;
    const auto key = std::hash<std::string>{}(std::string{address} + (is_click ? " c " : " v ") + banner.market + " " +
                                              banner.id.to_text());
    if (spent_until_.size() >= remembered_max) {
        std::erase_if(spent_until_, [&](const auto& entry) { return entry.second <= now; });
        if (spent_until_.size() >= remembered_max) spent_until_.clear();
    }
    const auto cost = std::chrono::duration_cast<Clock::duration>(std::chrono::minutes{1}) / per_minute_;
    auto& until = spent_until_[key];
    const auto next = std::max(until, now) + cost;
    if (next > now + std::chrono::minutes{1}) return true;
    until = next;
    return false;
}

std::optional<int> Counts::add(MarketCode market, const BannerKey& banner, bool is_click, std::string_view address,
                               Clock::time_point now) {
    const std::lock_guard lock{mutex_};
    if (refuses(banner, is_click, address, now)) return std::max(1, 60 / per_minute_);
    auto& tally = tallies_[market][banner];
    ++(is_click ? tally.clicks : tally.views);
    return std::nullopt;
}

Tallies Counts::take(MarketCode market) {
    const std::lock_guard lock{mutex_};
    return std::exchange(tallies_[market], {});
}

void CountSender::send(db::AdminConnection& connection, MarketCode market, bool now_or_never) {
    auto& batch = batches_[market];
    const auto now = Counts::Clock::now();
    if (!now_or_never && now - batch.sent_at < send_interval) return;
    batch.sent_at = now;
    // A batch in doubt goes first and alone: PostgreSQL knows it by its number. At the end its successor goes, too.
    for (int round = 0; round < 2; ++round) {
        if (batch.tallies.empty()) {
            batch.tallies = counts_.take(market);
            if (batch.tallies.empty()) return;
            ++batch.number;
        }
        std::vector<std::string> markets;
        std::vector<BannerId> ids;
        std::vector<std::int64_t> views;
        std::vector<std::int64_t> clicks;
        for (const auto& [banner, tally] : batch.tallies) {
            markets.push_back(banner.market);
            ids.push_back(banner.id);
            views.push_back(tally.views);
            clicks.push_back(tally.clicks);
        }
        connection.become(market.to_text());
        // Whoever holds a lock must not keep the catalogue from being watched.
        connection.run("SET lock_timeout = '1s'");
        connection.execute(sql.add_counts, market, sender_, batch.number, markets, ids, views, clicks);
        if (batch.number == 1) connection.execute(sql.forget_senders);
        connection.run("RESET lock_timeout");
        batch.tallies.clear();
    }
}

std::int64_t CountSender::left() const {
    std::int64_t sum = 0;
    for (const auto& [market, batch] : batches_) {
        for (const auto& [banner, tally] : batch.tallies) sum += tally.views + tally.clicks;
    }
    return sum;
}

}  // namespace marque::banners
