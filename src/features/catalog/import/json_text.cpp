// Finding where an object ends by its braces, with an eye on strings; what is inside is the JSON parser's business.
#include "features/catalog/import/json_text.h"

#include <fmt/format.h>

#include "core/text.h"

namespace marque::catalog::import {

int JsonPieces::take() {
    if (position_ == available_) {
        const auto count = source_.read(input_);
        if (!count) error_ = "the file " + count.error();
        if (!count || *count == 0) return -1;
        available_ = *count;
        position_ = 0;
    }
    const int byte = static_cast<unsigned char>(input_[position_++]);
    if (byte == '\n') ++line_;
    return byte;
}

std::expected<std::optional<JsonPiece>, ImportError> JsonPieces::next() {
    JsonPiece piece;
    int depth = 0;
    bool in_text = false;
    bool escaped = false;
    for (int byte = take();; byte = take()) {
        if (byte < 0) {
            if (!error_.empty()) return std::unexpected(ImportError{line_, error_});
            if (depth > 0)
                return std::unexpected(ImportError{piece.line, "the object that begins here is never closed"});
            return std::nullopt;
        }
        if (depth == 0) {
            const bool blank = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
            if (blank || (in_array_ && (byte == ',' || byte == ']'))) continue;
            if (byte == '[' && !started_) {
                started_ = in_array_ = true;
                continue;
            }
            if (byte != '{' && started_ && !in_array_) return rest_of_line(static_cast<char>(byte));
            if (byte != '{') {
                return std::unexpected(ImportError{line_, "an object was expected here, such as {\"sku\": \"A-1\"}"});
            }
            started_ = true;
            piece.line = line_;
        }
        if (piece.text.size() == json_piece_bytes_max) {
            return std::unexpected(
                ImportError{piece.line, fmt::format("the object is longer than {} bytes", json_piece_bytes_max)});
        }
        piece.text += static_cast<char>(byte);
        if (in_text) {
            in_text = escaped || byte != '"';
            escaped = !escaped && byte == '\\';
            continue;
        }
        in_text = byte == '"';
        depth += byte == '{' || byte == '[' ? 1 : 0;
        depth -= byte == '}' || byte == ']' ? 1 : 0;
        if (depth == 0) return piece;
    }
}

/// A line that is no object is given as it stands, so that it is refused and those after it are read.
JsonPiece JsonPieces::rest_of_line(char first) {
    JsonPiece piece{.line = line_, .text = std::string{first}};
    for (int byte = take(); byte >= 0 && byte != '\n'; byte = take()) {
        if (piece.text.size() < json_piece_bytes_max) piece.text += static_cast<char>(byte);
    }
    return piece;
}

bool has(const json::Value& value, std::string_view name) {
    const auto* member = value.member(name);
    return member != nullptr && !member->is_null();
}

namespace {

std::string text_of(const json::Value& value) {
    if (const auto* text = value.as<std::string>()) return std::string{trimmed(*text)};
    if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
    if (const auto* decimal = value.as<json::Decimal>()) return decimal->text;
    return "";
}

}  // namespace

std::string text_at(const json::Value& value, std::string_view name) {
    const auto* member = value.member(name);
    return member == nullptr ? "" : text_of(*member);
}

std::int64_t number_at(const json::Value& value, std::string_view name, std::int64_t otherwise) {
    const auto* member = value.member(name);
    const auto* number = member == nullptr ? nullptr : member->as<std::int64_t>();
    return number == nullptr ? otherwise : *number;
}

bool flag_at(const json::Value& value, std::string_view name, bool otherwise) {
    const auto* member = value.member(name);
    const auto* flag = member == nullptr ? nullptr : member->as<bool>();
    return flag == nullptr ? otherwise : *flag;
}

std::vector<std::string> texts_at(const json::Value& value, std::string_view name) {
    std::vector<std::string> texts;
    const auto* member = value.member(name);
    if (member == nullptr) return texts;
    if (const auto* list = member->as<json::Array>()) {
        for (const auto& element : *list) {
            if (auto text = text_of(element); !text.empty()) texts.push_back(std::move(text));
        }
    } else if (auto text = text_of(*member); !text.empty()) {
        texts.push_back(std::move(text));
    }
    return texts;
}

}  // namespace marque::catalog::import
