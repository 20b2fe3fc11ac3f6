// Words and bar of the progress.
#include "app/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace marque::app {

ProgressLine::ProgressLine() : is_terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
    if (shown_ && is_terminal_) fmt::print(stderr, "\n");
}

void ProgressLine::show(std::int64_t rows, std::uint64_t bytes_done, std::uint64_t bytes_total) {
    const auto now = std::chrono::steady_clock::now();
    const auto pause = is_terminal_ ? std::chrono::milliseconds{200} : std::chrono::milliseconds{5'000};
    if (now - shown_at_ < pause) return;
    shown_at_ = now;
    shown_ = true;
    const double seconds = std::chrono::duration<double>(now - begun_at_).count();
    const auto done = static_cast<double>(bytes_done);
    const auto total = static_cast<double>(bytes_total);
    std::string line = fmt::format("{} rows, {:.1f} MB, {:.0f} rows/s", rows, done / 1e6,
                                   static_cast<double>(rows) / std::max(seconds, 0.001));
    if (total > 0 && done > 0) {
        const double share = std::min(done / total, 1.0);
        const auto filled = static_cast<std::size_t>(share * 30);
        line = fmt::format("[{}{}] {:3.0f} %, {}, {:.0f} s left", std::string(filled, '#'),
                           std::string(30 - filled, '.'), share * 100, line, seconds * (1 - share) / share);
    }
    fmt::print(stderr, "{}{}{}", is_terminal_ ? "\r" : "", line, is_terminal_ ? "\x1b[K" : "\n");
    std::fflush(stderr);
}

}  // namespace marque::app
