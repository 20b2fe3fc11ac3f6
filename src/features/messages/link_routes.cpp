// Pages behind the links of mails: no log-in, nothing done by looking at them (mail scanners look at every link), and
// one POST does it, as a person's click or as a mail program's own (RFC 8058).
#include <fmt/format.h>

#include <algorithm>

#include "features/messages/links.h"
#include "features/messages/messages.h"
#include "features/messages/own.h"
#include "features/messages/queries.h"
#include "features/messages/template.h"

namespace marque::messages {
namespace {

using http::Context;
using http::Response;

constexpr Refusal bad_link{404, "messages.bad_link", "This link is no longer good"};

/// A digest in base64url, and no more.
constexpr std::size_t who_letters_max = 64;

Response page_of(std::string_view language, std::string_view sentence, std::string_view button) {
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.content_security_policy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    response.add_header("Cache-Control", "no-store");
    const std::string form =
        button.empty() ? std::string{}
                       : fmt::format(R"(<form method="post"><button style="font:inherit;padding:.5em 2em">{}</button>)"
                                     R"(</form>)",
                                     html_escaped(button));
    response.body = fmt::format(
        R"(<!doctype html><html lang="{}"><head><meta charset="utf-8"><meta name="robots" content="noindex">)"
        R"(<meta name="viewport" content="width=device-width, initial-scale=1"><title>{}</title></head>)"
        R"(<body style="font-family:sans-serif;max-width:32em;margin:4em auto;padding:0 1em">)"
        R"(<h1 style="font-size:1.4em">{}</h1>{}</body></html>)",
        html_escaped(language), html_escaped(sentence), html_escaped(sentence), form);
    return response;
}

/// Of the mail that the link stands in; the route is open, so nobody else has looked.
std::string asked_language(const Context& context) {
    const auto asked = std::ranges::find(context.query, "lang", &http::Pairs::value_type::first);
    const bool known = asked != context.query.end() && (asked->second == "ky" || asked->second == "ru");
    return known ? asked->second : "en";
}

Unsubscription read_wish(const Context& context, MarketCode market, const std::string& who, Topic topic,
                         const std::string& signature) {
    Unsubscription wish{market, who, topic};
    const bool good = context.thread.cluster.has(market) && who.size() <= who_letters_max &&
                      is_signed(context.service<Desk>().key(), wish, signature);
    if (!good) throw Refused{bad_link};
    return wish;
}

Response ask_unsubscribe(Context& context, MarketCode market, std::string who, Topic topic, std::string signature) {
    read_wish(context, market, who, topic, signature);
    const std::string language = asked_language(context);
    const Frame& words = frame_of(language);
    return page_of(language, words.unsubscribe_ask, words.button);
}

Task<Response> unsubscribe(Context& context, MarketCode market, std::string who, Topic topic, std::string signature) {
    const auto wish = read_wish(context, market, who, topic, signature);
    const auto user = UserId::parse(wish.who);
    db::Transaction transaction = co_await context.in_market(market).begin();
    if (user) {
        transaction.execute(own_sql.choose, market, *user, topic, Channel::mail, false);
        transaction.execute(own_sql.drop, *user, topic, Channel::mail);
    } else {
        transaction.execute(own_sql.refuse, market, wish.who, topic);
    }
    co_await transaction.commit();
    const std::string language = asked_language(context);
    co_return page_of(language, frame_of(language).unsubscribe_done, "");
}

/// The account's address, where the link is good for it.
Task<std::string> address_to_confirm(Context& context, MarketCode market, UserId user, std::string expires,
                                     std::string signature) {
    const auto expires_s = parse_integer(expires);
    if (!context.thread.cluster.has(market) || !expires_s || *expires_s < context.now.unix_s()) {
        throw Refused{bad_link};
    }
    const auto standing = co_await context.in_market(market).find(own_sql.email_standing, user);
    const bool good = standing && !standing->email.empty() &&
                      confirms(context.service<Desk>().key(), market, user, standing->email, *expires_s, signature);
    if (!good) throw Refused{bad_link};
    co_return standing->email;
}

Task<Response> ask_confirm(Context& context, MarketCode market, UserId user, std::string expires,
                           std::string signature) {
    co_await address_to_confirm(context, market, user, expires, signature);
    const std::string language = asked_language(context);
    const Frame& words = frame_of(language);
    co_return page_of(language, words.confirm_ask, words.button);
}

Task<Response> confirm(Context& context, MarketCode market, UserId user, std::string expires, std::string signature) {
    const std::string address = co_await address_to_confirm(context, market, user, expires, signature);
    co_await context.in_market(market).execute(own_sql.confirm, user, address);
    const std::string language = asked_language(context);
    co_return page_of(language, frame_of(language).confirm_done, "");
}

}  // namespace

http::Routes link_routes() {
    using http::Access;
    const auto options = [](std::string_view summary, int statements_max) {
        return http::RouteOptions{.summary = summary,
                                  .access = Access::open,
                                  .refuses = {&bad_link},
                                  .statements_max = statements_max,
                                  .page = true};
    };
    return {
        http::get<"/mail/unsubscribe/{market}/{who}/{topic}/{signature}", ask_unsubscribe>(
            options("Page that asks whether somebody wants no more mail of a topic", 0)),
        http::post<"/mail/unsubscribe/{market}/{who}/{topic}/{signature}", unsubscribe>(
            options("No more mail of a topic, by a mail's own link", 2)),
        http::get<"/mail/confirm/{market}/{user}/{expires}/{signature}", ask_confirm>(
            options("Page that asks whether an e-mail address is somebody's own", 1)),
        http::post<"/mail/confirm/{market}/{user}/{expires}/{signature}", confirm>(
            options("Confirms an e-mail address, by the link that was sent to it", 2)),
    };
}

}  // namespace marque::messages
