#pragma once
// `marque verify` and `marque doctor`: whether everything agrees, and what to do about what does not.

#include "core/config.h"

namespace marque::app {

/// Every check of conservation, walls between markets and migrations, over all markets; prints one line each. 0 where
/// all hold, 1 else.
int verify(const Config& config);

/// Looks at settings, machine, databases and the shop's data, and says of each trouble how it is cured. 0 where nothing
/// keeps the shop from running, 1 else. Takes the environment, since settings that cannot be read are trouble too.
int doctor(const Environment& environment);

}  // namespace marque::app
