#pragma once
// The formats by their names, and the presets of well-known files: which of their columns is which of ours.

#include <memory>
#include <string>
#include <vector>

#include "features/catalog/import/encoding.h"
#include "features/catalog/import/table.h"

namespace marque::catalog::import {

// What is imported: products with their SKUs, or facts about SKUs and products that are there already.
enum class Subject { products, prices, stock, reviews };

// "products", "prices", "stock" or "reviews".
Subject subject_named(std::string_view word);

struct FormatOptions {
    Subject subject = Subject::products;
    std::string format;
    TableOptions table;
    std::vector<MarketCode> markets;
    Language language = "en";
    std::string currency = "USD";  // Whose prices a file of several currencies is asked for.
    std::chrono::year_month_day today;
};

// Names of the formats a subject can come in.
std::vector<std::string> format_names(Subject subject);

// The stream and whatever else is given must outlive the reader. The error says what is wrong with the file's
// beginning; nothing was written then.
std::expected<std::unique_ptr<Reader>, ImportError> open_reader(TextStream& stream, FormatOptions options);

}  // namespace marque::catalog::import
