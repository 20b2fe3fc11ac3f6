// From what happened to words for one person, in each way that reaches them.
#include <fmt/format.h>

#include <algorithm>

#include "core/check.h"
#include "core/email.h"
#include "features/messages/links.h"
#include "features/messages/messages.h"
#include "features/messages/queries.h"
#include "features/messages/template.h"

namespace marque::messages {
namespace {

/// What a mail server and a telephone take at most; a text that grew by its values is cut there.
constexpr std::size_t subject_bytes_max = 400;
constexpr std::size_t sms_bytes_max = 1'000;
constexpr std::size_t mail_bytes_max = 64 * 1'024;

std::string cut(std::string text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    text.resize(bytes_max);
    while (!text.empty() && !utf8_length(text)) text.pop_back();
    return text;
}

Words words_for(Kind kind, Channel channel, std::string_view language, const std::vector<WordsRow>& own) {
    const auto found = std::ranges::find(own, channel, &WordsRow::channel);
    if (found == own.end()) return default_words(kind, channel, language);
    return {found->subject, found->body};
}

Words rendered(Words words, const Values& values, bool raw) {
    words.subject = filled(words.subject, values);
    // The negative control "raw_headers" lets a value end a header and begin another.
    if (!raw) words.subject = cut(in_one_line(words.subject), subject_bytes_max);
    words.body = filled(words.body, values);
    return words;
}

/// What the customer said, else what the topic is by itself.
bool is_wanted(const ReaderRow& row, Topic topic, Channel channel) {
    if (is_fixed(topic)) return true;
    const std::string choice = fmt::format("{}:{}:", enum_word(topic), enum_word(channel));
    const auto said = std::ranges::find_if(row.choices, [&](const auto& each) { return each.starts_with(choice); });
    return said == row.choices.end() ? is_on_by_itself(topic) : said->ends_with("on");
}

}  // namespace

Task<Composed> compose(db::Handle db, const Desk& desk, Message message, Reader reader) {
    const MarketCode market = db.market();
    auto row = co_await db.find(sql.reader, market, reader.user);
    check(row.has_value(), "a message of a market without its row");
    const auto own = co_await db.rows(sql.words, message.kind, reader.language);
    const KindFacts& facts = facts_of(message.kind);
    Values& values = message.values;
    values["shop"] = row->shop;
    values["name"] = reader.user ? row->name : reader.name;
    const bool raw = desk.config().breaks("raw_headers");
    const auto words = [&](Channel channel) {
        return rendered(words_for(message.kind, channel, reader.language, own), values, raw);
    };
    Composed composed{.kind = message.kind,
                      .source = std::move(message.source),
                      .user = reader.user,
                      .language = reader.language,
                      .app = words(Channel::app)};
    const auto wanted = [&](Channel channel) {
        return desk.config().breaks("forget_opt_out") || is_wanted(*row, facts.topic, channel);
    };
    const std::string phone = reader.user ? row->phone : reader.phone;
    const bool by_sms = std::ranges::find(row->sms_kinds, enum_word(message.kind)) != row->sms_kinds.end();
    if (by_sms && !phone.empty() && wanted(Channel::sms)) {
        composed.outgoing.push_back(
            {.channel = Channel::sms, .address = phone, .body = cut(words(Channel::sms).body, sms_bytes_max)});
    }
    // Another address than the customer's own is one that the caller knows to be theirs.
    // An order's may be any text that a guest typed.
    const auto address = Email::parse(reader.email.empty() ? row->email : reader.email);
    if (address && desk.has_mail() && wanted(Channel::mail)) {
        const std::string& email = address->to_text();
        Words mail = words(Channel::mail);
        Composed::Outgoing outgoing{.channel = Channel::mail,
                                    .address = email,
                                    .subject = std::move(mail.subject),
                                    .body = cut(std::move(mail.body), mail_bytes_max)};
        if (!reader.user) outgoing.digest = address_digest(desk.key(), market, email);
        if (!is_fixed(facts.topic)) {
            const std::string who = reader.user ? reader.user->to_text() : outgoing.digest;
            outgoing.unsubscribe = unsubscribe_path(desk.key(), {market, who, facts.topic}, reader.language);
        }
        composed.outgoing.push_back(std::move(outgoing));
    }
    co_return composed;
}

void queue(db::Transaction& transaction, MarketCode market, const Desk& desk, const Composed& composed) {
    for (const auto& each : composed.outgoing) {
        const bool forgets = desk.config().breaks("forget_opt_out");
        transaction.execute(sql.queue, market, composed.source, composed.kind, each.channel,
                            facts_of(composed.kind).topic, composed.user, composed.language, each.address, each.subject,
                            identity::sealed_text(desk.key(), each.body), each.unsubscribe,
                            forgets ? std::string{} : each.digest);
    }
}

Task<std::optional<EmailStanding>> email_standing(db::Handle db, UserId user) {
    return db.find(own_sql.email_standing, user);
}

Task<bool> ask_to_confirm(db::Handle db, const Desk& desk, UserId user, std::string source) {
    // Whoever types strangers' addresses must not make the shop write to them again and again.
    constexpr std::int64_t asked_max = 5;
    constexpr std::int64_t address_asked_max = 3;
    const auto standing = co_await db.find(own_sql.email_standing, user);
    if (!standing || standing->email.empty() || standing->email == standing->confirmed) co_return false;
    if (standing->asked_today >= asked_max || standing->address_asked_today >= address_asked_max) co_return false;
    const std::string link =
        desk.page(confirm_path(desk.key(), db.market(), user, standing->email, Timestamp::now(), standing->language));
    Message message{.kind = Kind::confirm_email, .source = std::move(source), .values = {{"link", link}}};
    Reader reader{.user = user, .email = standing->email, .language = standing->language};
    const auto composed = co_await compose(db, desk, std::move(message), std::move(reader));
    db::Transaction transaction = co_await db.begin();
    queue(transaction, db.market(), desk, composed);
    co_await transaction.commit();
    co_return true;
}

Task<Carried> plan_carry(db::Handle from, UserId user) {
    Carried carried;
    carried.preferences = co_await from.rows(own_sql.preferences, user);
    const auto confirmed = co_await from.find(own_sql.confirmed, user);
    carried.confirmed = confirmed.value_or("");
    co_return carried;
}

void queue_unpack(db::Transaction& transaction, MarketCode market, UserId user, const Carried& carried) {
    for (const auto& [topic, channel, is_on] : carried.preferences) {
        transaction.execute(own_sql.choose, market, user, topic, channel, is_on);
    }
    if (!carried.confirmed.empty()) transaction.execute(own_sql.carry_confirmed, market, user, carried.confirmed);
}

}  // namespace marque::messages
