// The one place where requests become contexts and exceptions become problem documents.
#include "http/dispatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <tuple>

#include "core/log.h"
#include "core/random.h"
#include "http/entity_tag.h"
#include "http/language.h"
#include "http/stream_coding.h"

namespace marque::http {
namespace {

using Steady = std::chrono::steady_clock;

bool sane_request_id(std::string_view id) {
    const auto sane = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return id.size() >= 8 && id.size() <= 64 && std::ranges::all_of(id, sane);
}

bool writes(Verb verb) { return verb != Verb::get && verb != Verb::head && verb != Verb::options; }

void log_request(const Context& context, const Response& response, double seconds) {
    const auto level = response.status >= 500         ? log::Level::error
                       : writes(context.request.verb) ? log::Level::info
                                                      : log::Level::debug;
    if (!log::enabled(level)) return;
    log::write(level, "http.request",
               {{"request_id", context.request_id},
                {"market", context.market == nullptr ? std::string{} : context.market->code.to_text()},
                {"method", std::string{verb_word(context.request.verb)}},
                {"path", std::string{context.request.path}},
                {"status", std::to_string(response.status)},
                {"user", context.caller ? context.caller->user.to_text() : std::string{}},
                {"duration_ms", fmt::format("{:.2f}", seconds * 1e3)}});
}

/// Memory of a thread for answers of the catalogue: some thousand pages with their compressed forms.
constexpr std::size_t answer_bytes_max = std::size_t{16} * 1024 * 1024;

/// How long a shared cache may hand out an answer of the catalogue without asking, and then while it asks. An order
/// reads price and stock from the database, so a page that is some seconds old sells nothing wrongly.
constexpr std::int64_t fresh_s = 5;
constexpr std::int64_t stale_while_asking_s = 30;

/// Leaves the content out where the caller has it already.
void leave_out_known(const Request& request, Response& response, std::string_view tag) {
    response.add_header("ETag", tag);
    if (!names_tag(request.header("If-None-Match"), tag)) return;
    response.status = 304;
    response.body.clear();
    response.parts.clear();
    response.owner.reset();
}

/// Names the answer by its content. Caches must ask again each time, so that a change is seen at once.
void answer_revalidated(const Request& request, Response& response) {
    std::string whole = response.body;
    for (const auto part : response.parts) whole += part;
    response.add_header("Cache-Control", "no-cache");
    leave_out_known(request, response, '"' + content_digest(whole) + '"');
}

/// A stream in the coding its caller likes best, named by what it is made of; each coding has a name of its own.
Response named_stream(const Context& context, Response response) {
    const auto coding = choose_coding(context.request.header("Accept-Encoding"), true);
    if (!coding) return problem_response(not_acceptable, {}, {}, context.request_id);
    const std::string digest = content_digest(response.content_name);
    const auto word = coding_word(*coding);
    response.vary = "Accept-Encoding, Origin";
    leave_out_known(context.request, response, fmt::format("\"{}{}{}\"", digest, word.empty() ? "" : "-", word));
    if (response.status == 304) {
        response.stream = nullptr;
        return response;
    }
    if (!word.empty()) response.add_header("Content-Encoding", word);
    code_stream(response, *coding);
    return response;
}

void add_cache_control(Response& response, const Context& context) {
    if (context.caller) {
        // The bytes are nobody's secret, but whose market they are of was decided by the token.
        response.add_header("Cache-Control", "private, no-cache");
        return;
    }
    const auto left_s =
        response.valid_until ? response.valid_until->unix_s() - context.now.unix_s() : fresh_s + stale_while_asking_s;
    if (left_s >= fresh_s + stale_while_asking_s) {
        response.add_header("Cache-Control", fmt::format("public, max-age={}, stale-while-revalidate={}", fresh_s,
                                                         stale_while_asking_s));
    } else {
        response.add_header("Cache-Control",
                            fmt::format("public, max-age={}", std::clamp(left_s, std::int64_t{0}, fresh_s)));
    }
}

/// What the choice of a guest's market and language reads, beside the target (ruling 14).
std::string headers_of_guests(const Config& config) {
    std::string names = config.breaks("forget_vary") ? "Authorization" : "X-Market, Accept-Language, Authorization";
    if (!config.market_hosts.empty()) names += ", Host";
    return names + ", Origin";
}

/// Whoever asks, the answer is the same: the handler cannot see who it is.
class HiddenCaller {
public:
    explicit HiddenCaller(Context& context) : context_(context), caller_(std::exchange(context.caller, std::nullopt)) {}
    ~HiddenCaller() { context_.caller = std::move(caller_); }
    HiddenCaller(const HiddenCaller&) = delete;
    HiddenCaller& operator=(const HiddenCaller&) = delete;

private:
    Context& context_;
    std::optional<Caller> caller_;
};

/// A database that says no for its own reasons (restart, overload, timeout) is a 503; anything else is our bug.
const Refusal& refusal_of(const db::Error& error) {
    const std::string_view kind = std::string_view{error.sqlstate}.substr(0, 2);
    const bool passing =
        kind == "08" || kind == "53" || kind == "57" || error.is_retryable() || error.is_lock_timeout();
    return passing ? unavailable : internal_error;
}

}  // namespace

ApiDispatcher::ApiDispatcher(std::shared_ptr<Thread> thread, const Router& router, Gate& gate, const Cors& cors,
                             Metrics& metrics, FloodLimiter* limiter)
    : thread_(std::move(thread)),
      router_(router),
      gate_(gate),
      cors_(cors),
      metrics_(metrics),
      limiter_(limiter),
      answers_(answer_bytes_max),
      guest_vary_(headers_of_guests(thread_->config)),
      catalogue_vary_(guest_vary_ + ", Accept-Encoding"),
      id_prefix_(random_letters("0123456789abcdefghjkmnpqrstvwxyz", 8)) {}

std::string ApiDispatcher::next_request_id(const Request& request) {
    const auto given = request.header("X-Request-Id");
    if (sane_request_id(given)) return std::string{given};
    return fmt::format("{}-{:x}", id_prefix_, ++id_counter_);
}

Task<Response> ApiDispatcher::dispatch(const Request& request) {
    if (limiter_ != nullptr) {
        if (const auto refusal = limiter_->refuse(request.remote_address)) co_return refuse_flood(request, *refusal);
    }
    if (auto preflight = cors_.preflight(request)) {
        metrics_.observe_unrouted(preflight->status);
        co_return std::move(*preflight);
    }
    const auto started = Steady::now();
    const auto thread = thread_;  // this request's own, whatever changes meanwhile
    Context context{
        .request = request, .thread = *thread, .request_id = next_request_id(request), .now = thread->clock()};
    Match match = router_.match(request.verb, request.path);
    context.path_values = std::move(match.values);
    Response response = co_await answer(context, match);
    if (response.status >= 400) response = refusal_shown(context, match, std::move(response));
    response.add_header("X-Request-Id", context.request_id);
    if (context.market != nullptr) response.add_header("X-Market", context.market->code.to_text());
    // What is somebody's own must not stay in a cache on the way, nor in a shared browser's.
    const bool own = context.caller || response.status >= 400;
    if (own && !response.headers.contains("Cache-Control: ")) response.add_header("Cache-Control", "no-store");
    if (match.route != nullptr && match.route->options.access == Access::guest) {
        response.vary = match.route->options.cache == Cache::catalogue ? catalogue_vary_ : guest_vary_;
    }
    cors_.decorate(request, response);
#ifdef MARQUE_BREAKABLE
    // The tests hold each route to its statements_max.
    response.add_header("X-Statements", std::to_string(context.statements));
#endif
    const double seconds = std::chrono::duration<double>(Steady::now() - started).count();
    if (match.route != nullptr) {
        metrics_.observe(match.index, response.status, seconds);
    } else {
        metrics_.observe_unrouted(response.status);
    }
    log_request(context, response, seconds);
    co_return response;
}

std::size_t ApiDispatcher::body_bytes_max(const Request& request) const {
    const Match match = router_.match(request.verb, request.path);
    if (match.route == nullptr) return 0;
    // Who does not even claim to be somebody may not have us read so much.
    const bool has_token = !request.header("Authorization").empty();
    return match.route->options.access == Access::open || has_token ? match.route->options.body_bytes_max : 0;
}

Task<Response> ApiDispatcher::answer(Context& context, const Match& match) {
    if (match.route == nullptr) {
        if (match.allowed.empty()) co_return problem_response(not_found, {}, {}, context.request_id);
        Response response = problem_response(method_not_allowed, {}, {}, context.request_id);
        response.add_header("Allow", match.allowed);
        co_return response;
    }
    // Exceptions are turned into answers here and nowhere else.
    try {
        co_return co_await call_route(context, *match.route);
    } catch (const Refused& refused) {
        Response response = problem_response(refused.refusal(), refused.detail(), refused.errors(), context.request_id);
        if (&refused.refusal() == &unauthenticated) response.add_header("WWW-Authenticate", "Bearer");
        if (refused.quota) {
            add_quota_headers(response, *refused.quota);
        } else if (refused.retry_after_s > 0) {
            // Every 503 has one; who knows better replaces it.
            constexpr std::string_view usual = "Retry-After: 1\r\n";
            if (const auto at = response.headers.find(usual); at != std::string::npos) {
                response.headers.erase(at, usual.size());
            }
            response.add_header("Retry-After", std::to_string(refused.retry_after_s));
        }
        co_return response;
    } catch (const db::Error& error) {
        log::error("db.error", {{"request_id", context.request_id}, {"what", error.what()}});
        co_return problem_response(refusal_of(error), {}, {}, context.request_id);
    } catch (const db::Unavailable& error) {
        log::warning("db.unavailable", {{"request_id", context.request_id}, {"what", error.what()}});
        co_return problem_response(unavailable, {}, {}, context.request_id);
    } catch (const db::OutcomeUnknown& error) {
        log::error("db.outcome_unknown", {{"request_id", context.request_id}, {"what", error.what()}});
        co_return problem_response(unavailable,
                                   "It is not known whether this was done; repeat with the same Idempotency-Key", {},
                                   context.request_id);
    } catch (const std::exception& error) {
        log::error("http.bug", {{"request_id", context.request_id}, {"what", error.what()}});
        co_return problem_response(internal_error, {}, {}, context.request_id);
    }
}

Task<Response> ApiDispatcher::call_route(Context& context, const Route& route) {
    auto refused = co_await prepare(context, route);
    if (refused) co_return std::move(*refused);
    if (route.options.cache == Cache::catalogue) co_return co_await answer_of_catalogue(context, route);
    Response response = co_await route.handle(context);
    if (route.options.cache == Cache::revalidate) answer_revalidated(context.request, response);
    if (!response.content_name.empty()) co_return named_stream(context, std::move(response));
    co_return response;
}

Task<Response> ApiDispatcher::answer_of_catalogue(Context& context, const Route& route) {
    const std::string market = context.market->code.to_text();
    const std::string key = fmt::format("{} {} {}", market, context.language, context.request.target);
    const auto version = context.thread.content_version(context.market->code);
    if (const auto known = answers_.find(key, version, context.now)) co_return represent(context, key, *known);
    Response response;
    {
        const HiddenCaller hidden{context};
        response = co_await route.handle(context);
    }
    if (response.status != 200) co_return response;
    const std::string scope = fmt::format("{} {} {}", market, context.language, context.market->currency.to_text());
    const auto answer = answers_.keep(key, scope, version, std::move(response));
    co_return represent(context, key, *answer);
}

Response ApiDispatcher::represent(Context& context, const std::string& key, Answer& answer) {
    const auto coding = choose_coding(context.request.header("Accept-Encoding"), answer.worth_compressing());
    if (!coding) return problem_response(not_acceptable, {}, {}, context.request_id);
    auto form = answers_.in(key, answer, *coding);
    Response response = answer.shape();
    add_cache_control(response, context);
    leave_out_known(context.request, response, form->tag);
    if (response.status == 304) return response;
    response.headers += form->coding_lines;
    response.parts.emplace_back(form->bytes);
    response.owner = std::move(form);
    return response;
}

Task<std::optional<Response>> ApiDispatcher::prepare(Context& context, const Route& route) {
    auto pairs = parse_query(context.request.query);
    if (!pairs) co_return problem_response(bad_request, "The query string is not well-formed", {}, context.request_id);
    context.query = std::move(*pairs);
    if (route.options.access == Access::open) co_return std::nullopt;

    const std::string asked_language = take(context.query, "lang");
    const auto authorization = context.request.header("Authorization");
    constexpr std::string_view scheme = "Bearer ";
    const bool has_token =
        authorization.size() > scheme.size() && lowered(authorization.substr(0, scheme.size())) == "bearer ";
    if (!has_token && route.options.access != Access::guest) {
        Response response = problem_response(unauthenticated, {}, {}, context.request_id);
        response.add_header("WWW-Authenticate", "Bearer");
        co_return response;
    }
    if (!has_token) {
        auto refused = choose_guest_market(context);
        if (refused) co_return refused;
        choose_language(context, asked_language);
        co_return std::nullopt;
    }
    auto caller = co_await gate_.authenticate(context, authorization.substr(scheme.size()));
    context.statements = 0;  // a route is held to its own; who calls is known from memory as a rule
    if (!caller) {
        co_return problem_response(*caller.error().refusal, caller.error().detail, {}, context.request_id);
    }
    context.caller = std::move(*caller);
    context.market = context.thread.markets.find(context.caller->market);
    // The account is in a market that another server knows already and this request does not yet.
    if (context.market == nullptr) co_return problem_response(unavailable, {}, {}, context.request_id);
    context.db = context.in_market(context.caller->market);
    if (route.options.access.is_manager()) {
        const auto refused = co_await gate_.enter_management(context, route);
        if (refused) co_return problem_response(*refused->refusal, refused->detail, {}, context.request_id);
    } else {
        std::ignore = take(context.query, "market");  // a customer's market is the account's, whatever the query says
        const bool reads = !writes(context.request.verb) || route.options.when_closed;
        const Refusal* shut = refusal_of_state(*context.market);
        if (shut != nullptr && !(context.market->is_closed() && reads)) {
            co_return problem_response(*shut, {}, {}, context.request_id);
        }
    }
    choose_language(context, asked_language);
    co_return std::nullopt;
}

/// Neither logged nor looked at any closer: what a flood meets must cost next to nothing.
Response ApiDispatcher::refuse_flood(const Request& request, const Quota& quota) {
    const std::string request_id = next_request_id(request);
    Response response = problem_response(too_many_requests, {}, {}, request_id);
    response.add_header("X-Request-Id", request_id);
    response.add_header("Cache-Control", "no-store");
    add_quota_headers(response, quota);
    cors_.decorate(request, response);
    metrics_.observe_unrouted(response.status);
    return response;
}

Response ApiDispatcher::refuse(int status, std::string_view code, std::string_view detail) {
    metrics_.observe_unrouted(status);
    const Refusal refusal{status, code, detail};
    const auto request_id = fmt::format("{}-{:x}", id_prefix_, ++id_counter_);
    log::debug("http.refused", {{"request_id", request_id}, {"code", std::string{code}}});
    Response response = problem_response(refusal, detail, {}, request_id);
    response.add_header("X-Request-Id", request_id);
    response.add_header("Cache-Control", "no-store");
    return response;
}

}  // namespace marque::http
