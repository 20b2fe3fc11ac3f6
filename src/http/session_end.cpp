// How connections end: by a deadline, by the server's stop, by a client that has not read its answer yet.
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

#include <limits>

#include "http/session.h"

namespace marque::http {
namespace {

namespace asio = boost::asio;

constexpr int linger_s = 2;

}  // namespace

/// Closing while the client still sends would reset the connection and could take the answer with it.
Task<void> Session::linger() {
    enter(Phase::lingering, linger_s);
    boost::system::error_code failure;
    socket_.shutdown(Socket::shutdown_send, failure);
    begin_ = end_ = 0;
    make_room();
    while (!failure && !expired_) {
        co_await socket_.async_read_some(asio::buffer(buffer_.get(), capacity_),
                                         asio::redirect_error(asio::use_awaitable, failure));
    }
}

void Session::expire() {
    expired_ = true;
    deadline_ = std::numeric_limits<std::int64_t>::max();
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

bool Session::has_arrived() {
    char first = 0;
    return ::recv(socket_.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

void Session::drain() {
    if (phase_ != Phase::idle || has_arrived()) return;
    if (has_answered_ || worker_.common().options.hang_up) return expire();
    enter(Phase::idle, first_words_s);
}

void Session::abort() {
    expired_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

}  // namespace marque::http
