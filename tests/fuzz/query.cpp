// Query strings and paging: what comes out is UTF-8 without NUL, and within its bounds.
#include "core/page.h"
#include "core/text.h"
#include "fuzz.h"
#include "http/request.h"
#include "json/read.h"

namespace {

enum class Order { newest, cheapest };
ENUMERATION(Order, newest, cheapest);

struct Listing {
    std::optional<marque::Slug> category;
    std::optional<std::string> q;
    Order sort = Order::newest;
    bool in_stock = false;
    marque::PageLimit limit;
    marque::PageOffset offset;
    std::optional<marque::PageOffset> cursor;
};
RECORD(Listing, category, q, sort, in_stock, limit, offset, cursor);

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using marque::fuzz::must;
    const auto pairs = marque::http::parse_query(marque::fuzz::text_of(data, size));
    if (!pairs) return 0;
    for (const auto& [name, value] : *pairs) {
        must(marque::utf8_length(name) && marque::utf8_length(value), "names and values are UTF-8");
    }
    const auto listing = marque::json::read_query<Listing>(*pairs);
    if (!listing) {
        must(!listing.error().empty(), "a refusal has a reason");
        for (const auto& error : listing.error()) must(!error.message.empty(), "a reason has words");
        return 0;
    }
    must(listing->limit.value() >= 1 && listing->limit.value() <= 100, "the size of a page is bounded");
    must(listing->offset.value() >= 0 && listing->offset.value() <= 1'000'000, "the start of a page is bounded");
    return 0;
}
