#pragma once
// What an invoice, a credit note or a packing slip states, as the database wrote it down (marque_order_document).

#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/id.h"
#include "core/record.h"

namespace marque::invoices {

using DocumentId = Id<struct DocumentTag>;

enum class Kind { invoice, credit_note };
ENUMERATION(Kind, invoice, credit_note)

struct Seller {
    std::string name;
    std::string address;
    std::string tax_id;
};
RECORD(Seller, name, address, tax_id);

struct Buyer {
    std::string name;
    std::string phone;
    std::string address;
};
RECORD(Buyer, name, phone, address);

struct Line {
    std::string sku_code;
    std::string name;
    std::string variant;  // "M, red"
    std::int32_t quantity = 0;
    std::int64_t price_minor = 0;     // of a piece
    std::int64_t discount_minor = 0;  // of all its pieces
};
RECORD(Line, sku_code, name, variant, quantity, price_minor, discount_minor);

struct Content {
    Seller seller;
    Buyer buyer;
    std::string order_number;
    std::string order_day;  // "2026-11-21"
    std::string notes;
    std::string payment_method;
    std::string currency;
    std::string sign;
    std::string time_zone;
    std::vector<Line> lines;
    std::int64_t subtotal_minor = 0;
    std::int64_t discount_minor = 0;
    std::int64_t shipping_minor = 0;
    std::string shipping_name;
    std::string tax_label;
    std::string tax_region;
    std::int64_t tax_milli_percent = 0;
    std::int64_t tax_minor = 0;           // on top of the prices
    std::int64_t tax_included_minor = 0;  // in them
    std::int64_t total_minor = 0;
    /// Of a credit note: the invoice it corrects, and whether it takes back all of it.
    std::optional<std::int32_t> corrects_year{};
    std::optional<std::int32_t> corrects_number{};
    std::optional<bool> is_whole{};
};
RECORD(Content, seller, buyer, order_number, order_day, notes, payment_method, currency, sign, time_zone, lines,
       subtotal_minor, discount_minor, shipping_minor, shipping_name, tax_label, tax_region, tax_milli_percent,
       tax_minor, tax_included_minor, total_minor, corrects_year, corrects_number, is_whole);

/// One that was issued.
struct Document {
    Kind kind = Kind::invoice;
    std::string number;    // "KG-2026-000017"
    std::string corrects;  // of a credit note: the number of its invoice
    std::string day;       // "2026-11-22"
    std::int64_t amount_minor = 0;
    std::int64_t tax_minor = 0;
    Content content;
};

}  // namespace marque::invoices
