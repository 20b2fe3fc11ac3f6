#pragma once
// The thread that watches the databases: markets that came or changed, and catalogues that changed.

#include <memory>

#include "app/databases.h"
#include "app/live.h"

namespace marque::app {

/// Looks four times a second, so that a server knows of a change within half a second of its commit, whoever made it
/// and in whichever way (decision record 8).
class Watch {
public:
    Watch(const Config& config, std::vector<DatabaseSource> sources, Hub& hub);
    ~Watch();
    /// Loads every catalogue once, throwing what goes wrong; then start() keeps watching.
    void load_all();
    void start();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace marque::app
