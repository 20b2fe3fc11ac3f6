// One thread, and a count of those who wait for it.
#include "work/aside.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>

namespace marque::work {
namespace {

namespace asio = boost::asio;

asio::thread_pool& thread_beside() {
    static asio::thread_pool pool{1};
    return pool;
}

class Place {
public:
    Place() : number_(count_.fetch_add(1)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { count_.fetch_sub(1); }
    [[nodiscard]] bool is_there() const { return number_ < aside_max; }

private:
    static inline std::atomic<int> count_{0};
    int number_;
};

Task<std::string> make_there(std::function<std::string()> make) { co_return make(); }

}  // namespace

Task<std::optional<std::string>> made_aside(std::function<std::string()> make) {
    const Place place;
    if (!place.is_there()) co_return std::nullopt;
    auto made = co_await asio::co_spawn(thread_beside(), make_there(std::move(make)), asio::use_awaitable);
    co_return std::optional{std::move(made)};
}

}  // namespace marque::work
