// Start and end of the server: ports, threads, signals. The calling thread supervises; workers serve.
#include "http/server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "core/log.h"
#include "http/worker.h"

namespace marque::http {
namespace {

namespace asio = boost::asio;

Tcp::endpoint endpoint_of(const ServerOptions& options) {
    boost::system::error_code failure;
    const auto address =
        asio::ip::make_address(options.address == "localhost" ? "127.0.0.1" : options.address, failure);
    if (failure) throw std::runtime_error("\"" + options.address + "\" is not an address to listen on");
    return {address, options.port};
}

[[noreturn]] void fail_to_listen(const Tcp::endpoint& endpoint, const boost::system::system_error& error) {
    throw std::runtime_error("cannot listen on " + endpoint.address().to_string() + " port " +
                             std::to_string(endpoint.port()) + ": " + error.code().message());
}

/// SO_REUSEPORT would let two servers of one user share a port in silence, so it is tried without first.
void check_port_is_free(const Tcp::endpoint& endpoint) {
    if (endpoint.port() == 0) return;
    asio::io_context context;
    Acceptor probe{context};
    probe.open(endpoint.protocol());
    probe.set_option(asio::socket_base::reuse_address(true));
    if (endpoint.address().is_v6()) probe.set_option(asio::ip::v6_only(false));
    probe.bind(endpoint);
    probe.listen();
}

/// Threads report whether their dispatcher stands; the supervisor waits for all of them.
class Readiness {
public:
    void report(std::exception_ptr failure) {
        const std::lock_guard lock{mutex_};
        if (failure && !failure_) failure_ = std::move(failure);
        ++reported_;
        changed_.notify_one();
    }
    [[nodiscard]] std::exception_ptr wait_for(std::size_t count) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return reported_ == count; });
        return failure_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::exception_ptr failure_;
    std::size_t reported_ = 0;
};

}  // namespace

struct Server::State {
    State(ServerOptions options, DispatcherFactory make_dispatcher)
        : common(std::move(options)), make(std::move(make_dispatcher)) {}

    Common common;
    DispatcherFactory make;
    std::vector<std::unique_ptr<Worker>> workers;
    std::atomic<std::uint16_t> port = 0;
    asio::io_context supervisor;
    asio::signal_set signals{supervisor};
    asio::steady_timer announced{supervisor};
    std::atomic<std::size_t> running = 0;

    void listen();
    void announce();
    void begin_drain();
    void await_signal();
    void serve(const std::function<void()>& on_listening);
};

Server::Server(ServerOptions options, DispatcherFactory make)
    : state_(std::make_unique<State>(std::move(options), std::move(make))) {}

Server::~Server() = default;

void Server::run(const std::function<void()>& on_listening) {
    state_->listen();
    state_->serve(on_listening);
    for (auto& worker : state_->workers) {
        // Requests that never ended keep their thread's memory: destroying it under them could touch what is gone.
        if (worker->abandoned()) (void)worker.release();
    }
    state_->workers.clear();
}

void Server::stop() {
    state_->common.draining = true;
    asio::post(state_->supervisor, [state = state_.get()] { state->announce(); });
}

bool Server::draining() const { return state_->common.draining; }

std::uint16_t Server::port() const { return state_->port; }

int Server::connections() const { return state_->common.connections; }

void Server::State::listen() {
    auto endpoint = endpoint_of(common.options);
    try {
        check_port_is_free(endpoint);
        for (int index = 0; index < common.options.threads; ++index) {
            workers.push_back(std::make_unique<Worker>(common, index));
            endpoint.port(workers.back()->listen(endpoint));
        }
    } catch (const boost::system::system_error& error) {
        workers.clear();
        fail_to_listen(endpoint, error);
    }
    port = endpoint.port();
}

/// A proxy that asks /health/ready gets time to send its requests elsewhere before the door closes.
void Server::State::announce() {
    announced.expires_after(std::chrono::seconds{common.options.announce_s});
    announced.async_wait([this](const boost::system::error_code& failure) {
        if (!failure) begin_drain();
    });
}

void Server::State::begin_drain() {
    for (const auto& worker : workers) worker->drain();
}

/// The first signal drains, the second does not wait any longer.
void Server::State::await_signal() {
    signals.async_wait([this](const boost::system::error_code& failure, int) {
        if (failure) return;
        if (common.draining) {
            for (const auto& worker : workers) worker->stop_now();
        } else {
            common.draining = true;
            announce();
        }
        await_signal();
    });
}

void Server::State::serve(const std::function<void()>& on_listening) {
    Readiness readiness;
    std::vector<std::jthread> threads;
    running = workers.size();
    for (const auto& worker : workers) {
        threads.emplace_back([this, &readiness, thread = worker.get()] {
            thread->run(make, [&](std::exception_ptr failure) { readiness.report(std::move(failure)); });
            if (--running == 0) supervisor.stop();
        });
    }
    auto failure = readiness.wait_for(workers.size());
    if (!failure) {
        for (const auto& worker : workers) worker->start();
        signals.add(SIGINT);
        signals.add(SIGTERM);
        await_signal();
        try {
            if (on_listening) on_listening();
        } catch (...) {
            failure = std::current_exception();
        }
    }
    if (failure) {
        for (const auto& worker : workers) worker->stop_now();
    } else {
        supervisor.run();
    }
    threads.clear();
    signals.clear();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace marque::http
