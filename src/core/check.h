#pragma once
// check(): assertions that stay on in release. A failed one aborts the request loudly (500, logged), never the server.

#include <source_location>
#include <stdexcept>
#include <string_view>

namespace marque {

/// A bug in Marque: something its authors believed impossible.
class Bug : public std::logic_error {
public:
    Bug(std::string_view what, std::source_location where);
};

[[noreturn]] void fail_check(std::string_view what, std::source_location where);

inline void check(bool holds, std::string_view what, std::source_location where = std::source_location::current()) {
    if (!holds) [[unlikely]]
        fail_check(what, where);
}

}  // namespace marque
