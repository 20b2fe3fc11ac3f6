// libcurl's multi interface driven by asio: curl says which sockets and what time to watch, asio tells it when.
#include "work/http_client.h"

#include <arpa/inet.h>
#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

#include "core/check.h"
#include "core/text.h"

namespace marque::work {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

namespace {

constexpr long connections_kept_max = 16;
/// A connection that was idle for longer may be dead on the other side: a fresh one is safer for what must go once.
constexpr long idle_max_s = 20;
constexpr std::size_t headers_max = 100;

/// libcurl wants it once, before any thread uses it.
void start_curl() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

/// One call under way. curl holds pointers into it, so it does not move.
struct Transfer {
    HttpCall call;
    CURL* easy = nullptr;
    curl_slist* headers = nullptr;
    HttpAnswer answer;
    HttpTrouble trouble;
    bool too_large = false;
    bool cut = false;
    bool refused_address = false;
    bool finished = false;
    std::move_only_function<void()> resume;

    explicit Transfer(HttpCall asked) : call(std::move(asked)) {}
    ~Transfer() {
        if (easy != nullptr) curl_easy_cleanup(easy);
        curl_slist_free_all(headers);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
};

std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::size_t room = transfer.call.answer_bytes_max - transfer.answer.body.size();
    const bool fits = size <= room;
    transfer.cut = !fits && transfer.call.keep_beginning;
    transfer.too_large = !fits && !transfer.cut;
    if (transfer.too_large) return 0;
    transfer.answer.body.append(bytes, std::min(size, room));
    return fits ? size : 0;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* self) {
    auto& answer = static_cast<Transfer*>(self)->answer;
    const std::string_view line = trimmed({bytes, size});
    if (line.starts_with("HTTP/")) answer.headers.clear();  // what came before was a 1xx
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && answer.headers.size() < headers_max) {
        answer.headers.emplace_back(lowered(line.substr(0, colon)), std::string{trimmed(line.substr(colon + 1))});
    }
    return size;
}

std::string text_of(const sockaddr& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = address.sa_family == AF_INET
                            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr)
                            : &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    return ::inet_ntop(address.sa_family, bytes, text.data(), text.size()) == nullptr ? std::string{} : text.data();
}

/// The last moment before connecting, with the address that will really be used: no second look-up can change it.
curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string where = text_of(address->addr);
    const bool allowed = is_public_address(where) || (transfer.call.loopback_too && is_loopback_address(where));
    if (transfer.call.public_addresses_only && !allowed) {
        transfer.refused_address = true;
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    const CURLcode done = curl_easy_setopt(easy, option, value);
    check(done == CURLE_OK, "libcurl refused an option");
}

bool set_method(Transfer& transfer) {
    CURL* easy = transfer.easy;
    set(easy, CURLOPT_CUSTOMREQUEST, transfer.call.method.c_str());
    if (transfer.call.method == "HEAD") set(easy, CURLOPT_NOBODY, 1L);
    if (!transfer.call.body.empty() || transfer.call.method == "POST") {
        set(easy, CURLOPT_POSTFIELDS, transfer.call.body.data());
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.call.body.size()));
    }
    for (const auto& line : transfer.call.headers) {
        if (line.find_first_of("\r\n") != std::string::npos) return false;
        transfer.headers = curl_slist_append(transfer.headers, line.c_str());
    }
    transfer.headers = curl_slist_append(transfer.headers, "Expect:");
    set(easy, CURLOPT_HTTPHEADER, transfer.headers);
    return true;
}

/// False where the call itself is not well-formed.
bool prepare(Transfer& transfer) {
    transfer.easy = curl_easy_init();
    check(transfer.easy != nullptr, "libcurl gave no handle");
    CURL* easy = transfer.easy;
    const HttpCall& call = transfer.call;
    set(easy, CURLOPT_URL, call.url.c_str());
    set(easy, CURLOPT_PRIVATE, &transfer);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_FOLLOWLOCATION, call.follow_redirects ? 1L : 0L);
    set(easy, CURLOPT_PROXY, "");
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_MAXAGE_CONN, idle_max_s);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(call.connect_timeout_ms));
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(call.total_timeout_ms));
    set(easy, CURLOPT_USERAGENT, "marque");
    set(easy, CURLOPT_WRITEFUNCTION, take_body);
    set(easy, CURLOPT_WRITEDATA, &transfer);
    set(easy, CURLOPT_HEADERFUNCTION, take_header);
    set(easy, CURLOPT_HEADERDATA, &transfer);
    set(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    set(easy, CURLOPT_OPENSOCKETDATA, &transfer);
    if (call.public_addresses_only) {
        set(easy, CURLOPT_FRESH_CONNECT, 1L);  // a kept connection was checked for others
        set(easy, CURLOPT_FORBID_REUSE, 1L);
        set(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    }
    if (!call.user.empty()) {
        set(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        set(easy, CURLOPT_USERNAME, call.user.c_str());
        set(easy, CURLOPT_PASSWORD, call.password.c_str());
    }
    return set_method(transfer);
}

void conclude(Transfer& transfer, CURLcode result) {
    transfer.finished = true;
    if (result == CURLE_OK || (transfer.cut && result == CURLE_WRITE_ERROR)) {
        long status = 0;
        curl_off_t retry_after_s = 0;
        curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_getinfo(transfer.easy, CURLINFO_RETRY_AFTER, &retry_after_s);
        transfer.answer.status = static_cast<int>(status);
        transfer.answer.retry_after_s = retry_after_s;
        return;
    }
    curl_off_t ready_us = 0;  // when curl was about to send; 0 if it never came that far
    curl_easy_getinfo(transfer.easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
    transfer.trouble.may_have_arrived = ready_us > 0;
    transfer.trouble.what = transfer.refused_address ? "the address is not public"
                            : transfer.too_large     ? "the answer is too large"
                                                     : curl_easy_strerror(result);
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
    const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
    return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

struct HttpClient::State : std::enable_shared_from_this<HttpClient::State> {
    /// A socket of curl's, watched but not owned.
    struct Watched {
        explicit Watched(asio::io_context& context) : descriptor(context) {}
        Descriptor descriptor;
        int wanted = CURL_POLL_NONE;
        bool reading = false;
        bool writing = false;
    };

    explicit State(asio::io_context& io) : context(io), timer(io) {
        start_curl();
        multi = curl_multi_init();
        check(multi != nullptr, "libcurl gave no multi handle");
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &State::watch_socket);
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &State::set_timer);
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections_kept_max);
    }
    ~State() { check(multi == nullptr, "an HTTP client was not closed"); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void start(const std::shared_ptr<Transfer>& transfer) {
        const CURLMcode added = curl_multi_add_handle(multi, transfer->easy);
        check(added == CURLM_OK, "libcurl took no handle");
        transfers[transfer->easy] = transfer;
    }

    void close() {
        for (const auto& [easy, transfer] : std::exchange(transfers, {})) {
            conclude(*transfer, CURLE_ABORTED_BY_CALLBACK);
            curl_multi_remove_handle(multi, easy);
            resume(*transfer);
        }
        curl_multi_cleanup(std::exchange(multi, nullptr));
        for (const auto& [socket, watched] : sockets) watched->descriptor.release();
        sockets.clear();
        timer.cancel();
    }

    asio::io_context& context;

private:
    static int set_timer(CURLM*, long timeout_ms, void* self) {
        auto& state = *static_cast<State*>(self);
        state.timer.cancel();
        if (timeout_ms < 0) return 0;
        state.timer.expires_after(std::chrono::milliseconds{timeout_ms});
        state.timer.async_wait([weak = state.weak_from_this()](boost::system::error_code error) {
            const auto alive = weak.lock();
            if (!error && alive) alive->act(CURL_SOCKET_TIMEOUT, 0);
        });
        return 0;
    }

    static int watch_socket(CURL*, curl_socket_t socket, int wanted, void* self, void*) {
        auto& state = *static_cast<State*>(self);
        auto& watched = state.sockets[socket];
        if (wanted == CURL_POLL_REMOVE) {
            if (watched) watched->descriptor.release();
            state.sockets.erase(socket);
            return 0;
        }
        if (!watched) {
            watched = std::make_shared<Watched>(state.context);
            watched->descriptor.assign(socket);
        }
        watched->wanted = wanted;
        state.wait(socket, watched);
        return 0;
    }

    void wait(curl_socket_t socket, const std::shared_ptr<Watched>& watched) {
        if ((watched->wanted & CURL_POLL_IN) != 0) wait_for(socket, watched, Descriptor::wait_read);
        if ((watched->wanted & CURL_POLL_OUT) != 0) wait_for(socket, watched, Descriptor::wait_write);
    }

    void wait_for(curl_socket_t socket, const std::shared_ptr<Watched>& watched, Descriptor::wait_type kind) {
        bool& under_way = kind == Descriptor::wait_read ? watched->reading : watched->writing;
        if (std::exchange(under_way, true)) return;
        watched->descriptor.async_wait(
            kind, [weak = weak_from_this(), socket, watched, kind](boost::system::error_code error) {
                (kind == Descriptor::wait_read ? watched->reading : watched->writing) = false;
                const auto alive = weak.lock();
                if (!alive || alive->multi == nullptr || !alive->watches(socket, watched)) return;
                const int event = kind == Descriptor::wait_read ? CURL_CSELECT_IN : CURL_CSELECT_OUT;
                alive->act(socket, error ? CURL_CSELECT_ERR : event);
                // curl calls watch_socket only when its wish changes.
                if (!error && alive->multi != nullptr && alive->watches(socket, watched)) alive->wait(socket, watched);
            });
    }

    /// False once curl gave the socket up, even if a new one has got its number.
    [[nodiscard]] bool watches(curl_socket_t socket, const std::shared_ptr<Watched>& watched) const {
        const auto found = sockets.find(socket);
        return found != sockets.end() && found->second == watched;
    }

    void act(curl_socket_t socket, int events) {
        if (multi == nullptr) return;
        int running = 0;
        curl_multi_socket_action(multi, socket, events, &running);
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            const auto found = transfers.find(message->easy_handle);
            check(found != transfers.end(), "libcurl finished an unknown call");
            const auto transfer = std::move(found->second);
            transfers.erase(found);
            conclude(*transfer, message->data.result);
            curl_multi_remove_handle(multi, transfer->easy);
            resume(*transfer);
        }
    }

    /// Never from within curl.
    void resume(Transfer& transfer) {
        if (transfer.resume) asio::post(context, std::exchange(transfer.resume, nullptr));
    }

    CURLM* multi = nullptr;
    asio::steady_timer timer;
    std::map<curl_socket_t, std::shared_ptr<Watched>> sockets;
    std::map<CURL*, std::shared_ptr<Transfer>> transfers;
};

HttpClient::HttpClient(asio::io_context& context) : state_(std::make_shared<State>(context)) {}

HttpClient::~HttpClient() { state_->close(); }

Task<HttpResult> HttpClient::send(HttpCall call) {
    const auto transfer = std::make_shared<Transfer>(std::move(call));
    if (!prepare(*transfer)) co_return std::unexpected(HttpTrouble{"a header holds a line break", false});
    state_->start(transfer);
    if (!transfer->finished) {
        co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
            [&](auto handler) { transfer->resume = std::move(handler); }, asio::use_awaitable);
    }
    // The client may be gone by now; the call's own state is all that is touched.
    if (transfer->answer.status == 0) co_return std::unexpected(transfer->trouble);
    co_return std::move(transfer->answer);
}

}  // namespace marque::work
