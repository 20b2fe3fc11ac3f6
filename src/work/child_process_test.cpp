// Children that behave, and children that do not.
#include "work/child_process.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <optional>

namespace marque::work {
namespace {

ChildOutcome outcome_of(std::vector<std::string> arguments, std::string input = {}, ChildLimits limits = {}) {
    boost::asio::io_context context;
    std::optional<ChildOutcome> outcome;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, run_child(std::move(arguments), {"COLOUR=green"}, std::move(input), limits),
                          [&](std::exception_ptr thrown, ChildOutcome done) {
                              failure = std::move(thrown);
                              outcome = std::move(done);
                          });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return *outcome;
}

}  // namespace

TEST_CASE("a child reads its input, sees its own environment only, and its output comes back") {
    const std::string large(300'000, 'x');
    CHECK(outcome_of({"/bin/cat"}, large).output == large);
    CHECK(outcome_of({"/usr/bin/env"}).output == "COLOUR=green\n");
    CHECK(outcome_of({"/bin/ls", "/proc/self/fd"}).output.find('4') == std::string::npos);
}

TEST_CASE("a failing child has a status and no output") {
    const auto failed = outcome_of({"/bin/sh", "-c", "echo half; exit 3"});
    CHECK(failed.exit_status == 3);
    CHECK(failed.output.empty());
    CHECK(outcome_of({"/nowhere/at/all"}).exit_status > 0);
}

TEST_CASE("a child that takes too long, too much or writes too much is ended") {
    using std::chrono::seconds;
    CHECK(outcome_of({"/bin/sleep", "60"}, {}, {.wall_time = seconds{1}}).exit_status == -1);
    CHECK(outcome_of({"/bin/sh", "-c", "while :; do :; done"}, {}, {.processor_time = seconds{1}}).exit_status == -1);
    const auto loud = outcome_of({"/usr/bin/head", "-c", "100000", "/dev/zero"}, {}, {.output_bytes_max = 4'096});
    CHECK(loud.exit_status != 0);
    CHECK(loud.output.empty());
}

}  // namespace marque::work
