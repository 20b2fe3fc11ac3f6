// Mail by libcurl: its MIME writer, its SMTP, its STARTTLS.
#include "work/mail.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <curl/curl.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>

#include "core/check.h"
#include "work/background.h"

namespace marque::work {
namespace {

/// An encoded word may have 75 letters; of those 12 are its frame, and base64 makes four letters of three bytes.
constexpr std::size_t word_bytes_max = 45;
/// Plain values up to here need no folding.
constexpr std::size_t plain_letters_max = 60;

/// How often who waits for a mail looks whether it was handed over: the thread that does it knows nobody to tell.
constexpr std::chrono::milliseconds look_interval{20};

/// Threads that mails are handed over on. At the process' end they give up what they do, within about a second.
class Postmen {
public:
    ~Postmen() {
        is_over_ = true;
        threads.stop();
        threads.join();
    }
    static int is_over(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return is_over_ ? 1 : 0; }
    boost::asio::thread_pool threads{mail_threads};

private:
    static inline std::atomic<bool> is_over_{false};
};

Postmen& postmen() {
    static Postmen all;
    return all;
}

/// Everything libcurl is lent for one mail; it holds pointers into it.
struct Handover {
    Mail mail;
    MailServer server;
    CURL* easy = nullptr;
    curl_mime* mime = nullptr;
    curl_slist* headers = nullptr;
    curl_slist* recipients = nullptr;
    std::array<char, CURL_ERROR_SIZE> said{};

    Handover(MailServer asked, Mail given) : mail(std::move(given)), server(std::move(asked)) {
        easy = curl_easy_init();
        check(easy != nullptr, "libcurl gave no handle");
    }
    ~Handover() {
        curl_easy_cleanup(easy);
        curl_mime_free(mime);
        curl_slist_free_all(headers);
        curl_slist_free_all(recipients);
    }
    Handover(const Handover&) = delete;
    Handover& operator=(const Handover&) = delete;
};

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    check(curl_easy_setopt(easy, option, value) == CURLE_OK, "libcurl refused an option");
}

void reach(Handover& handover) {
    CURL* easy = handover.easy;
    const MailServer& server = handover.server;
    set(easy, CURLOPT_URL, server.url.c_str());
    set(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_NOPROGRESS, 0L);
    set(easy, CURLOPT_XFERINFOFUNCTION, &Postmen::is_over);
    set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_USE_SSL, static_cast<long>(server.may_be_plain ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!server.ca_file.empty()) set(easy, CURLOPT_CAINFO, server.ca_file.c_str());
    set(easy, CURLOPT_CONNECTTIMEOUT, static_cast<long>(server.timeout_s));
    set(easy, CURLOPT_TIMEOUT, static_cast<long>(server.timeout_s));
    set(easy, CURLOPT_ERRORBUFFER, handover.said.data());
    // A connection that was kept may be dead on the other side; a mail is worth a new one.
    set(easy, CURLOPT_FRESH_CONNECT, 1L);
    set(easy, CURLOPT_FORBID_REUSE, 1L);
    if (server.user.empty()) return;
    set(easy, CURLOPT_USERNAME, server.user.c_str());
    set(easy, CURLOPT_PASSWORD, server.password.c_str());
}

void add_part(curl_mime* mime, const std::string& text, const char* type) {
    curl_mimepart* part = curl_mime_addpart(mime);
    const bool done = curl_mime_data(part, text.data(), text.size()) == CURLE_OK &&
                      curl_mime_type(part, type) == CURLE_OK && curl_mime_encoder(part, "base64") == CURLE_OK;
    check(done, "libcurl refused a part of a mail");
}

void write_mail(Handover& handover) {
    CURL* easy = handover.easy;
    const Mail& mail = handover.mail;
    handover.recipients = curl_slist_append(nullptr, ("<" + mail.to + ">").c_str());
    set(easy, CURLOPT_MAIL_FROM, ("<" + mail.from + ">").c_str());
    set(easy, CURLOPT_MAIL_RCPT, handover.recipients);
    for (const auto& line : mail.headers) handover.headers = curl_slist_append(handover.headers, line.c_str());
    set(easy, CURLOPT_HTTPHEADER, handover.headers);
    handover.mime = curl_mime_init(easy);
    curl_mime* parts = curl_mime_init(easy);
    add_part(parts, mail.text, "text/plain; charset=utf-8");
    add_part(parts, mail.html, "text/html; charset=utf-8");
    curl_mimepart* both = curl_mime_addpart(handover.mime);
    const bool done =
        curl_mime_subparts(both, parts) == CURLE_OK && curl_mime_type(both, "multipart/alternative") == CURLE_OK;
    check(done, "libcurl refused the parts of a mail");
    set(easy, CURLOPT_MIMEPOST, handover.mime);
}

/// Refused is only what was said of this mail: a wrong password or a sender that may not send will be put right.
MailAnswer judged(const Handover& handover, CURLcode result) {
    long code = 0;
    curl_easy_getinfo(handover.easy, CURLINFO_RESPONSE_CODE, &code);
    if (result == CURLE_OK) return {MailOutcome::sent, static_cast<int>(code), {}};
    const std::string_view said{handover.said.data()};
    const bool about_mail = (result == CURLE_SEND_ERROR || result == CURLE_WEIRD_SERVER_REPLY) && code >= 500 &&
                            code < 600 && !said.starts_with("MAIL failed");
    return {about_mail ? MailOutcome::refused : MailOutcome::failed, static_cast<int>(code),
            curl_easy_strerror(result)};
}

std::string base64(std::string_view bytes) {
    std::array<unsigned char, 4 * word_bytes_max> out{};
    const int size = EVP_EncodeBlock(out.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(size)};
}

}  // namespace

Task<MailAnswer> send_mail(boost::asio::io_context& context, MailServer server, Mail mail) {
    struct Letter {
        Letter(MailServer asked, Mail given) : handover(std::move(asked), std::move(given)) {}
        Handover handover;
        MailAnswer answer;
        std::atomic<bool> is_done{false};
    };
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    check(started == CURLE_OK, "libcurl does not start");
    const auto letter = std::make_shared<Letter>(std::move(server), std::move(mail));
    reach(letter->handover);
    write_mail(letter->handover);
    boost::asio::post(postmen().threads, [letter] {
        letter->answer = judged(letter->handover, curl_easy_perform(letter->handover.easy));
        letter->is_done.store(true, std::memory_order_release);
    });
    Alarm alarm{context};
    while (!letter->is_done.load(std::memory_order_acquire)) co_await alarm.wait(look_interval);
    co_return letter->answer;
}

MailAnswer ask_mail_server(const MailServer& server) {
    Handover handover{server, {}};
    reach(handover);
    set(handover.easy, CURLOPT_CUSTOMREQUEST, "NOOP");
    set(handover.easy, CURLOPT_NOBODY, 1L);
    return judged(handover, curl_easy_perform(handover.easy));
}

std::string encoded_header(std::string_view text) {
    const auto is_plain = [](char c) { return c >= ' ' && c < 0x7F; };
    const bool plain = std::ranges::all_of(text, is_plain) && !text.contains("=?");
    if (plain && text.size() <= plain_letters_max) return std::string{text};
    std::string encoded;
    while (!text.empty()) {
        std::size_t size = std::min(word_bytes_max, text.size());
        // Never within a letter of several bytes.
        while (size < text.size() && size > 1 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
        if (!encoded.empty()) encoded += "\r\n ";
        encoded += "=?UTF-8?B?" + base64(text.substr(0, size)) + "?=";
        text.remove_prefix(size);
    }
    return encoded;
}

std::string mail_date(std::int64_t unix_s) {
    const std::time_t moment = unix_s;
    std::tm parts{};
    ::gmtime_r(&moment, &parts);
    std::array<char, 64> text{};
    // The process never leaves the locale "C", whose names of days and months are those of RFC 5322.
    const std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return {text.data(), size};
}

bool is_loopback_url(std::string_view url) {
    const auto start = url.find("://");
    const auto host = start == std::string_view::npos ? url : url.substr(start + 3);
    const auto name = host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
    const bool is_number = name.find_first_not_of("0123456789.") == std::string_view::npos;
    return name == "localhost" || name == "[::1]" || (is_number && name.starts_with("127."));
}

}  // namespace marque::work
