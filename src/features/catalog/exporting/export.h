#pragma once
// The catalogue out of the shop, as our own CSV or as JSON lines: what an import reads back. Streamed, so that memory
// holds one product however many there are.

#include <functional>
#include <string_view>

#include "db/admin.h"
#include "features/catalog/import/formats.h"

namespace marque::catalog::exporting {

enum class FileFormat { csv, jsonl };
ENUMERATION(FileFormat, csv, jsonl);

/// Takes the file's next bytes; what it throws ends the export.
using Sink = std::function<void(std::string_view)>;

/// What tests let go wrong.
struct ExportFaults {
    bool naked_formulas = false;
};

struct ExportCounts {
    std::int64_t rows = 0;      // lines of the file, without its header
    std::int64_t left_out = 0;  // products without a SKU, which no format of ours can say
};

/// Everything of `subject` that the market sees, prices and stock its own. Puts the connection into the market's role.
/// One statement for the rows, so the file is of one moment. Throws db::Error and what the sink throws; the connection
/// is good for nothing then.
ExportCounts write_export(db::AdminConnection& connection, MarketCode market, import::Subject subject,
                          FileFormat format, const Sink& sink, ExportFaults faults = {});

}  // namespace marque::catalog::exporting
