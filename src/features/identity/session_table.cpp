// A hash table by user in parts with a lock each. An entry is 56 bytes without pointers; with its node and its share of
// the buckets a login takes less than 100.
#include "features/identity/session_table.h"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace marque::identity {
namespace {

/// Deaf, the database is asked this often: below a second with the statement's own time added.
constexpr std::chrono::milliseconds deaf_life{900};
/// Hearing, an entry is read again after this all the same; that is also how coarse "last seen" is.
constexpr std::chrono::minutes hearing_life{5};

using SessionBytes = std::array<unsigned char, 16>;

unsigned char nibble(char c) { return static_cast<unsigned char>(c <= '9' ? c - '0' : c - 'a' + 10); }

/// A Uuid is lower-case hexadecimal with hyphens, or empty.
SessionBytes bytes_of(const Uuid& id) {
    SessionBytes bytes{};
    std::size_t i = 0;
    for (const char c : id.to_text()) {
        if (c == '-') continue;
        bytes[i / 2] = static_cast<unsigned char>((bytes[i / 2] << 4) | nibble(c));
        ++i;
    }
    return bytes;
}

/// Letters without a length; what does not fill the array ends at the first NUL.
template <std::size_t Size>
std::string_view text_of(const std::array<char, Size>& letters) {
    return {letters.data(), static_cast<std::size_t>(std::ranges::find(letters, '\0') - letters.begin())};
}

struct Entry {
    SessionBytes session{};
    std::array<char, 8> market{};
    std::array<char, 10> language{};
    std::int32_t version = 1;
    std::int64_t expires_s = 0;
    SessionTable::Clock::rep asked_at = 0;
};
static_assert(sizeof(Entry) <= 56, "a live login is to take less than 100 bytes");

}  // namespace

struct SessionTable::Shard {
    mutable std::mutex mutex;
    std::unordered_multimap<std::int64_t, Entry> entries;  // by user
    std::uint64_t changes = 0;

    [[nodiscard]] auto find(UserId user, const SessionBytes& session) const {
        auto [at, end] = entries.equal_range(user.value());
        while (at != end && at->second.session != session) ++at;
        return at == end ? entries.end() : at;
    }
};

SessionTable::SessionTable(std::size_t sessions_max)
    : shard_max_(std::max<std::size_t>(1, sessions_max / shard_count)),
      shards_(std::make_unique<std::array<Shard, shard_count>>()) {}
SessionTable::~SessionTable() = default;

SessionTable::Shard& SessionTable::shard_of(UserId user) const {
    return (*shards_)[static_cast<std::size_t>(user.value()) % shard_count];
}

std::optional<LiveSession> SessionTable::find(UserId user, const Uuid& session, Clock::time_point now) const {
    const Shard& shard = shard_of(user);
    Entry entry;
    {
        const std::lock_guard lock{shard.mutex};
        const auto found = shard.find(user, bytes_of(session));
        if (found == shard.entries.end()) return std::nullopt;
        entry = found->second;
    }
    const auto age = now - Clock::time_point{Clock::duration{entry.asked_at}};
    if (age >= (hears(now) ? Clock::duration{hearing_life} : Clock::duration{deaf_life})) return std::nullopt;
    return LiveSession{user,
                       session,
                       *MarketCode::parse(text_of(entry.market)),
                       Language{text_of(entry.language)},
                       entry.version,
                       Timestamp{Timestamp::Point{std::chrono::seconds{entry.expires_s}}}};
}

SessionTable::Asked SessionTable::asking(UserId user, Clock::time_point now) const {
    const Shard& shard = shard_of(user);
    const std::lock_guard lock{shard.mutex};
    return {shard.changes, now};
}

void SessionTable::insert(const LiveSession& session, Asked asked) {
    Entry entry{.session = bytes_of(session.session),
                .version = session.version,
                .expires_s = session.expires.unix_s(),
                .asked_at = asked.at.time_since_epoch().count()};
    if (session.language.size() > entry.language.size()) return;
    std::ranges::copy(session.market.upper(), entry.market.begin());
    std::ranges::copy(session.language, entry.language.begin());
    Shard& shard = shard_of(session.user);
    const std::lock_guard lock{shard.mutex};
    if (shard.changes != asked.changes) return;
    const auto known = shard.find(session.user, entry.session);
    if (known != shard.entries.end()) shard.entries.erase(known);
    if (shard.entries.size() >= shard_max_) {
        // Whoever is still there is back with the next request, for one statement.
        shard.entries.clear();
    }
    shard.entries.emplace(session.user.value(), entry);
}

void SessionTable::forget(UserId user) {
    Shard& shard = shard_of(user);
    const std::lock_guard lock{shard.mutex};
    ++shard.changes;
    shard.entries.erase(user.value());
}

void SessionTable::forget_all() {
    for (Shard& shard : *shards_) {
        const std::lock_guard lock{shard.mutex};
        ++shard.changes;
        shard.entries.clear();
    }
}

void SessionTable::believe_until(Clock::time_point moment) {
    believed_until_.store(moment.time_since_epoch().count(), std::memory_order_release);
}

bool SessionTable::hears(Clock::time_point now) const {
    return now.time_since_epoch().count() < believed_until_.load(std::memory_order_acquire);
}

std::size_t SessionTable::size() const {
    std::size_t count = 0;
    for (const Shard& shard : *shards_) {
        const std::lock_guard lock{shard.mutex};
        count += shard.entries.size();
    }
    return count;
}

}  // namespace marque::identity
