#pragma once
// Page size and position of every list, and the page that it answers with (ruling 20).

#include <optional>
#include <string>
#include <vector>

#include "core/parse.h"
#include "core/record.h"

namespace marque {

class PageLimit {
public:
    static constexpr IntegerFacts facts{.minimum = 1, .maximum = 100, .example = 20};

    constexpr PageLimit() = default;
    [[nodiscard]] static Parsed<PageLimit> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be between 1 and 100");
        return PageLimit{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    explicit constexpr PageLimit(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 20;
};

class PageOffset {
public:
    static constexpr IntegerFacts facts{.minimum = 0, .maximum = 1'000'000, .example = 0};

    constexpr PageOffset() = default;
    [[nodiscard]] static Parsed<PageOffset> parse(std::int64_t number) {
        if (number < facts.minimum || number > facts.maximum) return std::unexpected("must be between 0 and 1000000");
        return PageOffset{static_cast<std::int32_t>(number)};
    }
    [[nodiscard]] constexpr std::int32_t value() const { return number_; }

private:
    explicit constexpr PageOffset(std::int32_t number) : number_(number) {}
    std::int32_t number_ = 0;
};

/// The `next` of a list: where the following page starts, or nothing on the last one.
[[nodiscard]] inline std::optional<std::string> next_page(std::int64_t end, std::int64_t total) {
    if (end >= total) return std::nullopt;
    return std::to_string(end);
}

/// Where a page starts: a cursor that was given goes before an offset.
template <class Query>
[[nodiscard]] std::int32_t start_of(const Query& query) {
    return query.cursor.value_or(query.offset).value();
}

/// Where in a list, of one that asks for nothing else.
struct PageQuery {
    PageLimit limit;
    PageOffset offset;
    std::optional<PageOffset> cursor;
};
RECORD(PageQuery, limit, offset, cursor);

/// A part of a list, beside how long the whole is and where the part stands in it.
template <class Item>
struct Page {
    std::vector<Item> items;
    std::int64_t total = 0;
    std::int32_t limit = 0;
    std::int32_t offset = 0;
    std::optional<std::string> next;

    BOOST_DESCRIBE_CLASS(Page, (), (items, total, limit, offset, next), (), ())
};

/// Fills in all but the items of a page, of rows that each tell the total_count of the whole list.
template <class SomePage, class Rows, class Query>
[[nodiscard]] SomePage page_without_items(const Rows& rows, const Query& query) {
    SomePage page{};
    page.limit = query.limit.value();
    page.offset = start_of(query);
    page.total = rows.empty() ? 0 : rows.front().total_count;
    page.next = next_page(page.offset + static_cast<std::int64_t>(rows.size()), page.total);
    page.items.reserve(rows.size());
    return page;
}

/// The page that answers a query, with view_of(row) of each row as its item.
template <class Rows, class Query, class ViewOf>
[[nodiscard]] auto page_of(const Rows& rows, const Query& query, ViewOf view_of) {
    auto page = page_without_items<Page<decltype(view_of(rows.front()))>>(rows, query);
    for (const auto& row : rows) page.items.push_back(view_of(row));
    return page;
}

}  // namespace marque
