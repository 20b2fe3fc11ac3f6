#pragma once
// Programs of other people, run beside the server: limited in memory, time and output, so that a crash or an endless
// loop in a decoder stays outside.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/task.h"

namespace marque::work {

struct ChildLimits {
    std::chrono::seconds processor_time{3};
    std::chrono::seconds wall_time{10};
    std::size_t memory_bytes = 512UL * 1024 * 1024;  // address space; 0 is no limit
    std::size_t output_bytes_max = 1024UL * 1024;    // of any file it writes, its output among them
};

struct ChildOutcome {
    int exit_status = -1;  // -1: it was ended by a signal or by a limit
    std::string output;    // what it wrote to standard output; empty unless exit_status is 0
};

/// Runs a program (its whole path first) with `input` as standard input and an empty environment but for `environment`
/// ("NAME=value"). Awaiting it costs the thread nothing; `input` must live until it is over. Throws std::system_error
/// when it cannot be started at all.
Task<ChildOutcome> run_child(std::vector<std::string> arguments, std::vector<std::string> environment,
                             std::string_view input, ChildLimits limits);

}  // namespace marque::work
