#pragma once
// A connection that LISTENs to one channel of PostgreSQL's notifications; nothing but its constructor waits.

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace marque::db {

class Listener {
public:
    /// Connects and listens, within some seconds. Throws Unavailable with advice. `channel` is a plain identifier.
    Listener(const std::string& url, std::string_view channel);
    ~Listener();
    Listener(Listener&&) noexcept;
    Listener& operator=(Listener&&) noexcept;

    /// Sends NOTIFY on the channel, to itself too. False while an earlier one is under way. Throws Unavailable.
    bool notify(std::string_view payload);
    /// The payloads that have arrived. Throws Unavailable when the connection is lost.
    [[nodiscard]] std::vector<std::string> take();
    /// For wait_readable().
    [[nodiscard]] int socket() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Returns when one of the file descriptors can be read, or after `limit`.
void wait_readable(std::span<const int> descriptors, std::chrono::milliseconds limit);

}  // namespace marque::db
