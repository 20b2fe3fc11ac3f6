#pragma once
// An import from its reader into the databases: batch by batch, each with the job's position in one transaction.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "features/catalog/import/store.h"
#include "work/jobs.h"

namespace marque::catalog::import {

/// A database and the job row in it that remembers how far it is.
struct Target {
    Store store;
    // Of a run that writes, on the store's connection, so that rows and position are one transaction; a dry run's is
    // not open, or on a connection of its own.
    work::JobLog job;
    std::int64_t position = 0;  // Items of the file that are committed here.
    ImportSummary summary;
    std::size_t refusals_kept = 0;  // rows of the job's report
};

struct RunOptions {
    bool dry_run = false;
    // Products of one batch may rest on what an earlier batch would have written, so a dry run of them is one
    // transaction; lines of prices and stock rest on nothing, and must not stay locked while a shop sells.
    bool dry_run_at_once = true;
    std::size_t batch_items = 2'000;
    // Whichever comes first; the same file makes the same batches, on which a resumed import counts.
    std::size_t batch_bytes = 4UL * 1024 * 1024;
    std::size_t refused_kept = refused_kept_max;
    bool keeps_raw = true;  // refused rows are kept as they stood
};

struct RunResult {
    ImportSummary summary;
    std::vector<RefusedRow> refused;
    std::string error;  // Why the file could not be read to its end; what stood before it was imported.
    long error_line = 0;
    bool is_cancelled = false;
};

/// Called after each batch with the rows read so far.
using Progress = std::function<void(std::int64_t rows)>;
/// Bytes of the file that were read, for the job's row.
using BytesDone = std::function<std::int64_t()>;

/// Throws db::Error or db::Unavailable when the database fails; what was committed stays, and a resumed run goes on
/// there.
RunResult run_import(Reader& reader, std::vector<std::unique_ptr<Target>>& targets, const RunOptions& options,
                     const BytesDone& bytes_done, const Progress& progress);

}  // namespace marque::catalog::import
