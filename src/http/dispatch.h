#pragma once
// A request's life between session and handler: match, authenticate, choose market and language, bind, call, answer.

#include "http/cors.h"
#include "http/gate.h"
#include "http/metrics.h"
#include "http/router.h"
#include "http/server.h"

namespace marque::http {

/// One for each thread; what it refers to must outlive it.
class ApiDispatcher : public Dispatcher {
public:
    ApiDispatcher(Thread& thread, const Router& router, Gate& gate, const Cors& cors, Metrics& metrics);

    Task<Response> dispatch(const Request& request) override;
    [[nodiscard]] std::size_t body_bytes_max(const Request& request) const override;
    Response refuse(int status, std::string_view code, std::string_view detail) override;

private:
    Task<Response> answer(Context& context, const Match& match);
    Task<Response> call_route(Context& context, const Route& route);
    /// Caller, market, language and database handle; the refusal as a response where there is one.
    Task<std::optional<Response>> prepare(Context& context, const Route& route);
    std::optional<Response> choose_guest_market(Context& context);
    void choose_language(Context& context, std::string_view asked);
    std::string next_request_id(const Request& request);

    Thread& thread_;
    const Router& router_;
    Gate& gate_;
    const Cors& cors_;
    Metrics& metrics_;
    std::string id_prefix_;
    std::uint64_t id_counter_ = 0;
};

}  // namespace marque::http
