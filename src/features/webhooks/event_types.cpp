// The table of types. A schema is made of the same record that the event is written from.
#include "features/webhooks/event_types.h"

#include <algorithm>

#include "json/schema.h"
#include "json/write.h"

namespace marque::webhooks {
namespace {

/// References inside the document itself, where OpenAPI's would be elsewhere.
std::string with_own_references(std::string schema) {
    constexpr std::string_view theirs = "#/components/schemas/";
    for (auto at = schema.find(theirs); at != std::string::npos; at = schema.find(theirs, at)) {
        schema.replace(at, theirs.size(), "#/$defs/");
    }
    return schema;
}

template <Record T>
std::string schema_of(std::string_view name) {
    json::SchemaSet set;
    const std::string data = set.reference_of<T>();
    std::string schema = R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",)"
                         R"("required":["type","timestamp","data"],"properties":{"type":{"const":)";
    json::append_text(schema, name);
    schema += R"(},"timestamp":{"type":"string","format":"date-time"},"data":)" + data + R"(},"$defs":)" +
              set.components() + "}";
    return with_own_references(std::move(schema));
}

constexpr EventType types[] = {
    {"order.created", "An order was placed", schema_of<OrderEvent>},
    {"order.confirmed", "An order was paid or accepted, and its pieces are taken", schema_of<OrderEvent>},
    {"order.shipped", "An order was handed to the courier", schema_of<OrderEvent>},
    {"order.delivered", "An order has reached its buyer", schema_of<OrderEvent>},
    {"order.cancelled", "An order was called off; its pieces are back in stock", schema_of<OrderEvent>},
    {"payment.paid", "The money for an order was taken", schema_of<PaymentEvent>},
    {"payment.refund_pending", "Money of an order is promised back", schema_of<PaymentEvent>},
    {"payment.partially_refunded", "Some of the money of an order went back", schema_of<PaymentEvent>},
    {"payment.refunded", "All of the money of an order went back", schema_of<PaymentEvent>},
    {"return.approved", "A customer may send pieces back", schema_of<ReturnEvent>},
    {"return.rejected", "The shop refused a return", schema_of<ReturnEvent>},
    {"return.received", "Pieces that came back were taken in", schema_of<ReturnEvent>},
    {"review.approved", "A review is shown from now on", schema_of<ReviewEvent>},
    {"review.rejected", "A review is not shown", schema_of<ReviewEvent>},
    {test_type, "A manager tries the endpoint", schema_of<TestEvent>},
};

}  // namespace

std::span<const EventType> event_types() { return types; }

bool is_event_type(std::string_view name) {
    return name != test_type && std::ranges::find(types, name, &EventType::name) != std::end(types);
}

Parsed<EventTypeName> EventTypeName::parse(std::string_view text) {
    if (!is_event_type(text)) return std::unexpected("must be a type of GET /manager/webhooks/event-types");
    return EventTypeName{std::string{text}};
}

}  // namespace marque::webhooks
