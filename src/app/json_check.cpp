// `marque json-check FILE…`: what the strict parser says of each file, for test suites of JSON parsers.
#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "app/commands.h"
#include "json/value.h"

namespace marque::app {

int check_json(const std::vector<std::string>& files) {
    for (const auto& file : files) {
        std::ifstream stream{file, std::ios::binary};
        if (!stream) {
            fmt::print(stderr, "{} cannot be read\n", file);
            return 1;
        }
        const std::string text{std::istreambuf_iterator<char>{stream}, {}};
        const auto value = json::parse(text);
        fmt::print("{}\t{}\t{}\n", value ? "accepted" : "refused", file, value ? "" : value.error().message);
    }
    return 0;
}

}  // namespace marque::app
