// The endpoints of /manager/messages/templates: whose words a message has, how it would look, and one sent to try it.
#include <fmt/format.h>

#include <algorithm>

#include "core/money_text.h"
#include "features/messages/manage_queries.h"
#include "features/messages/messages.h"
#include "features/messages/own.h"
#include "features/messages/queries.h"
#include "features/messages/template.h"

namespace marque::messages {
namespace {

using http::Body;
using http::Context;
using http::NoContent;
using http::Query;

constexpr Refusal stale{409, "messages.stale", "The text was changed meanwhile; read it again"};
constexpr Refusal no_address{409, "messages.no_address",
                             "Your own account has no confirmed e-mail address to send this to"};
constexpr Refusal too_many_tests{429, "messages.too_many_tests", "A market sends at most 20 tests an hour"};
constexpr std::int64_t tests_of_hour_max = 20;

class LanguageCode {
public:
    static constexpr TextFacts facts{.pattern = "^[a-z]{2,3}$", .min_length = 2, .max_length = 3, .example = "ru"};

    LanguageCode() = default;
    [[nodiscard]] static Parsed<LanguageCode> parse(std::string_view text) {
        const bool fits = text.size() >= facts.min_length && text.size() <= facts.max_length &&
                          std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
        if (!fits) return std::unexpected("must be the code of a language, like ru");
        return LanguageCode{std::string{text}};
    }
    [[nodiscard]] const std::string& to_text() const { return text_; }

private:
    explicit LanguageCode(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

struct MessageTemplate {
    Kind kind = Kind::order_created;
    Channel channel = Channel::app;
    std::string language;
    Topic topic = Topic::orders;
    std::string subject;  // a title in the app; SMS have none
    std::string body;
    bool is_default = true;
    std::int32_t version = 0;
    std::vector<std::string> placeholders;
    std::optional<Timestamp> updated_at;
    std::optional<std::string> changed_by;
};
RECORD(MessageTemplate, kind, channel, language, topic, subject, body, is_default, version, placeholders, updated_at,
       changed_by);

struct MessageTemplates {
    std::vector<MessageTemplate> items;
};
RECORD(MessageTemplates, items);

struct TemplateQuery {
    std::optional<Kind> kind;
    std::optional<Channel> channel;
    std::optional<LanguageCode> language;
};
RECORD(TemplateQuery, kind, channel, language);

/// `version` is the one that was read, 0 where the words are the server's own.
struct MessageTemplateInput {
    std::string subject;
    std::string body;
    std::int32_t version = 0;
};
RECORD(MessageTemplateInput, subject, body, version);

/// As `Version`, and 0 where the words are the server's own.
class WordsVersion {
public:
    static constexpr IntegerFacts facts{.minimum = 0, .maximum = 2'147'483'647, .example = 1};

    constexpr WordsVersion() = default;
    [[nodiscard]] static Parsed<WordsVersion> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be a version, from 0 on");
        return WordsVersion{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    explicit constexpr WordsVersion(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 0;
};

struct VersionQuery {
    std::optional<WordsVersion> version;
};
RECORD(VersionQuery, version);

/// Words that were not kept yet; without them those that are.
struct MessagePreviewInput {
    std::optional<std::string> subject;
    std::optional<std::string> body;
};
RECORD(MessagePreviewInput, subject, body);

struct MessagePreview {
    std::string subject;
    std::string text;
    std::optional<std::string> html;
};
RECORD(MessagePreview, subject, text, html);

/// Which text is meant; refuses (invalid_input) a language that the market does not speak, and words that are not told.
struct Place {
    Kind kind = Kind::order_created;
    Channel channel = Channel::app;
    std::string language;
};

Place place_of(const Context& context, Kind kind, Channel channel, const LanguageCode& language) {
    const auto& spoken = context.market->languages;
    if (std::ranges::find(spoken, language.to_text()) == spoken.end()) {
        const std::string message = fmt::format("must be one of: {}", fmt::join(spoken, ", "));
        throw Refused{http::invalid_input, "language: " + message, {{"language", message}}};
    }
    if (channel == Channel::app && !facts_of(kind).in_app) {
        const std::string message = "must be sms or mail: this message is not told in the app";
        throw Refused{http::invalid_input, "channel: " + message, {{"channel", message}}};
    }
    return {kind, channel, language.to_text()};
}

MessageTemplate view_of(const Place& place, const TemplateRow* row) {
    const auto& facts = facts_of(place.kind);
    MessageTemplate view{
        .kind = place.kind, .channel = place.channel, .language = place.language, .topic = facts.topic};
    for (const auto name : facts.placeholders) view.placeholders.emplace_back(name);
    Words words = default_words(place.kind, place.channel, place.language);
    if (row != nullptr) {
        view.version = row->version;
        view.updated_at = row->updated_at;
        view.changed_by = row->changed_by;
        view.is_default = !row->body;
        if (row->body) words = {row->subject.value_or(""), *row->body};
    }
    view.subject = std::move(words.subject);
    view.body = std::move(words.body);
    return view;
}

Task<MessageTemplate> find(Context& context, Place place) {
    const auto rows = co_await context.db.rows(manage_sql.templates, place.kind, place.channel, place.language);
    co_return view_of(place, rows.empty() ? nullptr : &rows.front());
}

Task<MessageTemplates> list(Context& context, Query<TemplateQuery> query) {
    const auto& asked = query.value;
    const auto language = asked.language ? std::optional{asked.language->to_text()} : std::nullopt;
    const auto rows = co_await context.db.rows(manage_sql.templates, asked.kind, asked.channel, language);
    MessageTemplates all;
    for (const auto& facts : all_kinds()) {
        if (asked.kind && facts.kind != *asked.kind) continue;
        for (const Channel channel : {Channel::app, Channel::sms, Channel::mail}) {
            if ((asked.channel && channel != *asked.channel) || (channel == Channel::app && !facts.in_app)) continue;
            for (const auto& spoken : context.market->languages) {
                if (language && spoken != *language) continue;
                const auto row = std::ranges::find_if(rows, [&](const TemplateRow& each) {
                    return each.kind == facts.kind && each.channel == channel && each.language == spoken;
                });
                all.items.push_back(view_of({facts.kind, channel, spoken}, row == rows.end() ? nullptr : &*row));
            }
        }
    }
    co_return all;
}

Task<MessageTemplate> get(Context& context, Kind kind, Channel channel, LanguageCode language) {
    co_return co_await find(context, place_of(context, kind, channel, language));
}

/// What a channel takes: a subject's line, an SMS of a few parts, a mail as long as a letter.
std::vector<FieldError> mistakes_in(const Place& place, const std::string& subject, const std::string& body) {
    constexpr std::size_t subject_max = 150;
    constexpr std::size_t sms_max = 400;
    constexpr std::size_t body_max = 8'000;
    const auto& names = facts_of(place.kind).placeholders;
    std::vector<FieldError> mistakes;
    const auto judge = [&](std::string_view field, const std::string& text, std::size_t min, std::size_t max) {
        const auto length = utf8_length(text);
        std::string message = length ? mistake_in(text, names) : length.error();
        if (length && (*length < min || *length > max)) {
            message = fmt::format("must have {} to {} characters", min, max);
        }
        if (!message.empty()) mistakes.push_back({std::string{field}, message});
    };
    if (place.channel == Channel::sms) {
        if (!subject.empty()) mistakes.push_back({"subject", "must be empty: an SMS has none"});
        judge("body", body, 1, sms_max);
        return mistakes;
    }
    judge("subject", subject, 1, subject_max);
    if (in_one_line(subject) != subject) {
        mistakes.push_back({"subject", "must be one line, without double spaces or control characters"});
    }
    judge("body", body, 1, body_max);
    return mistakes;
}

void require_good(const Place& place, const std::string& subject, const std::string& body) {
    const auto mistakes = mistakes_in(place, subject, body);
    if (mistakes.empty()) return;
    throw Refused{http::invalid_input, mistakes.front().field + ": " + mistakes.front().message, mistakes};
}

std::string manager_of(const Context& context) {
    return fmt::format("manager:{}/{}", context.user().market.to_text(), context.user().user.to_text());
}

Task<MessageTemplate> put(Context& context, Kind kind, Channel channel, LanguageCode language,
                          Body<MessageTemplateInput> body) {
    const Place place = place_of(context, kind, channel, language);
    const auto& [subject, text, version] = body.value;
    require_good(place, subject, text);
    const auto written = co_await context.db.write(manage_sql.put, context.market->code, kind, channel, place.language,
                                                   subject, text, version, manager_of(context));
    if (written.empty()) throw Refused{stale};
    co_return co_await find(context, place);
}

Task<MessageTemplate> back_to_default(Context& context, Kind kind, Channel channel, LanguageCode language,
                                      Query<VersionQuery> query) {
    const Place place = place_of(context, kind, channel, language);
    const auto now = co_await find(context, place);
    const std::int32_t version = query.value.version ? query.value.version->value() : now.version;
    if (now.is_default && version == now.version) co_return now;
    const auto written = co_await context.db.write(manage_sql.put, context.market->code, kind, channel, place.language,
                                                   std::nullopt, std::nullopt, version, manager_of(context));
    if (written.empty()) throw Refused{stale};
    co_return co_await find(context, place);
}

/// What stands in a message of invented things, in the market's money.
Values samples_of(const MarketInfo& market, const std::string& language, const Desk& desk) {
    const auto amount = [&](std::int64_t minor) {
        return money_for_people(Money{minor, market.currency}, market.currency_sign, Language{language});
    };
    Values values = sample_values(language);
    values["amount"] = values["totals"] = amount(425'000);
    values["refunded"] = amount(125'000);
    values["shop"] = market.name;
    values["link"] = desk.page("/orders/123");
    return values;
}

Task<MessagePreview> preview(Context& context, Kind kind, Channel channel, LanguageCode language,
                             Body<MessagePreviewInput> body) {
    const Place place = place_of(context, kind, channel, language);
    const auto kept = co_await find(context, place);
    const std::string subject = body.value.subject.value_or(kept.subject);
    const std::string text = body.value.body.value_or(kept.body);
    require_good(place, subject, text);
    const auto& desk = context.service<Desk>();
    const Values values = samples_of(*context.market, place.language, desk);
    MessagePreview shown{.subject = in_one_line(filled(subject, values)), .text = filled(text, values)};
    if (channel == Channel::mail) shown.html = html_of(shown.text, "", place.language);
    co_return shown;
}

/// To the manager's own account: its phone, or its confirmed address.
Task<NoContent> send_test(Context& context, Kind kind, Channel channel, LanguageCode language) {
    const Place place = place_of(context, kind, channel, language);
    if (channel == Channel::app) {
        const std::string message = "must be sms or mail: what the app tells is seen by a preview";
        throw Refused{http::invalid_input, "channel: " + message, {{"channel", message}}};
    }
    const auto& desk = context.service<Desk>();
    const auto text = co_await find(context, place);
    const auto sent = co_await context.db.find(manage_sql.tests_of_hour);
    if (sent.value_or(0) >= tests_of_hour_max) throw Refused{too_many_tests};
    const auto& own = context.user();
    const auto account = co_await context.in_market(own.market).find(sql.reader, own.market, own.user);
    const std::string address = !account ? "" : channel == Channel::sms ? account->phone : account->email;
    if (address.empty()) throw Refused{no_address};
    Values values = samples_of(*context.market, place.language, desk);
    values["shop"] = account->shop;
    Composed composed{
        .kind = kind, .source = "test:" + Uuid::random().to_text(), .user = {}, .language = place.language};
    composed.outgoing.push_back({.channel = channel,
                                 .address = address,
                                 .subject = in_one_line(filled(text.subject, values)),
                                 .body = filled(text.body, values)});
    db::Transaction transaction = co_await context.db.begin();
    queue(transaction, context.market->code, desk, composed);
    co_await transaction.commit();
    co_return NoContent{};
}

}  // namespace

http::Routes template_routes() {
    using http::Access;
    const auto reads = Access::manager(Permission::messages_read);
    const auto writes = Access::manager(Permission::messages_write);
    return {
        http::get<"/api/v1/manager/messages/templates", list>(
            {.summary = "The words of every message, the market's own and the server's",
             .access = reads,
             .statements_max = 2}),
        http::get<"/api/v1/manager/messages/templates/{kind}/{channel}/{language}", get>(
            {.summary = "The words of one message", .access = reads, .statements_max = 2}),
        http::put<"/api/v1/manager/messages/templates/{kind}/{channel}/{language}", put>(
            {.summary = "Give a message words of the market's own",
             .access = writes,
             .refuses = {&stale},
             .statements_max = 4}),
        http::del<"/api/v1/manager/messages/templates/{kind}/{channel}/{language}", back_to_default>(
            {.summary = "Give a message the server's words back",
             .access = writes,
             .refuses = {&stale},
             .statements_max = 5}),
        http::post<"/api/v1/manager/messages/templates/{kind}/{channel}/{language}/preview", preview>(
            {.summary = "A message as it would be, of invented things; sends nothing",
             .access = reads,
             .statements_max = 2}),
        http::post<"/api/v1/manager/messages/templates/{kind}/{channel}/{language}/test", send_test>(
            {.summary = "Send a message of invented things to the caller's own phone or e-mail address",
             .access = writes,
             .refuses = {&no_address, &too_many_tests},
             .statements_max = 7}),
    };
}

}  // namespace marque::messages
