#pragma once
// marque adopt: the customers, orders and catalogue of the shop's former databases (S0, S1) taken over into this one.

#include <string>
#include <vector>

#include "core/config.h"

namespace marque::app {

struct AdoptOptions {
    std::vector<std::string> from;  // "kg=URL", "us=URL": the former database of each market, or one URL of both
    std::string report;             // file for what was refused, merged and moved; empty: standard output
    bool dry_run = false;           // people and orders only, and nothing is written
};

/// Takes over what lies in `from`, which is only read, into the configured databases of either layout. Whoever stands
/// in several databases under one phone becomes one customer, of the market the phone says (R22); orders stay with the
/// market they were made in. What cannot be taken is named with its reason, the rest is there; a second run adds what
/// came since. Exit code; throws std::runtime_error with a message for the person at the terminal.
int adopt(const Config& config, const AdoptOptions& options);

}  // namespace marque::app
