// The one place where requests become contexts and exceptions become problem documents.
#include "http/dispatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/log.h"
#include "core/random.h"
#include "http/language.h"

namespace marque::http {
namespace {

using Steady = std::chrono::steady_clock;

/// Takes the first value of `name` out of the pairs.
std::string take(Pairs& pairs, std::string_view name) {
    const auto found = std::ranges::find(pairs, name, &Pairs::value_type::first);
    if (found == pairs.end()) return {};
    std::string value = std::move(found->second);
    pairs.erase(found);
    return value;
}

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

/// A database that says no for its own reasons (restart, overload, timeout) is a 503; anything else is our bug.
const Refusal& refusal_of(const db::Error& error) {
    const std::string_view kind = std::string_view{error.sqlstate}.substr(0, 2);
    const bool passing =
        kind == "08" || kind == "53" || kind == "57" || error.is_retryable() || error.is_lock_timeout();
    return passing ? unavailable : internal_error;
}

}  // namespace

ApiDispatcher::ApiDispatcher(Thread& thread, const Router& router, Gate& gate, const Cors& cors, Metrics& metrics)
    : thread_(thread),
      router_(router),
      gate_(gate),
      cors_(cors),
      metrics_(metrics),
      id_prefix_(random_letters("0123456789abcdefghjkmnpqrstvwxyz", 8)) {}

std::string ApiDispatcher::next_request_id(const Request& request) {
    const auto given = request.header("X-Request-Id");
    if (sane_request_id(given)) return std::string{given};
    return fmt::format("{}-{:x}", id_prefix_, ++id_counter_);
}

Task<Response> ApiDispatcher::dispatch(const Request& request) {
    if (auto preflight = cors_.preflight(request)) {
        metrics_.observe_unrouted(preflight->status);
        co_return std::move(*preflight);
    }
    const auto started = Steady::now();
    Context context{
        .request = request, .thread = thread_, .request_id = next_request_id(request), .now = thread_.clock()};
    Match match = router_.match(request.verb, request.path);
    context.path_values = std::move(match.values);
    Response response = co_await answer(context, match);
    response.add_header("X-Request-Id", context.request_id);
    if (context.market != nullptr) response.add_header("X-Market", context.market->code.to_text());
    // What is somebody's own must not stay in a cache on the way, nor in a shared browser's.
    if (context.caller || response.status >= 400) response.add_header("Cache-Control", "no-store");
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
        if (refused.retry_after_s > 0) response.add_header("Retry-After", std::to_string(refused.retry_after_s));
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
    co_return co_await route.handle(context);
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
    if (!caller) {
        co_return problem_response(*caller.error().refusal, caller.error().detail, {}, context.request_id);
    }
    context.caller = std::move(*caller);
    context.market = thread_.markets.find(context.caller->market);
    context.db = context.in_market(context.caller->market);
    if (route.options.access == Access::manager) {
        const auto refused = co_await gate_.enter_management(context);
        if (refused) co_return problem_response(*refused->refusal, refused->detail, {}, context.request_id);
    } else {
        take(context.query, "market");  // a customer's market is the account's, whatever the query says
    }
    choose_language(context, asked_language);
    co_return std::nullopt;
}

std::optional<Response> ApiDispatcher::choose_guest_market(Context& context) {
    const std::string from_query = take(context.query, "market");
    const auto from_header = context.request.header("X-Market");
    const std::string asked = from_header.empty() ? from_query : std::string{from_header};
    context.market = thread_.markets.find(thread_.markets.default_market);
    if (!asked.empty()) {
        const auto code = MarketCode::parse(asked);
        context.market = code ? thread_.markets.find(*code) : nullptr;
        if (context.market == nullptr) {
            return problem_response(unknown_market, "There is no market \"" + asked + "\"", {}, context.request_id);
        }
    }
    context.db = context.in_market(context.market->code);
    context.add_header("Vary", "X-Market, Accept-Language, Authorization");
    return std::nullopt;
}

void ApiDispatcher::choose_language(Context& context, std::string_view asked) {
    if (asked.empty() && context.caller) asked = context.caller->language;
    const std::string accepted = asked.empty()
                                     ? accepted_language(context.request.header("Accept-Language"), *context.market)
                                     : std::string{asked};
    context.language = context.market->language_or_default(accepted);
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
