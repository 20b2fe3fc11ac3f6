// Parsing what the query of a list says.
#include "features/catalog/list_query.h"

#include <fmt/format.h>

#include <algorithm>

#include "features/catalog/views.h"

namespace marque::catalog {
namespace {

constexpr std::size_t word_length_max = 100;

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string too_many() { return fmt::format("must name at most {} values", values_max); }

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Parsed<SlugList> SlugList::parse(std::string_view text) {
    SlugList list;
    for (const auto part : split(text, ',')) {
        auto slug = Slug::parse(part);
        if (!slug) return std::unexpected("must be slugs, separated by commas, like \"dresses,tops\"");
        list.slugs_.push_back(slug->to_text());
    }
    if (list.slugs_.size() > values_max) return std::unexpected(too_many());
    return list;
}

std::string SlugList::to_text() const { return fmt::format("{}", fmt::join(slugs_, ",")); }

Parsed<WordList> WordList::parse(std::string_view text) {
    WordList list;
    for (const auto part : split(text, ',')) {
        const auto word = Text<1, word_length_max>::parse(part);
        if (!word) return std::unexpected("must be words of 1 to 100 characters, separated by commas");
        list.words_.push_back(word->to_text());
    }
    if (list.words_.size() > values_max) return std::unexpected(too_many());
    return list;
}

std::string WordList::to_text() const { return fmt::format("{}", fmt::join(words_, ",")); }

Parsed<PriceBound> PriceBound::parse(std::string_view text) {
    constexpr std::size_t whole_max = 12;
    constexpr std::size_t decimals_max = 4;
    const auto parts = split(text, '.');
    const bool good = parts.size() <= 2 && all_digits(parts.front()) && parts.front().size() <= whole_max &&
                      (parts.size() == 1 || (all_digits(parts.back()) && parts.back().size() <= decimals_max));
    if (!good) return std::unexpected("must be an amount, like \"1500\" or \"49.90\"");
    PriceBound bound;
    bound.text_ = text;
    return bound;
}

Parsed<Stars> Stars::parse(std::string_view text) {
    constexpr std::int32_t most = 500;
    const auto parts = split(text, '.');
    const auto refused = std::unexpected(std::string{"must be a number of stars from 0 to 5, like \"4.5\""});
    if (parts.size() > 2 || parts.front().size() != 1 || !all_digits(parts.front())) return refused;
    Stars stars;
    stars.hundredths_ = (parts.front().front() - '0') * 100;
    if (parts.size() == 2) {
        if (!all_digits(parts.back()) || parts.back().size() > 2) return refused;
        stars.hundredths_ += (parts.back()[0] - '0') * 10 + (parts.back().size() == 2 ? parts.back()[1] - '0' : 0);
    }
    if (stars.hundredths_ > most) return refused;
    return stars;
}

std::string Stars::to_text() const { return fmt::format("{}.{:02}", hundredths_ / 100, hundredths_ % 100); }

Parsed<Percent> Percent::parse(std::int64_t number) {
    if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be between 1 and 100");
    Percent percent;
    percent.number_ = static_cast<std::int32_t>(number);
    return percent;
}

Parsed<Cursor> Cursor::parse(std::string_view text) {
    const auto refused = std::unexpected(std::string{"must be the `next` of an answer"});
    const auto parts = split(text, '.');
    constexpr std::size_t parts_count = 6;
    if (parts.size() != parts_count || text.size() > facts.max_length) return refused;
    Cursor cursor;
    cursor.market = parts[0];
    if (!MarketCode::parse(parts[0]) || !enum_from_word(parts[1], cursor.sort)) return refused;
    const auto query = parse_integer(parts[2]);
    const auto key = parse_integer(parts[3]);
    const auto id = parse_integer(parts[4]);
    const auto position = parse_integer(parts[5]);
    if (!query || !key || !id || !position || *id < 1 || *position < 0 || *position > PageOffset::facts.maximum) {
        return refused;
    }
    cursor.query = static_cast<std::uint64_t>(*query);
    cursor.after = {*key, *id};
    cursor.position = *position;
    return cursor;
}

std::string Cursor::to_text() const {
    return fmt::format("{}.{}.{}.{}.{}.{}", market, enum_word(sort), static_cast<std::int64_t>(query), after.key,
                       after.id, position);
}

std::uint64_t hash_of_filters(std::string_view path, const http::Pairs& query) {
    static constexpr std::array presentation{"cursor", "offset", "limit", "facets", "fields", "expand", "sort"};
    const std::map<std::string_view, std::string_view> sorted(query.begin(), query.end());
    // FNV-1a; a client who forges a cursor gets a page of the list that is asked for, nothing else.
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        hash = (hash ^ 0xFF) * 0x100000001b3;
    };
    add(path);
    for (const auto& [name, value] : sorted) {
        if (std::ranges::find(presentation, name) != presentation.end()) continue;
        add(name);
        add(value);
    }
    return hash;
}

Shape::Shape(const std::optional<WordList>& fields, const std::optional<WordList>& expand,
             std::vector<FieldError>& errors) {
    const auto& members = json::member_names<ProductCard>;
    const auto& extra = ProductCard::left_out_when_empty;
    const auto take = [&](std::string_view name, const auto& known, const auto& list, std::vector<std::string>& into) {
        if (!list) return;
        for (const auto& word : list->words()) {
            if (std::ranges::find(known, word) == known.end()) {
                errors.push_back(
                    {std::string{name}, fmt::format("\"{}\" is none of: {}", word, fmt::join(known, ", "))});
                return;
            }
            into.push_back(word);
        }
    };
    take("fields", members, fields, fields_);
    take("expand", extra, expand, expand_);
}

bool Shape::wants(std::string_view member) const {
    const auto named = [&](const std::vector<std::string>& list) {
        return std::ranges::find(list, member) != list.end();
    };
    if (named(expand_) || named(fields_)) return true;
    return fields_.empty() && !json::may_be_left_out<ProductCard>(member);
}

}  // namespace marque::catalog
