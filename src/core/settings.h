#pragma once
// Every setting of the environment: its name, default and meaning, and how its text becomes a member of Config.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"

namespace marque {

/// Puts a setting's text into the config, or says what was expected.
using Reader = std::function<std::string(Config&, const std::string&)>;

struct Setting {
    std::string_view name;
    std::string_view default_value;
    std::string_view meaning;
    bool secret;
    Reader read;
};

/// The commonest ways to read one, for tables of their own.
namespace readers {
[[nodiscard]] Reader text(std::string Config::* member);
[[nodiscard]] Reader number(int Config::* member, int low, int high);
[[nodiscard]] Reader flag(bool Config::* member);
}  // namespace readers

/// Parts of the list that stand in files of their own: e-mail (docs/adr/0035-messages.md), events sent out.
[[nodiscard]] std::vector<Setting> mail_settings();
[[nodiscard]] std::vector<Setting> webhook_settings();

/// In the order in which `marque config` prints them.
[[nodiscard]] const std::vector<Setting>& settings();

}  // namespace marque
