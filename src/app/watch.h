#pragma once
// The threads that watch the databases, one each: markets, catalogues and banners that came or changed. They also take
// there what was counted in memory.

#include <memory>

#include "app/databases.h"
#include "app/live.h"
#include "features/banners/counts.h"

namespace marque::app {

/// Looks four times a second, so that a server knows of a change within half a second of its commit, whoever made it
/// and in whichever way (decision record 8).
class Watch {
public:
    Watch(const Config& config, std::vector<DatabaseSource> sources, Hub& hub, banners::Counts& counts);
    ~Watch();
    /// Loads every catalogue once, throwing what goes wrong; then start() keeps watching.
    void load_all();
    void start();
    /// Ends the watching and sends what is counted; when nobody is served any more.
    void close();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace marque::app
