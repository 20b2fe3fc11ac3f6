#pragma once
// One thread of the server: its io_context, its listening socket, its connections and the sweep over their deadlines.

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <vector>

#include "http/proxies.h"
#include "http/response_head.h"
#include "http/server.h"

namespace marque::http {

class Session;

using Tcp = boost::asio::ip::tcp;
using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<Tcp, Executor>;
using Acceptor = boost::asio::basic_socket_acceptor<Tcp, Executor>;

/// What all threads share.
struct Common {
    explicit Common(ServerOptions wanted)
        : options(std::move(wanted)), proxies(options.trusted_proxies, options.trust_first_forwarded) {}
    const ServerOptions options;
    const ProxyList proxies;
    std::atomic<bool> draining = false;
    std::atomic<int> connections = 0;
};

class Worker {
public:
    Worker(Common& common, int index) : common_(common), index_(index) {}
    ~Worker() = default;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Listens with SO_REUSEPORT; returns the port.
    std::uint16_t listen(const Tcp::endpoint& endpoint);
    /// The thread's body: builds the dispatcher, tells `ready`, serves until drained. Does not throw.
    void run(const Server::DispatcherFactory& make, const std::function<void(std::exception_ptr)>& ready);
    /// From any thread: start accepting, stop gracefully, stop now.
    void start();
    void drain();
    void stop_now();
    /// After run(): requests that did not end in time. Their coroutines must never run or be destroyed any more.
    [[nodiscard]] bool abandoned() const { return abandoned_; }

    // For its sessions, on its own thread.
    [[nodiscard]] const Common& common() const { return common_; }
    [[nodiscard]] const SessionLimits& limits() const { return common_.options.limits; }
    [[nodiscard]] Dispatcher& dispatcher() { return *dispatcher_; }
    [[nodiscard]] bool draining() const { return draining_; }
    /// The server was told to stop, and may still be taking requests: each answer ends its connection.
    [[nodiscard]] bool stopping() const { return common_.draining.load(std::memory_order_relaxed); }
    /// Seconds since start, counted by the sweep: what deadlines are measured in.
    [[nodiscard]] std::int64_t tick() const { return tick_; }
    [[nodiscard]] std::string_view date_line() { return date_.at(std::time(nullptr)); }
    void opened(Session& session);
    void closed(Session& session);

private:
    Task<void> accept_all();
    Task<void> sweep_all();
    void adopt(Socket socket);
    void turn_away(Socket socket);
    void begin_drain();
    void close_door();
    void sweep();
    void close_everything();
    void finish();
    void finish_if_drained();
    void serve();
    void say_good_bye();

    Common& common_;
    const int index_;
    std::int64_t tick_ = 0;
    bool accepting_ = false;
    bool draining_ = false;
    bool finished_ = false;
    bool abandoned_ = false;
    int drain_ticks_left_ = 0;
    DateLine date_;
    std::unique_ptr<Dispatcher> dispatcher_;
    // The context's destructor ends suspended sessions, which then still leave this list: it must outlive the context.
    std::vector<Session*> sessions_;
    boost::asio::io_context context_{1};
    Acceptor acceptor_{context_};
    boost::asio::steady_timer sweep_timer_{context_};
    boost::asio::steady_timer door_timer_{context_};
};

}  // namespace marque::http
