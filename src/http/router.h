#pragma once
// From verb and path to the route that answers; built once from the features' tables.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/route.h"

namespace marque::http {

struct Match {
    const Route* route = nullptr;     // nothing: see `allowed`
    std::size_t index = 0;            // of the route in routes(), for metrics
    std::vector<std::string> values;  // what stood in the holes, percent-decoded
    std::string allowed;              // "GET, POST" where the path exists under other verbs
};

class Router {
public:
    /// Asserts that no two routes share verb and path.
    explicit Router(Routes routes);
    /// HEAD is answered by GET's route.
    [[nodiscard]] Match match(Verb verb, std::string_view path) const;
    [[nodiscard]] const Routes& routes() const { return routes_; }

private:
    struct Pattern {
        std::vector<std::string> segments;  // "" is a hole
        std::size_t index;
    };
    Routes routes_;
    std::unordered_map<std::string, std::size_t> plain_;  // "GET /api/v1/products"
    std::vector<Pattern> patterns_;
};

}  // namespace marque::http
