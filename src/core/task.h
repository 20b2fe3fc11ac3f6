#pragma once
// Task<T> is what every awaiting function returns: asio's stackless coroutine, run on the thread that owns the request.

#include <boost/asio/awaitable.hpp>

namespace marque {

template <class T = void>
using Task = boost::asio::awaitable<T>;

}  // namespace marque
