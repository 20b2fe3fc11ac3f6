// JSON to records: what is accepted reads back as itself when written, and a record holds only what it may.
#include "core/page.h"
#include "core/phone.h"
#include "core/quantity.h"
#include "core/text.h"
#include "fuzz.h"
#include "json/read.h"
#include "json/write.h"

namespace {

struct Line {
    std::int64_t sku_id = 0;
    marque::Quantity quantity;
};
RECORD(Line, sku_id, quantity);

struct Order {
    marque::Text<1, 255> name;
    std::optional<marque::Phone> phone;
    std::optional<marque::Slug> slug;
    std::optional<marque::Uuid> key;
    std::optional<marque::json::AmountText> amount;
    std::vector<Line> items;
    std::map<std::string, bool> flags;
};
RECORD(Order, name, phone, slug, key, amount, items, flags);

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using marque::fuzz::must;
    const auto value = marque::json::parse(marque::fuzz::text_of(data, size));
    if (!value) {
        must(!value.error().message.empty(), "a refusal has a reason");
        return 0;
    }
    std::string once;
    marque::json::write(once, *value);
    const auto again = marque::json::parse(once);
    must(again.has_value(), "what is written can be read");
    std::string twice;
    marque::json::write(twice, *again);
    must(once == twice, "a value reads back as itself");
    const auto order = marque::json::read<Order>(*value);
    if (!order) return 0;
    must(marque::utf8_length(order->name.to_text()).has_value(), "stored text is UTF-8 without NUL");
    for (const auto& line : order->items) must(line.quantity.value() >= 1, "a quantity is positive");
    return 0;
}
