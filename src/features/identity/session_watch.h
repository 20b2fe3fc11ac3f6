#pragma once
// Listens to what the databases say of logins that ended and accounts that changed, and keeps the session table true.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "features/identity/session_table.h"

namespace marque::identity {

/// A thread with one listening connection to each database. Four times a second it sends itself a message through the
/// database; the answer proves that everything said before has been heard, for PostgreSQL delivers notifications in
/// the order of their commits. Without answers the table stops being believed in time.
class SessionWatch {
public:
    /// `urls` names the databases of the layout and is asked again and again, for markets may be added; it is called on
    /// the watch's thread. `deaf` is for the negative control: messages are received and not acted on.
    SessionWatch(SessionTable& table, std::function<std::vector<std::string>()> urls, bool deaf);
    ~SessionWatch();
    void start();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace marque::identity
