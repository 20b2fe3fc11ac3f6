#pragma once
// Problem documents (RFC 9457, ruling 19): the one shape of every error the API answers.

#include <string>
#include <string_view>
#include <vector>

#include "core/market.h"
#include "core/record.h"
#include "core/refusal.h"
#include "http/response.h"

namespace marque::http {

struct ProblemField {
    static constexpr std::string_view doc = "What is wrong with one field: its path and what was expected.";
    std::string field;
    std::string message;
};
RECORD(ProblemField, field, message);

struct Problem {
    static constexpr std::string_view doc = "RFC 9457 problem document; `error` repeats `detail` for older front ends.";
    std::string type;
    std::string title;
    int status = 0;
    std::string detail;
    std::string code;
    std::vector<ProblemField> errors;
    std::string request_id;
    std::string error;
};
RECORD(Problem, type, title, status, detail, code, errors, request_id, error);

/// The response for a refusal; `detail` defaults to its title.
[[nodiscard]] Response problem_response(const Refusal& refusal, std::string_view detail,
                                        const std::vector<FieldError>& errors, std::string_view request_id);

/// Why a market takes no customers; nullptr for a live one.
[[nodiscard]] const Refusal* refusal_of_state(const MarketInfo& market);

/// The market itself; throws Refused where it takes no customers, as log-in must.
const MarketInfo& require_open(const MarketInfo& market);

/// Retry-After, and the fields RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers.
void add_quota_headers(Response& response, const Quota& quota);

// Refusals of the layers before any handler.
inline constexpr Refusal bad_request{400, "http.bad_request", "The request is malformed"};
inline constexpr Refusal malformed_json{400, "http.malformed_json", "The body is not valid JSON"};
inline constexpr Refusal unauthenticated{401, "auth.required", "Log in first"};
inline constexpr Refusal not_found{404, "http.not_found", "There is nothing at this path"};
inline constexpr Refusal method_not_allowed{405, "http.method_not_allowed", "This path does not take this method"};
inline constexpr Refusal not_acceptable{406, "http.not_acceptable",
                                        "Accept-Encoding refuses every coding this answer can have"};
inline constexpr Refusal unsupported_media_type{415, "http.unsupported_media_type",
                                                "The body must be application/json"};
inline constexpr Refusal invalid_input{422, "http.invalid_input", "Some fields are not acceptable"};
inline constexpr Refusal unknown_market{422, "markets.unknown", "There is no such market"};
inline constexpr Refusal market_not_open{403, "markets.not_open", "This market is not open yet"};
inline constexpr Refusal market_closed{403, "markets.closed", "This market is closed"};
inline constexpr Refusal too_many_requests{429, "http.too_many_requests",
                                           "Too many requests from your address; slow down"};
inline constexpr Refusal internal_error{500, "http.internal_error", "Something went wrong on our side"};
inline constexpr Refusal unavailable{503, "http.unavailable", "The service is busy; try again in a moment"};

}  // namespace marque::http
