// Batches, transactions and the counting of them.
#include "features/catalog/import/run.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "json/write.h"

namespace marque::catalog::import {
namespace {

constexpr std::int64_t analyze_from = 1'000;

/// About what an item costs in memory, most of which is its texts and its row as it stood.
std::size_t bytes_of(const ImportItem& item) {
    return std::visit(
        [](const auto& value) -> std::size_t {
            if constexpr (requires { value.skus; }) {
                std::size_t bytes = value.description.size();
                for (const auto& text : value.texts) bytes += text.description.size();
                for (const auto& sku : value.skus) bytes += sku.raw.size() + sizeof sku;
                return bytes;
            } else {
                return value.raw.size() + sizeof value;
            }
        },
        item);
}

class Run {
public:
    Run(Reader& reader, std::vector<std::unique_ptr<Target>>& targets, const RunOptions& options,
        const BytesDone& bytes_done)
        : reader_(reader), targets_(targets), options_(options), bytes_done_(bytes_done) {}

    RunResult carry_out(const Progress& progress) {
        if (options_.dry_run && options_.dry_run_at_once) each([](Target& t) { t.store.connection().run("BEGIN"); });
        while (!ended_ && !result_.is_cancelled) {
            read_batch();
            for (auto& target : targets_) put(*target, target == targets_.front());
            position_ += static_cast<std::int64_t>(taken_);
            progress(reader_.counts().rows);
        }
        if (options_.dry_run && options_.dry_run_at_once) {
            each([](Target& t) { t.store.connection().run("ROLLBACK"); });
        }
        each([&](Target& t) { finish(t); });
        add_up();
        return std::move(result_);
    }

private:
    template <class Do>
    void each(Do&& work) {
        for (auto& target : targets_) {
            work(*target);
            target->store.connection().become("");
        }
    }

    void read_batch() {
        items_.clear();
        read_refused_.clear();
        taken_ = 0;
        std::size_t bytes = 0;
        while (taken_ < options_.batch_items && bytes < options_.batch_bytes) {
            auto item = reader_.next();
            if (!item) {
                result_.error = item.error().message;
                result_.error_line = item.error().line;
                ended_ = true;
                return;
            }
            if (!*item) {
                ended_ = true;
                return;
            }
            ++taken_;
            bytes += bytes_of(**item);
            if (auto* row = std::get_if<RefusedRow>(&**item)) {
                read_refused_.push_back(std::move(*row));
            } else {
                items_.push_back(std::move(**item));
            }
        }
    }

    void put(Target& target, bool is_first) {
        // A resumed run passes over what is committed here already.
        if (position_ + static_cast<std::int64_t>(taken_) <= target.position && !(ended_ && taken_ == 0)) return;
        auto& connection = target.store.connection();
        const bool one_transaction = options_.dry_run && options_.dry_run_at_once;
        if (!one_transaction) connection.run("BEGIN");
        std::vector<RefusedRow> refused;
        if (is_first) refused = read_refused_;
        target.store.put(items_, target.summary, refused);
        target.summary.rows = reader_.counts().rows;
        for (const auto& row : refused) count_refusal(target.summary, row);
        if (target.job.is_open()) save(target, refused);
        connection.become("");
        if (!one_transaction) connection.run(options_.dry_run ? "ROLLBACK" : "COMMIT");
        target.position = position_ + static_cast<std::int64_t>(taken_);
        keep(std::move(refused));
    }

    void save(Target& target, const std::vector<RefusedRow>& refused) {
        std::vector<work::RefusalRow> rows;
        for (const auto& row : refused) {
            if (target.refusals_kept == options_.refused_kept) break;
            ++target.refusals_kept;
            rows.push_back({row.line, row.key, row.column, row.reason, options_.keeps_raw ? row.raw : ""});
        }
        target.job.add_refusals(rows);
        if (!target.job.save(position_ + static_cast<std::int64_t>(taken_), bytes_done_(),
                             json::written(target.summary))) {
            result_.is_cancelled = true;
        }
    }

    /// With a database for each market the same row may be refused in both; it is reported once.
    void keep(std::vector<RefusedRow> refused) {
        for (auto& row : refused) {
            if (result_.refused.size() == options_.refused_kept) return;
            if (!options_.keeps_raw) row.raw.clear();
            const bool is_new = targets_.size() == 1 || kept_.emplace(row.line, row.key, row.reason).second;
            if (is_new) result_.refused.push_back(std::move(row));
        }
    }

    void finish(Target& target) {
        target.summary.notes = reader_.notes();
        std::ranges::move(target.store.notes(), std::back_inserter(target.summary.notes));
        const std::string state = result_.is_cancelled ? "cancelled" : result_.error.empty() ? "done" : "failed";
        if (target.job.is_open()) target.job.finish(state, result_.error, json::written(target.summary));
        if (options_.dry_run || target.summary.products_added < analyze_from) return;
        // A catalogue that just grew from nothing has no statistics yet, and the planner would take it for empty.
        target.store.connection().become("");
        target.store.connection().run("ANALYZE products, skus, prices, stock");
    }

    /// Products are the same in every database; prices and stock are each market's own.
    void add_up() {
        auto& sum = result_.summary;
        sum = targets_.front()->summary;
        for (std::size_t i = 1; i < targets_.size(); ++i) {
            const auto& other = targets_[i]->summary;
            sum.prices_added += other.prices_added;
            sum.prices_changed += other.prices_changed;
            sum.stock_added += other.stock_added;
            sum.stock_changed += other.stock_changed;
            sum.reviews_added += other.reviews_added;
            sum.unchanged += other.unchanged;
        }
        sum.rows = reader_.counts().rows;
        sum.notes = reader_.notes();
        std::ranges::move(targets_.front()->store.notes(), std::back_inserter(sum.notes));
        if (targets_.size() == 1) return;
        if (result_.refused.size() == options_.refused_kept) return;
        sum.refused = 0;
        sum.reasons.clear();
        for (const auto& row : result_.refused) count_refusal(sum, row);
    }

    Reader& reader_;
    std::vector<std::unique_ptr<Target>>& targets_;
    const RunOptions& options_;
    const BytesDone& bytes_done_;
    RunResult result_;
    std::vector<ImportItem> items_;
    std::vector<RefusedRow> read_refused_;
    std::set<std::tuple<long, std::string, std::string>> kept_;
    std::size_t taken_ = 0;
    std::int64_t position_ = 0;
    bool ended_ = false;
};

}  // namespace

RunResult run_import(Reader& reader, std::vector<std::unique_ptr<Target>>& targets, const RunOptions& options,
                     const BytesDone& bytes_done, const Progress& progress) {
    return Run{reader, targets, options, bytes_done}.carry_out(progress);
}

}  // namespace marque::catalog::import
