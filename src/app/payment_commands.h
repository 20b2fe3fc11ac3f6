#pragma once
// The subcommands about payments.

#include "app/market_commands.h"

namespace CLI {
class App;
}

namespace marque::app {

/// Adds `payments reconcile`; the chosen one is put into `chosen`.
void declare_payment_commands(CLI::App& cli, ChosenCommand& chosen);

/// Lines of standard input: now, secret, header, body, by tabs, the last two in hexadecimal. Writes the verdict on
/// each.
int check_signatures();

}  // namespace marque::app
