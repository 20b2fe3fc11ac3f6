#pragma once
// Cross-origin requests (R113): which browser origins may call the API with a bearer header.

#include <optional>
#include <string>
#include <vector>

#include "http/request.h"
#include "http/response.h"

namespace marque::http {

class Cors {
public:
    /// Exact origins ("https://shop.example"); `allow_all` (development with an empty CORS_ORIGINS) echoes any.
    Cors(std::vector<std::string> origins, bool allow_all);
    /// The whole answer to a preflight (OPTIONS with Access-Control-Request-Method); nothing for other requests.
    [[nodiscard]] std::optional<Response> preflight(const Request& request) const;
    /// Adds Access-Control-Allow-Origin and -Expose-Headers where the request carries an Origin. The answer varies on
    /// it either way; whoever has named other headers in `vary` names it among them.
    void decorate(const Request& request, Response& response) const;

private:
    [[nodiscard]] bool allowed(std::string_view origin) const;
    std::vector<std::string> origins_;
    bool allow_all_;
};

}  // namespace marque::http
