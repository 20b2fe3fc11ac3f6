// Problem documents.
#include "http/problem.h"

#include <fmt/format.h>

#include <algorithm>

#include "json/write.h"

namespace marque::http {

Response problem_response(const Refusal& refusal, std::string_view detail, const std::vector<FieldError>& errors,
                          std::string_view request_id) {
    const std::string text{detail.empty() ? refusal.title : detail};
    Problem problem{fmt::format("/docs/problems#{}", refusal.code),
                    std::string{refusal.title},
                    refusal.status,
                    text,
                    std::string{refusal.code},
                    {},
                    std::string{request_id},
                    text};
    for (const auto& error : errors) problem.errors.push_back({error.field, error.message});
    Response response;
    response.status = refusal.status;
    response.content_type = "application/problem+json";
    json::write(response.body, problem);
    if (refusal.status == 503) response.add_header("Retry-After", "1");
    return response;
}

const Refusal* refusal_of_state(const MarketInfo& market) {
    if (market.is_live()) return nullptr;
    return market.is_closed() ? &market_closed : &market_not_open;
}

const MarketInfo& require_open(const MarketInfo& market) {
    if (const Refusal* shut = refusal_of_state(market)) throw Refused{*shut};
    return market;
}

void add_quota_headers(Response& response, const Quota& quota) {
    const int left_s = std::max(1, quota.left_s);
    if (quota.left_uses <= 0) response.add_header("Retry-After", std::to_string(left_s));
    response.add_header("RateLimit-Policy",
                        fmt::format(R"("{}";q={};w={})", quota.policy, quota.uses_max, quota.window_s));
    response.add_header("RateLimit", fmt::format(R"("{}";r={};t={})", quota.policy, quota.left_uses, left_s));
}

}  // namespace marque::http
