#pragma once
// Who changed meanwhile what a manager wanted to write: told from the audit log beside the refusal of a stale write.

#include <string>
#include <vector>

#include "http/route.h"

namespace marque::management {

/// What was to be written: as the audit log names the request's thing, and its rows with the versions that were read.
struct Wanted {
    std::string thing;              // "products"
    std::string thing_id;           // "12"
    std::vector<std::string> rows;  // "products/12"
    std::vector<std::int32_t> versions;
};

/// The refusal as it was, with a sentence and fields that name the changes which the log of the managed market knows.
Task<Refused> told(http::Context& context, Refused stale, Wanted wanted);

/// The outcome of a change; where it is refused as stale (409 with a code that ends with ".stale"), who was faster.
template <class T>
Task<T> or_told(http::Context& context, Task<T> change, Wanted wanted) {
    std::optional<Refused> stale;
    try {
        co_return co_await std::move(change);
    } catch (const Refused& refused) {
        if (!refused.refusal().code.ends_with(".stale")) throw;
        stale = refused;
    }
    const Refused refusal = co_await told(context, std::move(*stale), std::move(wanted));
    throw refusal;
}

}  // namespace marque::management
