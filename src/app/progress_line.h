#pragma once
// How far a long command is: a line on standard error that is written over on a terminal, and now and then a new one
// elsewhere.

#include <chrono>
#include <cstdint>

namespace marque::app {

class ProgressLine {
public:
    ProgressLine();
    /// Ends the line, so that what follows stands below it.
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// A bar and the time left where `bytes_total` is known (not 0).
    void show(std::int64_t rows, std::uint64_t bytes_done, std::uint64_t bytes_total);

private:
    bool is_terminal_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point begun_at_ = std::chrono::steady_clock::now();
    std::chrono::steady_clock::time_point shown_at_ = begun_at_;
};

}  // namespace marque::app
