// One thread's life: listen, build the dispatcher, accept, sweep, drain, and leave nothing running behind.
#include "http/worker.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "core/log.h"
#include "http/session.h"

namespace marque::http {
namespace {

namespace asio = boost::asio;

constexpr int backlog = 1'024;
constexpr std::chrono::seconds sweep_interval{1};
/// How long accepting rests when the process is out of file descriptors or memory.
constexpr std::chrono::milliseconds accept_rest{100};
/// After the last request, database connections get this long to say good-bye.
constexpr std::chrono::seconds good_bye{1};
/// Sessions whose sockets were closed under them are given this many sweeps to notice.
constexpr int abort_ticks = 2;
/// From the last handshake that is let in to closing the door: a few round trips of a data centre.
constexpr std::chrono::milliseconds handshake_time{20};

void set_option(int socket, int level, int name) {
    const int on = 1;
    if (::setsockopt(socket, level, name, &on, sizeof on) != 0) {
        throw boost::system::system_error(errno, boost::system::system_category(), "setsockopt");
    }
}

/// Handshakes that have begun may end, new ones get no answer. Closing a listening socket resets every connection whose
/// handshake ends between the last accept and the close, and its client would take that for a lost request. False where
/// the kernel has no such filters.
bool refuse_handshakes(int listening) {
    constexpr std::uint16_t load_byte = BPF_LD | BPF_B | BPF_ABS;
    constexpr std::uint16_t jump_if_set = BPF_JMP | BPF_JSET | BPF_K;
    constexpr std::uint16_t give_back = BPF_RET | BPF_K;
    constexpr std::uint32_t flags_offset = 13;  // in the TCP header, where such a filter begins to look
    constexpr std::uint32_t syn = 0x02;
    sock_filter steps[] = {
        {load_byte, 0, 0, flags_offset}, {jump_if_set, 0, 1, syn}, {give_back, 0, 0, 0}, {give_back, 0, 0, 0xffffffff}};
    const sock_fprog program{static_cast<unsigned short>(std::size(steps)), steps};
    return ::setsockopt(listening, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

}  // namespace

std::uint16_t Worker::listen(const Tcp::endpoint& endpoint) {
    acceptor_.open(endpoint.protocol());
    set_option(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEADDR);
    set_option(acceptor_.native_handle(), SOL_SOCKET, SO_REUSEPORT);
    // Accepted sockets inherit it, which saves a system call for each.
    set_option(acceptor_.native_handle(), IPPROTO_TCP, TCP_NODELAY);
    if (endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false));
    acceptor_.bind(endpoint);
    acceptor_.listen(backlog);
    acceptor_.non_blocking(true);
    return acceptor_.local_endpoint().port();
}

void Worker::run(const Server::DispatcherFactory& make, const std::function<void(std::exception_ptr)>& ready) {
    try {
        dispatcher_ = make(context_, index_);
    } catch (...) {
        ready(std::current_exception());
        return;
    }
    ready(nullptr);
    serve();
    say_good_bye();
}

/// A handler of a background task that throws must not end the thread.
void Worker::serve() {
    const auto guard = asio::make_work_guard(context_);
    while (!context_.stopped()) {
        try {
            context_.run();
        } catch (const std::exception& error) {
            log::error("http.thread_handler_failed", {{"what", error.what()}});
        } catch (...) {
            log::error("http.thread_handler_failed");
        }
    }
}

/// The dispatcher goes on its own thread, with a context that still runs, so that its connections close cleanly.
void Worker::say_good_bye() {
    abandoned_ = !sessions_.empty();
    if (abandoned_) {
        log::error("http.requests_abandoned", {{"count", std::to_string(sessions_.size())}});
        (void)dispatcher_.release();  // suspended requests still refer to it
        return;
    }
    try {
        dispatcher_.reset();
        context_.restart();
        context_.run_for(good_bye);
    } catch (const std::exception& error) {
        log::error("http.shutdown_failed", {{"what", error.what()}});
    }
}

void Worker::start() {
    asio::post(context_, [this] {
        asio::co_spawn(context_, accept_all(), asio::detached);
        asio::co_spawn(context_, sweep_all(), asio::detached);
    });
}

void Worker::drain() {
    asio::post(context_, [this] { begin_drain(); });
}

void Worker::stop_now() {
    asio::post(context_, [this] {
        if (!draining_) begin_drain();
        close_door();
        drain_ticks_left_ = 0;
        close_everything();
    });
}

Task<void> Worker::accept_all() {
    accepting_ = true;
    while (acceptor_.is_open()) {
        boost::system::error_code failure;
        Socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failure));
        if (finished_) co_return;
        if (!failure) {
            adopt(std::move(socket));
            continue;
        }
        if (failure == asio::error::operation_aborted) break;
        if (failure == asio::error::connection_aborted) continue;
        log::warning("http.not_accepted", {{"what", failure.message()}});
        asio::steady_timer rest{context_, accept_rest};
        co_await rest.async_wait(asio::use_awaitable);
    }
    accepting_ = false;
    finish_if_drained();
}

void Worker::adopt(Socket socket) {
    if (static_cast<int>(sessions_.size()) >= limits().connections_max_per_thread) {
        turn_away(std::move(socket));
        return;
    }
    auto session = std::make_unique<Session>(*this, std::move(socket));
    asio::co_spawn(context_, Session::live(std::move(session)), [](const std::exception_ptr& failure) {
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            log::error("http.session_failed", {{"what", error.what()}});
        }
    });
}

/// Full: the answer goes out without waiting for the request, as far as the socket takes it.
void Worker::turn_away(Socket socket) {
    const auto& refusal = too_many_connections;
    const Response response = dispatcher_->refuse(refusal.status, refusal.code, refusal.title);
    std::string text;
    append_response_head(text, response, date_line(), ConnectionLine::close, common_.options.public_https);
    text += response.body;
    (void)::send(socket.native_handle(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    boost::system::error_code ignored;
    socket.shutdown(Socket::shutdown_send, ignored);
    // What the client already sent is taken, or closing would reset the connection before it reads the answer.
    std::array<char, 4096> discarded;
    while (::recv(socket.native_handle(), discarded.data(), discarded.size(), MSG_DONTWAIT) > 0) {
    }
}

Task<void> Worker::sweep_all() {
    sweep_timer_.expires_after(sweep_interval);
    while (!finished_) {
        boost::system::error_code ignored;
        co_await sweep_timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        sweep_timer_.expires_at(sweep_timer_.expiry() + sweep_interval);
        sweep();
    }
}

void Worker::sweep() {
    ++tick_;
    for (Session* session : sessions_) {
        if (session->deadline() <= tick_) session->expire();
    }
    if (!draining_ || finished_) return;
    if (drain_ticks_left_ == 0) close_everything();
    if (drain_ticks_left_-- <= -abort_ticks) finish();
}

void Worker::begin_drain() {
    if (draining_) return;
    draining_ = true;
    drain_ticks_left_ = common_.options.drain_s;
    for (Session* session : sessions_) session->drain();
    if (common_.options.hang_up || !refuse_handshakes(acceptor_.native_handle())) return close_door();
    door_timer_.expires_after(handshake_time);
    door_timer_.async_wait([this](const boost::system::error_code&) { close_door(); });
}

/// Connections the kernel has accepted for us were promised an answer.
void Worker::close_door() {
    boost::system::error_code failure;
    while (acceptor_.is_open() && !common_.options.hang_up) {
        Socket socket{context_};
        acceptor_.accept(socket, failure);
        if (failure) break;
        adopt(std::move(socket));
    }
    acceptor_.close(failure);
    finish_if_drained();
}

void Worker::close_everything() {
    for (Session* session : sessions_) session->abort();
}

/// An accept that was over just before the door closed still has its connection to bring.
void Worker::finish_if_drained() {
    if (draining_ && !finished_ && !accepting_ && sessions_.empty()) finish();
}

void Worker::finish() {
    finished_ = true;
    sweep_timer_.cancel();
    context_.stop();
}

void Worker::opened(Session& session) {
    session.place = sessions_.size();
    sessions_.push_back(&session);
    common_.connections.fetch_add(1, std::memory_order_relaxed);
}

void Worker::closed(Session& session) {
    sessions_.back()->place = session.place;
    sessions_[session.place] = sessions_.back();
    sessions_.pop_back();
    common_.connections.fetch_sub(1, std::memory_order_relaxed);
    finish_if_drained();
}

}  // namespace marque::http
