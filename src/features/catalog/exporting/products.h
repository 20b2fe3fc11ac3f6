#pragma once
// Products with their SKUs, as rows for each SKU or as one JSON line.

#include "features/catalog/exporting/queries.h"
#include "features/catalog/exporting/writer.h"

namespace marque::catalog::exporting {

/// The connection is in the market's role.
ExportCounts write_products(db::AdminConnection& connection, FileFormat format, Writer& writer);

}  // namespace marque::catalog::exporting
