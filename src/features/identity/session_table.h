#pragma once
// The live logins this process has seen, in memory, so that a request is authenticated without asking the database.
// What changes a login is told by the database (session_watch.h) and takes it out of here.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/clock.h"
#include "core/id.h"
#include "core/market.h"
#include "core/text.h"

namespace marque::identity {

/// What the database said of a login that was good when it was asked.
struct LiveSession {
    UserId user;
    Uuid session;
    MarketCode market;  // where the account lives, whatever the token says
    Language language;  // empty: the account names none
    std::int32_t version = 1;
    Timestamp expires;
};

/// Shared by all threads. While changes are heard of (believe_until) a login is believed for minutes, otherwise for
/// less than a second after the database was asked: logging out, blocking and moving bite within a second either way.
class SessionTable {
public:
    using Clock = std::chrono::steady_clock;

    /// `sessions_max` bounds the memory (below 100 bytes each); beyond, a part of the table is dropped.
    explicit SessionTable(std::size_t sessions_max = 500'000);
    ~SessionTable();

    /// The login if it is known and can still be believed at `now`; otherwise the database has to be asked.
    [[nodiscard]] std::optional<LiveSession> find(UserId user, const Uuid& session, Clock::time_point now) const;

    /// To be taken before the database is asked, and handed to insert() with the answer.
    struct Asked {
        std::uint64_t changes = 0;
        Clock::time_point at;
    };
    [[nodiscard]] Asked asking(UserId user, Clock::time_point now) const;
    /// Keeps the answer, unless a change was heard of since the question: the answer may be older than that.
    void insert(const LiveSession& session, Asked asked);

    /// Every login of the user has to be looked up again. Ids of several databases may coincide: that costs a look-up.
    void forget(UserId user);
    void forget_all();

    /// Until then every change is known to have been heard of.
    void believe_until(Clock::time_point moment);
    [[nodiscard]] bool hears(Clock::time_point now) const;
    [[nodiscard]] std::size_t size() const;

private:
    struct Shard;
    static constexpr std::size_t shard_count = 64;
    [[nodiscard]] Shard& shard_of(UserId user) const;

    std::size_t shard_max_;
    std::unique_ptr<std::array<Shard, shard_count>> shards_;
    std::atomic<Clock::rep> believed_until_{0};
};

}  // namespace marque::identity
