#pragma once
// What the query of a list may say: lists of words by comma, amounts, stars, and the place where a page begins.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/page.h"
#include "core/text.h"
#include "features/catalog/filter.h"
#include "http/route.h"

namespace marque::catalog {

/// Nobody ticks more boxes of one kind.
inline constexpr std::size_t values_max = 20;
/// Nobody types longer queries; what is pasted is refused.
inline constexpr std::size_t query_letters_max = 100;

/// "dresses,tops".
class SlugList {
public:
    static constexpr TextFacts facts{.pattern = "^[a-z0-9]+(-[a-z0-9]+)*(,[a-z0-9]+(-[a-z0-9]+)*)*$",
                                     .min_length = 1,
                                     .max_length = 1'000,
                                     .example = "dresses,tops"};
    [[nodiscard]] static Parsed<SlugList> parse(std::string_view text);
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] const std::vector<std::string>& slugs() const { return slugs_; }

private:
    std::vector<std::string> slugs_;
};

/// "M,L": words of any kind, which hold no comma.
class WordList {
public:
    static constexpr TextFacts facts{.min_length = 1, .max_length = 1'000, .example = "M,L"};
    [[nodiscard]] static Parsed<WordList> parse(std::string_view text);
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] const std::vector<std::string>& words() const { return words_; }

private:
    std::vector<std::string> words_;
};

/// An amount in the market's currency, kept digit by digit until that is known.
class PriceBound {
public:
    static constexpr TextFacts facts{.pattern = "^[0-9]{1,12}(\\.[0-9]{1,4})?$", .example = "1500"};
    [[nodiscard]] static Parsed<PriceBound> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }

private:
    std::string text_;
};

/// Stars from 0 to 5 with at most two decimals.
class Stars {
public:
    static constexpr TextFacts facts{.pattern = "^([0-4](\\.[0-9]{1,2})?|5(\\.0{1,2})?)$", .example = "4.5"};
    [[nodiscard]] static Parsed<Stars> parse(std::string_view text);
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] std::int32_t hundredths() const { return hundredths_; }

private:
    std::int32_t hundredths_ = 0;
};

class Percent {
public:
    static constexpr IntegerFacts facts{.minimum = 1, .maximum = 100, .example = 30};
    [[nodiscard]] static Parsed<Percent> parse(std::int64_t number);
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    std::int32_t number_ = 1;
};

/// The `next` of an answer. Only this server reads it: market, sort, the query it belongs to, and the last product.
class Cursor {
public:
    static constexpr TextFacts facts{.pattern = "^[a-z0-9_.-]+$", .min_length = 1, .max_length = 200};
    [[nodiscard]] static Parsed<Cursor> parse(std::string_view text);
    [[nodiscard]] std::string to_text() const;

    std::string market;
    Sort sort = Sort::popular;
    std::uint64_t query = 0;
    After after;
    std::int64_t position = 0;  // how many products came before
};

/// What decides which products a list holds, its path and parts of its query, as one number.
[[nodiscard]] std::uint64_t hash_of_filters(std::string_view path, const http::Pairs& query);

/// Which members of cards an answer holds.
class Shape {
public:
    /// Words that are no member are added to the errors.
    Shape(const std::optional<WordList>& fields, const std::optional<WordList>& expand,
          std::vector<FieldError>& errors);
    Shape() = default;
    /// Cards as they stand ready.
    [[nodiscard]] bool is_plain() const { return fields_.empty() && expand_.empty(); }
    [[nodiscard]] bool wants(std::string_view member) const;

private:
    std::vector<std::string> fields_;
    std::vector<std::string> expand_;
};

struct ListRequest {
    Sort sort = Sort::popular;
    PageLimit limit;
    std::optional<PageOffset> offset;
    std::optional<Cursor> cursor;
    bool facets = false;
    Shape shape;
    /// What was searched for; the filter's text must be its bits.
    std::optional<TextFound> found;
};

/// The best of what was found and fits the filters: a page and one more where there is one.
[[nodiscard]] std::vector<Slot> best_page(std::vector<search::Match> matches, const Bits& fitting, std::size_t limit,
                                          std::size_t offset);

/// One page of what fits a filter. Refuses a cursor of another list.
[[nodiscard]] http::Response list_page(const http::Context& context, std::shared_ptr<const Snapshot> snapshot,
                                       const Filter& filter, const ListRequest& request);

}  // namespace marque::catalog
