// Problem documents.
#include "http/problem.h"

#include <fmt/format.h>

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

}  // namespace marque::http
