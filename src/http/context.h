#pragma once
// Context: the first parameter of every handler. Who calls, in which market and language, and the way to its data.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

#include "core/check.h"
#include "core/clock.h"
#include "core/config.h"
#include "core/id.h"
#include "core/market.h"
#include "core/permission.h"
#include "core/text.h"
#include "db/cluster.h"
#include "db/handle.h"
#include "http/request.h"
#include "http/response.h"

namespace marque::http {

/// The logged-in user as the database (not the token) knows them.
struct Caller {
    UserId user;
    MarketCode market;
    Uuid session;
    Language language;
};

/// Long-lived objects of the features (snapshots, key rings), put in once by the composition root, found by type.
class Services {
public:
    template <class T>
    void add(T& service) {
        entries_.emplace_back(&typeid(T), &service);
    }
    template <class T>
    [[nodiscard]] T& get() const {
        for (const auto& [type, pointer] : entries_) {
            if (*type == typeid(T)) return *static_cast<T*>(pointer);
        }
        fail_check("a service was asked for that the composition root did not add", std::source_location::current());
    }

private:
    std::vector<std::pair<const std::type_info*, void*>> entries_;
};

struct Context;

/// What a thread's requests share. Built by the composition root; when the markets change, later requests get another
/// one, while those under way keep theirs, so that a request sees the same markets from its beginning to its end.
struct Thread {
    const Config& config;
    const MarketSet& markets;
    db::Cluster& cluster;
    Services services;
    std::function<Timestamp()> clock = Timestamp::now;
    /// Makes a page of a refusal with this status; the context may have no market. None: pages are not served.
    std::function<Response(Context&, int status)> refusal_page;
    /// Changes whenever the answers of routes that are Cache::catalogue may, in one market.
    std::function<std::uint64_t(MarketCode)> content_version = [](MarketCode) { return std::uint64_t{0}; };
};

struct Context {
    const Request& request;
    Thread& thread;
    std::string request_id;
    Timestamp now;
    const MarketInfo* market = nullptr;  // set before the handler runs
    Language language;
    std::string asked_language;  // `?lang=` of the request
    std::optional<Caller> caller;
    db::Handle db;  // bound to `market`
    // Of routes of managers: what the route needs, and all that the caller may do in the managed market.
    Permission permission = Permission::any;
    PermissionSet permissions;
    // Of what managers write: what brackets each transaction in a market, whichever handler asks for it.
    std::function<std::shared_ptr<const db::Bracket>(MarketCode)> bracket_of;
    Pairs query;  // decoded; `market` and `lang` already taken out
    std::vector<std::string> path_values;
    std::string response_headers;  // a handler's extra header lines
    int statements = 0;            // that this request has cost so far; RouteOptions::statements_max bounds it

    /// The caller of a route whose access demands one.
    [[nodiscard]] const Caller& user() const {
        check(caller.has_value(), "a route without a caller asked for one");
        return *caller;
    }
    /// The way to another market's data, where a route has one (log-in, management).
    [[nodiscard]] db::Handle in_market(MarketCode code) {
        const auto handle = thread.cluster.market(code).counted_by(statements);
        return bracket_of ? handle.bracketed_by(bracket_of(code)) : handle;
    }
    template <class T>
    [[nodiscard]] T& service() const {
        return thread.services.get<T>();
    }
    void add_header(std::string_view name, std::string_view value) {
        response_headers.append(name).append(": ").append(value).append("\r\n");
    }
};

}  // namespace marque::http
