#pragma once
// The words of documents in the languages the shop speaks.

#include <string_view>

namespace marque::invoices {

struct Labels {
    std::string_view language;
    std::string_view invoice;
    std::string_view credit_note;
    std::string_view slip;
    std::string_view number;
    std::string_view date;
    std::string_view order;
    std::string_view ordered_on;
    std::string_view corrects;
    std::string_view seller;
    std::string_view buyer;
    std::string_view tax_id;
    std::string_view phone;
    std::string_view code;
    std::string_view article;
    std::string_view quantity;
    std::string_view price;
    std::string_view discount;
    std::string_view amount;
    std::string_view subtotal;
    std::string_view shipping;
    std::string_view vat;        // a market's tax_label "VAT" in this language
    std::string_view sales_tax;  // the same of "Sales tax"; any other label stands as the market wrote it
    std::string_view included;   // before a tax that is part of the prices
    std::string_view total;
    std::string_view refunded;  // the one line of a credit note that takes back a part
    std::string_view credited;  // the total of a credit note
    std::string_view pieces;
    std::string_view notes;
    std::string_view page;
};

/// English where the language is none of these.
[[nodiscard]] const Labels& labels_in(std::string_view language);

}  // namespace marque::invoices
