#pragma once
// What managers ask of lists of orders beyond a page: files, which the process of a job makes, and saved lists.

#include "features/management/jobs.h"
#include "features/orders/orders.h"

namespace marque::management {

struct OrderExport {
    static constexpr std::string_view doc =
        "A file of all orders of a filter, newest first; `fields` chooses its columns.";
    std::optional<orders::OrderFilter> filter;
    std::optional<orders::OrderFields> fields;
    ExportFormat format = ExportFormat::csv;
};
RECORD(OrderExport, filter, fields, format);

/// The kind of such a job in its row.
inline constexpr std::string_view order_export_kind = "export_orders";

[[nodiscard]] http::Routes order_list_routes();

}  // namespace marque::management
