#pragma once
// The listening half of the server: threads, sockets, connections. What a request means is the Dispatcher's business.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/task.h"
#include "http/request.h"
#include "http/response.h"

namespace boost::asio {
class io_context;
}

namespace marque::http {

/// Answers the requests of one thread.
class Dispatcher {
public:
    virtual ~Dispatcher() = default;
    /// Must not throw: every failure is a response.
    virtual Task<Response> dispatch(const Request& request) = 0;
    /// Bytes the body of this request may have, where its route allows more than the server's limit; 0 where not. Asked
    /// once the header is there, only for bodies beyond that limit.
    [[nodiscard]] virtual std::size_t body_bytes_max(const Request& /*request*/) const { return 0; }
    /// A problem document for a request the session refused before dispatch (framing, size, deadline).
    virtual Response refuse(int status, std::string_view code, std::string_view detail) = 0;
};

/// Limits of the framing guard; each refusal is a problem document and, where framing is in doubt, closes.
struct SessionLimits {
    std::size_t header_bytes_max = 16 * 1024;
    std::size_t target_bytes_max = 4 * 1024;
    std::size_t headers_max = 64;
    std::size_t body_bytes_max = 256 * 1024;
    int header_deadline_s = 10;
    int body_deadline_s = 30;
    int idle_deadline_s = 60;
    int write_deadline_s = 30;  // for each 64 KiB of an answer
    int connections_max_per_thread = 4'096;
    bool ignore_lengths = false;  // a negative control of the tests: bodies are read as requests
};

struct ServerOptions {
    std::string address = "0.0.0.0";
    std::uint16_t port = 8000;
    int threads = 2;
    SessionLimits limits;
    bool public_https = false;                 // browsers reach the server by HTTPS, and are told never to do otherwise
    std::vector<std::string> trusted_proxies;  // addresses or CIDR blocks whose X-Forwarded-For is believed
    bool trust_first_forwarded = false;        // negative control: believes the client's own part of that header
    std::string body_folder = "/tmp";          // where bodies beyond limits.body_bytes_max lie while they are handled
    int announce_s = 0;                        // after SIGTERM: goes on as before so long, but says draining()
    int drain_s = 20;                          // after that: time for requests under way
    bool hang_up = false;                      // negative control: a stop leaves new connections unanswered
};

class Server {
public:
    /// `make` runs once on each thread, before it accepts, and builds that thread's dispatcher on its io_context.
    using DispatcherFactory = std::function<std::unique_ptr<Dispatcher>(boost::asio::io_context&, int thread_index)>;

    Server(ServerOptions options, DispatcherFactory make);
    ~Server();

    /// Binds (throws std::runtime_error naming the port when it is taken), serves until stop(), goes on `announce_s`
    /// with each answer closing its connection, then drains: no new connections, requests under way finish, as does the
    /// first of each connection that has had none, idle connections close, `drain_s` at most. `on_listening` runs once
    /// all threads accept.
    void run(const std::function<void()>& on_listening);
    /// From any thread; also called on SIGTERM and SIGINT, which run() handles.
    void stop();
    /// True from stop() on: /health/ready says 503 so that a proxy stops sending.
    [[nodiscard]] bool draining() const;
    /// The port in use; differs from the option where that was 0. Valid once on_listening ran.
    [[nodiscard]] std::uint16_t port() const;
    /// Connections open now, over all threads.
    [[nodiscard]] int connections() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace marque::http
