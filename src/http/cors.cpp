// Cross-origin answers.
#include "http/cors.h"

#include <algorithm>

namespace marque::http {

Cors::Cors(std::vector<std::string> origins, bool allow_all) : origins_(std::move(origins)), allow_all_(allow_all) {}

bool Cors::allowed(std::string_view origin) const {
    return allow_all_ || std::ranges::find(origins_, origin) != origins_.end();
}

std::optional<Response> Cors::preflight(const Request& request) const {
    if (request.verb != Verb::options || request.header("Access-Control-Request-Method").empty()) return std::nullopt;
    Response response;
    response.status = 204;
    decorate(request, response);
    if (allowed(request.header("Origin"))) {
        response.add_header("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
        response.add_header("Access-Control-Allow-Headers",
                            "Authorization, Content-Type, X-Market, X-Cart-Token, Idempotency-Key, X-Request-Id");
        response.add_header("Access-Control-Max-Age", "600");
    }
    return response;
}

void Cors::decorate(const Request& request, Response& response) const {
    // Also where no origin asked: a cache must not hand this answer to one that does.
    if (response.vary.empty()) response.vary = "Origin";
    const auto origin = request.header("Origin");
    if (origin.empty() || !allowed(origin)) return;
    response.add_header("Access-Control-Allow-Origin", origin);
    response.add_header("Access-Control-Expose-Headers",
                        "X-Request-Id, X-Market, X-Cart-Token, Retry-After, RateLimit, RateLimit-Policy, "
                        "Idempotent-Replayed");
}

}  // namespace marque::http
