#pragma once
// For tests: a server on an ephemeral loopback port with a dispatcher that says what it was asked, and a client that
// sends raw bytes.

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "http/problem.h"
#include "http/server.h"

namespace marque::http::test {

/// Opened by a test to let the requests to /held end.
struct Gatekeeper {
    std::promise<void> entered;
    std::atomic<bool> opened = false;
};

class EchoDispatcher : public Dispatcher {
public:
    EchoDispatcher(boost::asio::io_context& context, Gatekeeper& gatekeeper)
        : timer_(context), gatekeeper_(gatekeeper) {}

    Task<Response> dispatch(const Request& request) override {
        Response response;
        response.content_type = "text/plain";
        if (request.path == "/throw") throw std::runtime_error("a bug");
        if (request.path == "/nothing") response.status = 204;
        if (request.path == "/big") response.body.assign(32 * 1024 * 1024, 'x');
        if (request.path == "/parts") {
            auto texts = std::make_shared<std::vector<std::string>>();
            for (int i = 0; i < 50; ++i) texts->push_back("part " + std::to_string(i) + "\n");
            for (const auto& text : *texts) response.parts.emplace_back(text);
            response.owner = texts;
            co_return response;
        }
        if (request.path == "/stream" || request.path == "/stream-broken") {
            response.stream = [count = 0, broken = request.path == "/stream-broken"](std::string& piece) mutable {
                if (broken && count == 3) throw std::runtime_error("a bug in the middle");
                if (count % 2 == 0) piece.assign(static_cast<std::size_t>(1000 * (count + 1)), 'a');  // some are empty
                return ++count < 100;
            };
            co_return response;
        }
        if (request.path == "/held") {
            gatekeeper_.entered.set_value();
            while (!gatekeeper_.opened) {
                timer_.expires_after(std::chrono::milliseconds{5});
                co_await timer_.async_wait(boost::asio::use_awaitable);
            }
        }
        if (response.body.empty() && response.status == 200) {
            response.body = std::string{verb_word(request.verb)} + " " + std::string{request.path} + "?" +
                            std::string{request.query} + " from " + std::string{request.remote_address} + " [" +
                            std::string{request.body} + "]";
        }
        co_return response;
    }
    Response refuse(int status, std::string_view code, std::string_view detail) override {
        return problem_response(Refusal{status, code, detail}, detail, {}, "test-request");
    }

private:
    boost::asio::steady_timer timer_;
    Gatekeeper& gatekeeper_;
};

class RunningServer {
public:
    explicit RunningServer(ServerOptions options = {}) : server_(prepared(std::move(options)), maker()) {
        std::promise<void> listening;
        thread_ = std::thread{[this, &listening] {
            server_.run([&] { listening.set_value(); });
            stopped_.set_value();
        }};
        listening.get_future().wait();
    }
    ~RunningServer() {
        server_.stop();
        thread_.join();
    }
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;

    Server& server() { return server_; }
    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    Gatekeeper gatekeeper;
    std::future<void> stopped() { return stopped_.get_future(); }

private:
    static ServerOptions prepared(ServerOptions options) {
        options.address = "127.0.0.1";
        options.port = 0;
        return options;
    }
    Server::DispatcherFactory maker() {
        return [this](boost::asio::io_context& context, int) {
            return std::make_unique<EchoDispatcher>(context, gatekeeper);
        };
    }
    std::promise<void> stopped_;
    Server server_;
    std::thread thread_;
};

struct Answer {
    int status = 0;
    std::string head;
    std::string body;
    [[nodiscard]] bool closes() const { return head.find("Connection: close\r\n") != std::string::npos; }
    [[nodiscard]] bool holds(std::string_view text) const { return head.find(text) != std::string::npos; }
};

/// Reads time out after ten seconds, so that a fault fails the test instead of hanging it.
class Client {
public:
    explicit Client(std::uint16_t port, int receive_buffer_bytes = 0) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        if (receive_buffer_bytes > 0) {
            ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
        }
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~Client() { ::close(socket_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }
    /// False once the server no longer takes bytes.
    bool send(std::string_view text) {
        while (!text.empty()) {
            const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    /// One answer; `status` stays 0 when the connection ended first.
    Answer receive(bool to_head = false) {
        Answer answer;
        std::size_t end = 0;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
            if (!receive_more()) return answer;
        }
        answer.head = buffer_.substr(0, end + 2);
        buffer_.erase(0, end + 4);
        std::size_t length = 0;
        if (const auto at = answer.head.find("Content-Length: "); at != std::string::npos && !to_head) {
            const char* text = answer.head.data() + at + 16;
            std::from_chars(text, text + 12, length);
        }
        while (buffer_.size() < length) {
            if (!receive_more()) return answer;
        }
        answer.body = buffer_.substr(0, length);
        buffer_.erase(0, length);
        answer.status = std::stoi(answer.head.substr(9, 3));
        return answer;
    }
    Answer ask(std::string_view text) {
        send(text);
        return receive();
    }
    /// Everything that comes until the server ends the connection.
    std::string read_all() {
        while (receive_more()) continue;
        return std::move(buffer_);
    }
    /// True when the server has ended the connection and nothing else came before.
    bool at_end() { return buffer_.empty() && !receive_more() && !timed_out_; }

private:
    bool receive_more() {
        pollfd waiting{socket_, POLLIN, 0};
        if (::poll(&waiting, 1, 10'000) != 1) {
            timed_out_ = true;
            return false;
        }
        std::array<char, 65536> piece;
        const ssize_t size = ::recv(socket_, piece.data(), piece.size(), 0);
        if (size <= 0) return false;
        buffer_.append(piece.data(), static_cast<std::size_t>(size));
        return true;
    }
    int socket_;
    bool connected_ = false;
    bool timed_out_ = false;
    std::string buffer_;
};

}  // namespace marque::http::test
