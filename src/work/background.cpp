// The asio behind it.
#include "work/background.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace marque::work {

namespace asio = boost::asio;

struct Alarm::State {
    explicit State(asio::io_context& context) : timer(context) {}
    asio::steady_timer timer;
};

void spawn(asio::io_context& context, Task<void> task) { asio::co_spawn(context, std::move(task), asio::detached); }

Alarm::Alarm(asio::io_context& context) : state_(std::make_unique<State>(context)) {}

Alarm::~Alarm() = default;

Task<void> Alarm::wait(std::chrono::milliseconds time) {
    boost::system::error_code cancelled;
    state_->timer.expires_after(time);
    co_await state_->timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

void Alarm::ring() { state_->timer.cancel(); }

}  // namespace marque::work
