// Operations' endpoints.
#include "app/operations.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/pulse.h"
#include "core/log.h"
#include "features/catalog/demo/demo.h"
#include "http/docs_page.h"

namespace marque::app {
namespace {

using http::Context;
using http::Response;

constexpr Refusal not_ready{503, "operations.not_ready", "Not ready to serve"};
constexpr Refusal inconsistent{503, "operations.inconsistent", "Stock, orders and payments do not agree"};
constexpr Refusal no_picture{404, "media.not_found", "There is no such picture"};

struct Health {
    std::string status;
};
RECORD(Health, status);

/// Answers in every state, without looking at anything: the process lives.
Health health(Context&) { return {"ok"}; }

/// Whether a proxy should send requests here: not while stopping, and not where no market's database answers. One that
/// is away while another is there must not close the shop of both.
Health ready(Context& context) {
    if (context.service<Operations>().draining()) throw Refused{not_ready, "The server is stopping"};
    const auto& pulse = context.service<Pulse>();
    const auto markets = context.thread.cluster.markets();
    std::string away;
    std::size_t answering = 0;
    for (const auto& market : markets) {
        if (pulse.beats(market)) {
            ++answering;
        } else {
            away += (away.empty() ? "" : ", ") + market.to_text();
        }
    }
    if (away.empty()) return {"ready"};
    log::warning("health.not_ready", {{"markets", away}});
    if (answering == 0) throw Refused{not_ready, "No market's database answers"};
    return {"ready, but for " + away};
}

struct AuditView {
    MarketCode market;
    Timestamp checked_at;
    std::int64_t duration_ms = 0;
};
RECORD(AuditView, market, checked_at, duration_ms);

struct DeepHealth {
    std::string status;
    std::vector<AuditView> markets;
};
RECORD(DeepHealth, status, markets);

/// Whether stock, orders and payments agreed when the audit last looked, and that this was not long ago.
DeepHealth deep(Context& context) {
    const int stale_s = std::max(600, 10 * context.thread.config.audit_s);
    DeepHealth health{"ok", {}};
    std::vector<FieldError> errors;
    for (const auto& market : context.thread.cluster.markets()) {
        const auto report = context.service<Operations>().audit.report_of(market);
        if (!report || context.now.unix_s() - report->checked_at.unix_s() > stale_s) {
            errors.push_back({market.to_text(), "has not been looked at lately"});
            continue;
        }
        for (const auto& rule : report->broken) {
            errors.push_back({market.to_text() + "." + rule.rule, fmt::format("is broken {} times", rule.broken)});
        }
        health.markets.push_back({market, report->checked_at, report->duration_ms});
    }
    if (!errors.empty()) throw Refused{inconsistent, errors.front().field + " " + errors.front().message, errors};
    return health;
}

Response metrics(Context& context) {
    Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = context.service<Operations>().metrics.text();
    return response;
}

Response openapi(Context& context) {
    Response response;
    const auto& text = context.service<Operations>().openapi;
    response.parts.emplace_back(text);
    return response;
}

constexpr std::string_view page_policy =
    "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'; object-src 'none'";

Response docs(Context&) {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.content_security_policy = page_policy;
    response.body = http::docs_page_html();
    return response;
}

Response docs_script(Context&) {
    Response response;
    response.content_type = "text/javascript; charset=utf-8";
    response.body = http::docs_page_script();
    return response;
}

/// The demo shop's pictures are drawn on request; their names change when they do.
Response demo_picture(Context&, std::string name) {
    Response response;
    response.content_type = "image/svg+xml";
    response.body = demo::draw_image("/media/demo/" + name);
    if (response.body.empty()) throw Refused{no_picture};
    response.add_header("Cache-Control", "public, max-age=86400");
    response.content_security_policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    response.resource_policy = "cross-origin";  // pages of the shop stand on another origin
    return response;
}

}  // namespace

http::Routes operations_routes() {
    using http::Access;
    using http::get;
    return {
        get<"/health", health>({.summary = "The process lives", .access = Access::open, .refuses = {}}),
        get<"/health/ready", ready>({.summary = "Ready for requests: a market's database answers, not stopping",
                                     .access = Access::open,
                                     .refuses = {&not_ready}}),
        get<"/health/deep", deep>({.summary = "Stock, ledger, orders and payments agree, as of the last audit",
                                   .access = Access::open,
                                   .refuses = {&inconsistent}}),
        get<"/metrics", metrics>({.summary = "Prometheus metrics", .access = Access::open, .refuses = {}}),
        get<"/api/v1/openapi.json", openapi>(
            {.summary = "This API's OpenAPI document", .access = Access::open, .refuses = {}}),
        get<"/docs", docs>({.summary = "Viewer of the OpenAPI document", .access = Access::open, .refuses = {}}),
        get<"/docs/problems", docs>(
            {.summary = "What each problem code means; where `type` points", .access = Access::open, .refuses = {}}),
        get<"/docs/viewer.js", docs_script>({.summary = "Script of the viewer", .access = Access::open, .refuses = {}}),
        get<"/media/demo/{name}", demo_picture>(
            {.summary = "Pictures of the demo shop", .access = Access::open, .refuses = {&no_picture}}),
    };
}

}  // namespace marque::app
