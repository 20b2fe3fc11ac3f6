// Members of an order's line as cells, in the order that was asked for.
#include "app/order_file.h"

#include <algorithm>

#include "features/catalog/exporting/writer.h"
#include "json/types.h"

namespace marque::app {
namespace {

template <class T>
std::string cell_of(const T& value) {
    if constexpr (json::is_optional<T>) {
        return value ? cell_of(*value) : std::string{};
    } else if constexpr (std::is_same_v<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::is_same_v<T, std::string>) {
        return value;
    } else if constexpr (std::is_integral_v<T>) {
        return std::to_string(value);
    } else if constexpr (Enumeration<T>) {
        return std::string{enum_word(value)};
    } else {
        return value.to_text();
    }
}

/// Which members the file has, by their places in the record.
std::vector<std::size_t> columns_of(const std::optional<orders::OrderFields>& fields) {
    const auto& names = json::member_names<orders::ManagedOrder>;
    std::vector<std::size_t> columns;
    if (!fields) {
        for (std::size_t i = 0; i < names.size(); ++i) columns.push_back(i);
        return columns;
    }
    for (const auto& field : fields->items()) {
        columns.push_back(static_cast<std::size_t>(std::ranges::find(names, field.to_text()) - names.begin()));
    }
    return columns;
}

}  // namespace

std::int64_t write_orders(db::AdminConnection& connection, const MarketInfo& market, const orders::OrderFilter& filter,
                          const OrderFileOptions& options, const catalog::exporting::Sink& sink) {
    const auto columns = columns_of(options.fields);
    const auto& names = json::member_names<orders::ManagedOrder>;
    catalog::exporting::Writer writer{sink, {.naked_formulas = options.naked_formulas}};
    std::vector<std::string> cells;
    if (options.csv) {
        for (const auto column : columns) cells.emplace_back(names.at(column));
        writer.cells(cells);
    }
    std::int64_t rows = 0;
    std::vector<std::string> values(names.size());
    orders::stream_orders(connection, market, filter, [&](const orders::ManagedOrder& order) {
        std::size_t place = 0;
        for_each_member(order, [&](std::string_view, const auto& member) { values[place++] = cell_of(member); });
        ++rows;
        if (options.csv) {
            cells.clear();
            for (const auto column : columns) cells.push_back(values[column]);
            writer.cells(cells);
            return;
        }
        catalog::exporting::JsonLine line;
        for (const auto column : columns) {
            if (!values[column].empty()) line.text(names.at(column), values[column]);
        }
        writer.line(line.finish());
    });
    writer.flush();
    return rows;
}

}  // namespace marque::app
