#pragma once
// What managers ask of imports and exports; the process that carries a job out reads the same from the job's row.

#include "core/page.h"
#include "core/text.h"
#include "features/management/roles.h"
#include "work/job_queue.h"
#include "work/job_report.h"

namespace marque::management {

enum class TransferKind { products, prices, stock, reviews };
ENUMERATION(TransferKind, products, prices, stock, reviews);

/// Those of the command, with _ for -.
enum class ImportFormat { csv, jsonl, magento, shopify, saleor, fashion_styles, womens_clothing };
ENUMERATION(ImportFormat, csv, jsonl, magento, shopify, saleor, fashion_styles, womens_clothing);

enum class ExportFormat { csv, jsonl };
ENUMERATION(ExportFormat, csv, jsonl);

enum class FileEncoding { automatic, utf8, utf16, windows1251, windows1252 };
ENUMERATION(FileEncoding, automatic, utf8, utf16, windows1251, windows1252);

struct ImportQuery {
    TransferKind kind = TransferKind::products;
    ImportFormat format = ImportFormat::csv;
    bool dry_run = false;
    std::optional<Text<1, 40>> price;  // the market's price rule: FACTOR:ROUND
    FileEncoding encoding = FileEncoding::automatic;
    std::optional<Text<2, 2>> language;  // of texts in no named language
    std::optional<Text<3, 3>> currency;  // whose prices are taken from a file of several
    bool join_last = false;
};
RECORD(ImportQuery, kind, format, dry_run, price, encoding, language, currency, join_last);

struct ExportInput {
    TransferKind kind = TransferKind::products;
    ExportFormat format = ExportFormat::csv;
};
RECORD(ExportInput, kind, format);

/// The job's kind in its row: "import_products".
[[nodiscard]] std::string job_kind(bool is_import, TransferKind kind);

[[nodiscard]] http::Routes job_routes();

}  // namespace marque::management
