// The sender: takes due messages by lease, hands SMS to features/sms and mail to the mail server.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/log.h"
#include "features/messages/messages.h"
#include "features/messages/queries.h"
#include "features/messages/template.h"
#include "work/background.h"
#include "work/outbox.h"

namespace marque::messages {
namespace {

/// Messages of one market under way at once; the rest waits in the table.
constexpr int in_flight_max = 8;
constexpr std::chrono::milliseconds look_interval{500};
/// Beyond twice the longest that a mail server may take (a mail may wait for a thread), to write down what it said.
constexpr int lease_margin_s = 5;
/// Between tries: 5 s, doubled up to an hour, until the message is no longer useful (two days).
constexpr int retry_first_s = 5;
constexpr int retry_max_s = 3'600;
/// An SMS that no provider takes for so long may fall into the quiet hours: it is dropped.
constexpr std::int32_t sms_useful_s = 7'200;

/// The From's domain stands behind the @ of every Message-ID.
std::string domain_of(std::string_view address) { return std::string{address.substr(address.rfind('@') + 1)}; }

work::Mail mail_of(const Desk& desk, MarketCode market, const DueRow& row, const std::string& text) {
    const bool raw = desk.config().breaks("raw_headers");
    const auto encoded = [&](const std::string& value) { return raw ? value : work::encoded_header(value); };
    work::Mail mail{.from = desk.from(market), .to = row.address};
    mail.headers = {fmt::format("From: {} <{}>", encoded(in_one_line(row.shop)), mail.from),
                    fmt::format("To: <{}>", mail.to),
                    "Subject: " + encoded(row.subject),
                    fmt::format("Message-ID: <{}@{}>", row.message_key.to_text(), domain_of(mail.from)),
                    "Date: " + work::mail_date(row.created_at.unix_s()),
                    "Auto-Submitted: auto-generated",
                    "Content-Language: " + row.language};
    std::string footer;
    if (!row.unsubscribe.empty()) {
        const std::string link = desk.page(row.unsubscribe);
        mail.headers.push_back(fmt::format("List-Unsubscribe: <{}>", link));
        mail.headers.emplace_back("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
        footer = fmt::format("{} {}", frame_of(row.language).unsubscribe, link);
    }
    mail.text = footer.empty() ? text : text + "\n\n-- \n" + footer;
    mail.html = html_of(text, footer, row.language);
    return mail;
}

int wait_after(int tries) { return std::min(retry_first_s << std::min(tries - 1, 10), retry_max_s); }

}  // namespace

/// What one market's coroutines share. Once it is stopping, the sender and the database may be gone.
struct Sender::Lane {
    Lane(boost::asio::io_context& context, db::Handle handle) : db(handle), look(context) {}
    db::Handle db;
    work::Alarm look;
    int in_flight = 0;
    bool stopping = false;

    [[nodiscard]] std::string market() const { return db.market().to_text(); }
};

namespace {

/// In one transaction with the row's end, so that the SMS is there once and features/sms sees to the rest.
Task<bool> hand_to_sms(db::Handle db, DueRow row) {
    db::Transaction transaction = co_await db.begin();
    const auto mine = transaction.query(sql.hand_over, row.id, row.tries);
    co_await transaction.flush();
    if (!mine.find()) co_return false;
    // The text stays sealed; the sender of SMS opens it.
    work::emit(transaction, db.market(), work::SmsMessage{row.address, row.body, sms_useful_s});
    co_await transaction.commit();
    co_return true;
}

Task<void> show(db::Handle db, DueRow row, work::Mail mail) {
    co_await db.execute(sql.show, db.market(), mail.to, row.subject, mail.text, mail.html);
}

}  // namespace

Sender::Sender(boost::asio::io_context& context, SenderParts parts) : context_(context), parts_(std::move(parts)) {}

Sender::~Sender() {
    for (const auto& [market, lane] : lanes_) {
        lane->stopping = true;
        lane->look.ring();
    }
}

void Sender::serve(db::Handle db) {
    const auto lane = std::make_shared<Lane>(context_, db);
    lanes_[db.market()] = lane;
    work::spawn(context_, work_off(*this, lane));
}

Task<void> Sender::work_off(Sender& sender, std::shared_ptr<Lane> lane) {
    const Config& config = sender.parts_.desk.config();
    const bool is_never_quiet = config.breaks("ignore_quiet_hours");
    while (!lane->stopping) {
        std::vector<DueRow> taken;
        try {
            const auto due = co_await lane->db.find(sql.any_due);
            if (due && !lane->stopping && lane->in_flight < in_flight_max) {
                const auto expired = co_await lane->db.execute(sql.expire);
                if (lane->stopping) co_return;
                for (std::int64_t i = 0; i < expired; ++i) sender.parts_.count(lane->market(), "", "expired");
                const int room = in_flight_max - lane->in_flight;
                if (config.breaks("mail_twice")) {
                    taken = co_await lane->db.rows(sql.naive_take, room);
                } else {
                    taken = co_await lane->db.write(sql.take, room, 2 * config.smtp_timeout_s + lease_margin_s,
                                                    lane->db.market(), is_never_quiet);
                }
            }
        } catch (const std::exception& error) {
            if (lane->stopping) co_return;
            log::warning("messages.not_taken", {{"market", lane->market()}, {"what", error.what()}});
        }
        if (lane->stopping) co_return;
        for (auto& row : taken) {
            ++lane->in_flight;
            work::spawn(sender.context_, carry(sender, lane, std::move(row)));
        }
        if (taken.empty()) co_await lane->look.wait(look_interval);
    }
}

Task<void> Sender::carry(Sender& sender, std::shared_ptr<Lane> lane, DueRow row) {
    try {
        co_await carry_one(sender, lane, std::move(row));
    } catch (const std::exception& error) {
        // The lease runs out by itself, and the message is due again.
        if (!lane->stopping) {
            log::warning("messages.not_recorded", {{"market", lane->market()}, {"what", error.what()}});
        }
    }
    --lane->in_flight;
    if (!lane->stopping) lane->look.ring();
}

Task<void> Sender::carry_one(Sender& sender, std::shared_ptr<Lane> lane, DueRow row) {
    const Desk& desk = sender.parts_.desk;
    const auto opened = identity::opened_text(desk.key(), row.body);
    if (!opened) {
        // Another key sealed it (JWT_SECRET changed); it expires by itself.
        log::error("messages.sealed_with_other_key", {{"market", lane->market()}, {"message", std::to_string(row.id)}});
        co_return;
    }
    if (row.channel == Channel::sms) {
        const bool handed = co_await hand_to_sms(lane->db, row);
        if (handed && !lane->stopping) sender.parts_.count(lane->market(), "sms", "sent");
        co_return;
    }
    work::Mail mail = mail_of(desk, lane->db.market(), row, *opened);
    work::MailAnswer answer{.outcome = work::MailOutcome::sent};
    if (desk.server().url.empty()) {
        co_await show(lane->db, row, std::move(mail));
    } else {
        answer = co_await work::send_mail(sender.context_, desk.server(), std::move(mail));
    }
    if (lane->stopping) co_return;
    const std::string outcome{enum_word(answer.outcome)};
    sender.parts_.count(lane->market(), "mail", outcome);
    const bool failed = answer.outcome == work::MailOutcome::failed;
    log::write(failed ? log::Level::warning : log::Level::info, "mail." + outcome,
               {{"market", lane->market()},
                {"message", std::to_string(row.id)},
                {"code", std::to_string(answer.code)},
                {"what", answer.what}});
    const std::string error = answer.code > 0 ? std::to_string(answer.code) : answer.what;
    if (failed) {
        co_await lane->db.execute(sql.retry, row.id, row.tries, wait_after(row.tries), error);
        co_return;
    }
    const bool sent = answer.outcome == work::MailOutcome::sent;
    co_await lane->db.execute(sql.finish, row.id, outcome, sent ? std::nullopt : std::optional{error});
}

}  // namespace marque::messages
