// The listening thread: connects, sends itself messages, hands on what it hears, and says until when the table is true.
#include "features/identity/session_watch.h"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "core/check.h"
#include "core/log.h"
#include "core/random.h"
#include "db/error.h"
#include "db/listener.h"

namespace marque::identity {
namespace {

using Clock = SessionTable::Clock;

/// The triggers of migration 0017 send the user's id here.
constexpr std::string_view channel = "marque_sessions";
constexpr std::chrono::milliseconds echo_interval{250};
/// From the moment a message was sent whose echo came back. Below a second with a statement's own time added.
constexpr std::chrono::milliseconds believed_for{900};
/// A connection that owes an echo for so long is given up.
constexpr std::chrono::seconds echo_patience{2};
constexpr std::chrono::seconds reconnect_interval{1};

/// One database's connection and what it has proven.
struct Ear {
    std::string url;
    std::optional<db::Listener> listener;
    Clock::time_point try_again;  // no attempt to connect before
    Clock::time_point asked_at;   // when the message was sent whose echo is awaited
    std::string awaited;          // that message; empty: none
    Clock::time_point true_until;
    bool complained = false;
};

}  // namespace

struct SessionWatch::State {
    SessionTable& table;
    std::function<std::vector<std::string>()> urls;
    bool deaf;
    std::vector<Ear> ears;
    // Tells our own messages from those of other servers on the same channel.
    std::string name = random_letters("abcdefghijklmnopqrstuvwxyz0123456789", 12);
    std::uint64_t messages = 0;
    int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    std::atomic<bool> stopping = false;
    std::thread thread;

    /// An ear for each database of the layout as it is now.
    void follow_layout() {
        const auto wanted = urls();
        std::erase_if(ears, [&](const Ear& ear) { return std::ranges::find(wanted, ear.url) == wanted.end(); });
        for (const auto& url : wanted) {
            if (std::ranges::find(ears, url, &Ear::url) == ears.end()) ears.push_back({.url = url});
        }
    }

    void connect(Ear& ear) {
        const auto now = Clock::now();
        if (ear.listener || now < ear.try_again) return;
        ear.try_again = now + reconnect_interval;
        ear.awaited.clear();
        ear.listener.emplace(ear.url, channel);
        // What was said while nobody listened is lost, so nothing learnt before may be believed.
        table.forget_all();
        if (ear.complained) log::info("sessions.heard_again");
        ear.complained = false;
    }

    void ask(Ear& ear) {
        const auto now = Clock::now();
        if (!ear.listener) return;
        if (!ear.awaited.empty()) {
            if (now - ear.asked_at > echo_patience) throw db::Unavailable("no echo of our own notification came back");
            return;
        }
        if (now - ear.asked_at < echo_interval) return;
        std::string message = fmt::format("{}:{}", name, ++messages);
        if (!ear.listener->notify(message)) return;
        ear.asked_at = now;
        ear.awaited = std::move(message);
    }

    void hear(Ear& ear) {
        if (!ear.listener) return;
        for (const auto& payload : ear.listener->take()) {
            if (payload == ear.awaited) {
                ear.awaited.clear();
                ear.true_until = ear.asked_at + believed_for;
            } else if (const auto user = UserId::parse(payload); user && !deaf) {
                table.forget(*user);
            }
        }
    }

    void tend(Ear& ear) {
        try {
            connect(ear);
            hear(ear);
            ask(ear);
        } catch (const std::exception& error) {
            // Until it is back, the database is asked again for every login that was not looked up just now.
            ear.listener.reset();
            ear.true_until = {};
            if (!ear.complained) log::warning("sessions.not_heard", {{"what", error.what()}});
            ear.complained = true;
        }
    }

    void watch() {
        while (!stopping) {
            follow_layout();
            std::vector<int> sockets{wake};
            Clock::time_point true_until = Clock::time_point::max();
            for (Ear& ear : ears) {
                tend(ear);
                if (ear.listener) sockets.push_back(ear.listener->socket());
                true_until = std::min(true_until, ear.true_until);
            }
            table.believe_until(ears.empty() ? Clock::time_point{} : true_until);
            db::wait_readable(sockets, echo_interval);
        }
    }
};

SessionWatch::SessionWatch(SessionTable& table, std::function<std::vector<std::string>()> urls, bool deaf)
    : state_(new State{.table = table, .urls = std::move(urls), .deaf = deaf}) {
    check(state_->wake >= 0, "no eventfd for the session watch");
}

SessionWatch::~SessionWatch() {
    state_->stopping = true;
    (void)::eventfd_write(state_->wake, 1);
    if (state_->thread.joinable()) state_->thread.join();
    ::close(state_->wake);
}

void SessionWatch::start() {
    state_->thread = std::thread{[state = state_.get()] { state->watch(); }};
}

}  // namespace marque::identity
