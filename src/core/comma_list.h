#pragma once
// Several values in one query parameter: "19,7,23".

#include <algorithm>
#include <string>
#include <vector>

#include "core/parse.h"

namespace marque {

/// One to Max values separated by commas, in the order they were asked for; what stands there twice counts once.
template <TextScalar T, std::size_t Max>
class CommaList {
public:
    static constexpr TextFacts facts{
        .min_length = 1, .max_length = Max * (T::facts.max_length + 1) - 1, .example = T::facts.example};

    [[nodiscard]] static Parsed<CommaList> parse(std::string_view text) {
        CommaList list;
        std::size_t count = 0;
        while (true) {
            const auto comma = text.find(',');
            auto item = T::parse(text.substr(0, comma));
            if (!item) return std::unexpected("each of the values, separated by commas, " + item.error());
            if (++count > Max) return std::unexpected("must not have more than " + std::to_string(Max) + " values");
            if (std::ranges::find(list.items_, *item) == list.items_.end()) list.items_.push_back(std::move(*item));
            if (comma == std::string_view::npos) return list;
            text.remove_prefix(comma + 1);
        }
    }
    [[nodiscard]] std::string to_text() const {
        std::string text;
        for (const auto& item : items_) {
            if (!text.empty()) text += ',';
            text += item.to_text();
        }
        return text;
    }
    [[nodiscard]] const std::vector<T>& items() const { return items_; }
    friend bool operator==(const CommaList&, const CommaList&) = default;

private:
    std::vector<T> items_;
};

}  // namespace marque
