#pragma once
// From verb and path to the route that answers; built once from the features' tables.

#include <optional>
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
    /// "products", "{slug}" or "sitemap-{name}.xml": a hole may have text before and after it.
    struct Segment {
        bool hole = false;
        std::string before;
        std::string after;
    };
    struct Pattern {
        std::vector<Segment> segments;
        std::size_t index;
    };
    static Segment parse_segment(std::string_view text);
    static std::optional<std::vector<std::string>> fit(const std::vector<Segment>& pattern,
                                                       const std::vector<std::string_view>& segments);
    Routes routes_;
    std::unordered_map<std::string, std::size_t> plain_;  // "GET /api/v1/products"
    std::vector<Pattern> patterns_;
};

}  // namespace marque::http
