// In which market and language a guest is answered, and as what a refusal is shown.
#include <algorithm>
#include <tuple>

#include "core/log.h"
#include "core/text.h"
#include "http/dispatch.h"
#include "http/problem.h"

namespace marque::http {

std::string take(Pairs& pairs, std::string_view name) {
    const auto found = std::ranges::find(pairs, name, &Pairs::value_type::first);
    if (found == pairs.end()) return {};
    std::string value = std::move(found->second);
    pairs.erase(found);
    return value;
}

std::string ApiDispatcher::asked_market(Context& context) {
    std::string from_query = take(context.query, "market");
    const auto from_header = context.request.header("X-Market");
    if (!from_header.empty()) return std::string{from_header};
    const auto& hosts = context.thread.config.market_hosts;
    if (!from_query.empty() || hosts.empty()) return from_query;
    const std::string host = lowered(context.request.header("Host"));
    // The colon of a port stands behind the bracket of an IPv6 address.
    const auto colon = host.find(':', host.find(']') == std::string::npos ? 0 : host.find(']'));
    const auto found = hosts.find(std::string_view{host}.substr(0, colon));
    return found == hosts.end() ? std::string{} : found->second.to_text();
}

std::optional<Response> ApiDispatcher::choose_guest_market(Context& context) {
    const auto& markets = context.thread.markets;
    const std::string asked = asked_market(context);
    context.market = markets.find(markets.default_market);
    if (!asked.empty()) {
        const auto code = MarketCode::parse(asked);
        context.market = code ? markets.find(*code) : nullptr;
        if (context.market == nullptr) {
            return problem_response(unknown_market, "There is no market \"" + asked + "\"", {}, context.request_id);
        }
    }
    if (const Refusal* shut = refusal_of_state(*context.market)) {
        return problem_response(*shut, {}, {}, context.request_id);
    }
    context.db = context.in_market(context.market->code);
    return std::nullopt;
}

void ApiDispatcher::choose_language(Context& context, std::string_view asked) {
    context.asked_language = asked;
    if (asked.empty() && context.caller) asked = context.caller->language;
    context.language = asked.empty() ? context.market->accepted_language(context.request.header("Accept-Language"))
                                     : context.market->language_or_default(asked);
}

Response ApiDispatcher::refusal_shown(Context& context, const Match& match, Response refusal) {
    const auto& show = context.thread.refusal_page;
    const bool page = match.route != nullptr ? match.route->options.page
                                             : match.allowed.empty() && !context.request.path.starts_with("/api/");
    if (!show || !page || context.request.header("Accept").find("text/html") == std::string_view::npos) return refusal;
    if (match.route == nullptr) {
        // Nobody has chosen yet; where that is refused the page is one of the default market.
        context.query = parse_query(context.request.query).value_or(Pairs{});
        const std::string asked_language = take(context.query, "lang");
        std::ignore = choose_guest_market(context);
        if (context.market != nullptr) choose_language(context, asked_language);
    }
    try {
        Response shown = show(context, refusal.status);
        shown.headers += refusal.headers;
        return shown;
    } catch (const std::exception& error) {
        log::error("http.bug", {{"request_id", context.request_id}, {"what", error.what()}});
        return refusal;
    }
}

}  // namespace marque::http
