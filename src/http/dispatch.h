#pragma once
// A request's life between session and handler: match, authenticate, choose market and language, bind, call, answer.

#include "http/answer_cache.h"
#include "http/cors.h"
#include "http/flood_limiter.h"
#include "http/gate.h"
#include "http/metrics.h"
#include "http/router.h"
#include "http/server.h"

namespace marque::http {

/// Takes the first value of `name` out of the pairs; empty where there is none.
[[nodiscard]] std::string take(Pairs& pairs, std::string_view name);

/// One for each thread; what it refers to must outlive it.
class ApiDispatcher : public Dispatcher {
public:
    /// `limiter`, shared by all threads, may be null: no limit.
    ApiDispatcher(std::shared_ptr<Thread> thread, const Router& router, Gate& gate, const Cors& cors, Metrics& metrics,
                  FloodLimiter* limiter = nullptr);

    /// What requests from now on share; those under way keep what they began with.
    void enter(std::shared_ptr<Thread> thread) { thread_ = std::move(thread); }
    Task<Response> dispatch(const Request& request) override;
    [[nodiscard]] std::size_t body_bytes_max(const Request& request) const override;
    Response refuse(int status, std::string_view code, std::string_view detail) override;

private:
    Task<Response> answer(Context& context, const Match& match);
    Task<Response> call_route(Context& context, const Route& route);
    /// For routes that are Cache::catalogue, once the context is prepared.
    Task<Response> answer_of_catalogue(Context& context, const Route& route);
    /// The answer in the coding the visitor likes best, or 304 where the visitor has it.
    Response represent(Context& context, const std::string& key, Answer& answer);
    /// A refusal as a page for people, where the route's answers are such, or nothing is at that path and text/html was
    /// asked for.
    Response refusal_shown(Context& context, const Match& match, Response refusal);
    /// Caller, market, language and database handle; the refusal as a response where there is one.
    Task<std::optional<Response>> prepare(Context& context, const Route& route);
    std::optional<Response> choose_guest_market(Context& context);
    /// The market a guest asked for, by header, query or host (ruling 14); as written, empty for none.
    static std::string asked_market(Context& context);
    Response refuse_flood(const Request& request, const Quota& quota);
    void choose_language(Context& context, std::string_view asked);
    std::string next_request_id(const Request& request);

    std::shared_ptr<Thread> thread_;
    const Router& router_;
    Gate& gate_;
    const Cors& cors_;
    Metrics& metrics_;
    FloodLimiter* limiter_;
    AnswerCache answers_;
    std::string guest_vary_;
    std::string catalogue_vary_;
    std::string id_prefix_;
    std::uint64_t id_counter_ = 0;
};

}  // namespace marque::http
