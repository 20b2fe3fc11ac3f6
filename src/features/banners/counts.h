#pragma once
// Views and clicks: counted in memory by every thread, sent to PostgreSQL in batches by the thread that watches it.
//
// What a server has counted and not yet sent is lost when it is killed: at most what came in `send_interval` and during
// one sending. Ended by a signal, it sends everything.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "core/text.h"
#include "db/admin.h"
#include "features/banners/board.h"

namespace marque::banners {

inline constexpr std::chrono::seconds send_interval{2};

/// Of one banner, what came since the last batch.
struct Tally {
    std::int64_t views = 0;
    std::int64_t clicks = 0;
};

/// A banner among those a market sees: of the market itself, or of ALL.
struct BannerKey {
    std::string market;
    BannerId id;
    friend auto operator<=>(const BannerKey&, const BannerKey&) = default;
};
using Tallies = std::map<BannerKey, Tally>;

/// One for all threads of a server; a count holds its lock for the time of a look into a map.
class Counts {
public:
    using Clock = std::chrono::steady_clock;

    /// `per_minute`: how often one address counts for one banner, views and clicks each; 0: without limit.
    explicit Counts(int per_minute) : per_minute_(per_minute) {}

    /// The seconds to wait where the address has counted too often for this banner.
    std::optional<int> add(MarketCode market, const BannerKey& banner, bool is_click, std::string_view address,
                           Clock::time_point now = Clock::now());
    /// Everything counted in a market since the last call.
    [[nodiscard]] Tallies take(MarketCode market);

private:
    bool refuses(const BannerKey& banner, bool is_click, std::string_view address, Clock::time_point now);

    const int per_minute_;
    std::mutex mutex_;
    std::map<MarketCode, Tallies> tallies_;
    /// For each address, banner and kind the moment when all that it counted is forgotten.
    std::unordered_map<std::size_t, Clock::time_point> spent_until_;
};

/// Sends what was counted; used by one thread. A batch whose answer was lost is sent again under its number, which
/// PostgreSQL takes once.
class CountSender {
public:
    explicit CountSender(Counts& counts) : counts_(counts), sender_(Uuid::random()) {}

    /// Sends a market's counts where the last sending is `send_interval` ago, or always where `now_or_never`. Takes on
    /// the market's role. Throws what goes wrong; the batch is kept for the next call.
    void send(db::AdminConnection& connection, MarketCode market, bool now_or_never = false);
    /// What is counted and not sent, over all markets: lost if the process ends now.
    [[nodiscard]] std::int64_t left() const;

private:
    struct Batch {
        std::int64_t number = 0;
        Tallies tallies;  // on their way, or in doubt
        Counts::Clock::time_point sent_at{};
    };
    Counts& counts_;
    Uuid sender_;
    std::map<MarketCode, Batch> batches_;
};

}  // namespace marque::banners
