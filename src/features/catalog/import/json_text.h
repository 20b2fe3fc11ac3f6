#pragma once
// JSON files piece by piece: the lines of JSON lines, the elements of one long array; and small questions to their
// values.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/catalog/import/product.h"
#include "features/catalog/import/source.h"
#include "json/value.h"

namespace marque::catalog::import {

struct JsonPiece {
    long line = 0;  // Where it begins.
    std::string text;
};

// Takes one object after the other from a source, be they lines or elements of an array, however they are laid out.
class JsonPieces {
public:
    explicit JsonPieces(Source& source) : source_(source), input_(65536, '\0') {}

    // Nothing at the end. An error is final.
    std::expected<std::optional<JsonPiece>, ImportError> next();

private:
    int take();
    JsonPiece rest_of_line(char first);

    Source& source_;
    std::string input_;
    std::size_t position_ = 0;
    std::size_t available_ = 0;
    long line_ = 1;
    std::string error_;
    bool started_ = false;
    bool in_array_ = false;
};

constexpr std::size_t json_piece_bytes_max = std::size_t{4} << 20U;

// A member's text, trimmed; empty where it is absent, null or no text. Numbers are given as they stand.
std::string text_at(const json::Value& value, std::string_view name);
std::int64_t number_at(const json::Value& value, std::string_view name, std::int64_t otherwise = 0);
bool flag_at(const json::Value& value, std::string_view name, bool otherwise);
// A member's texts; a single text is a list of one.
std::vector<std::string> texts_at(const json::Value& value, std::string_view name);
bool has(const json::Value& value, std::string_view name);

}  // namespace marque::catalog::import
