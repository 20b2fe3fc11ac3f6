// The matching of configurable and simple rows. A sku goes one way only: pending or awaited, then used or refused.
#include "features/catalog/import/magento.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "core/text.h"

namespace marque::catalog::import {

namespace {

constexpr std::size_t variations_max = 1000;

// Why a kind of product has no place in this shop; empty for the two kinds that have one.
std::string type_refusal(std::string_view type) {
    if (type == "simple" || type == "configurable") {
        return "";
    }
    if (type == "bundle" || type == "grouped") {
        return fmt::format("product type {} is a set of other products, which are imported by their own rows", type);
    }
    if (type == "virtual" || type == "downloadable") {
        return fmt::format("product type {} has nothing to ship", type);
    }
    return fmt::format("product_type must be simple or configurable, but is \"{:.40}\"", type);
}

}  // namespace

MagentoImport::MagentoImport(Source& source, MagentoOptions options) : reader_(source), options_(std::move(options)) {}

std::expected<std::optional<ImportItem>, ImportError> MagentoImport::next() {
    while (ready_.empty() && !finished_) {
        auto more = read_row();
        if (!more) {
            return std::unexpected(more.error());
        }
        if (!*more) {
            finish();
        }
    }
    if (ready_.empty()) {
        return std::nullopt;
    }
    std::optional<ImportItem> item = std::move(ready_.front());
    ready_.pop_front();
    return item;
}

std::expected<bool, ImportError> MagentoImport::read_row() {
    auto more = reader_.next(record_);
    if (!more) {
        return std::unexpected(more.error());
    }
    if (!header_) {
        if (!*more) {
            return std::unexpected(ImportError{1, "the file is empty, a header line was expected"});
        }
        auto header = MagentoHeader::parse(record_);
        if (!header) {
            return std::unexpected(ImportError{record_.line, header.error()});
        }
        header_ = *header;
        return true;
    }
    if (!*more) {
        return false;
    }
    ++counts_.rows;
    add_row(MagentoRow{*header_, record_});
    if (pending_.size() + awaited_.size() + orphaned_.size() > options_.pending_max) {
        return std::unexpected(ImportError{
            record_.line,
            fmt::format("more than {} skus wait for the row they belong to; sort the file so that the rows of a "
                        "configurable product stand together",
                        options_.pending_max)});
    }
    return true;
}

void MagentoImport::add_row(const MagentoRow& row) {
    const std::string code(row.get(Column::sku));
    if (auto checked = header_->check(row.record); !checked) {
        const bool readable = !code.empty() && utf8_length(code).has_value();
        const bool first = readable && seen_.try_emplace(code, Seen{row.record.line}).second;
        refuse_row(row, checked.error());
        if (first) {
            deliver(code, std::nullopt);
        }
        return;
    }
    if (code.empty()) {
        refuse_row(row, "sku is empty");
        return;
    }
    const auto [seen, first] = seen_.try_emplace(code, Seen{row.record.line});
    if (!first) {
        const auto store_view = row.get(Column::store_view_code);
        refuse_row(row,
                   fmt::format("sku already stands on line {}; of the rows of several store views only the first is "
                               "imported{}",
                               seen->second.line,
                               store_view.empty() ? "" : fmt::format(" (this one is for \"{:.40}\")", store_view)));
        return;
    }
    const auto type = lowered(row.get(Column::product_type));
    if (auto reason = type_refusal(type); !reason.empty()) {
        refuse_row(row, std::move(reason));
        deliver(code, std::nullopt);
    } else if (type == "configurable") {
        add_configurable(row);
    } else {
        add_simple(row);
    }
}

void MagentoImport::add_simple(const MagentoRow& row) {
    const std::string code(row.get(Column::sku));
    const auto visible = read_visibility(row);
    if (!visible) {
        refuse_row(row, visible.error());
        deliver(code, std::nullopt);
        return;
    }
    // A visible simple row that a configurable row waits for is its SKU all the same.
    if (*visible && !awaited_.contains(code)) {
        add_single(row);
    } else {
        add_part(row);
    }
}

void MagentoImport::add_part(const MagentoRow& row) {
    const std::string code(row.get(Column::sku));
    auto sku = read_sku(row, options_);
    if (!sku) {
        refuse_row(row, sku.error());
        deliver(code, std::nullopt);
        return;
    }
    if (const auto orphan = orphaned_.find(code); orphan != orphaned_.end()) {
        refuse_row(row, fmt::format("its configurable product on line {} was refused", orphan->second));
        orphaned_.erase(orphan);
        return;
    }
    if (awaited_.contains(code)) {
        deliver(code, std::move(*sku));
        return;
    }
    pending_.emplace(code, std::move(*sku));
}

void MagentoImport::add_single(const MagentoRow& row) {
    orphaned_.erase(std::string(row.get(Column::sku)));
    auto product = read_product(row, options_);
    if (!product) {
        refuse_row(row, product.error());
        return;
    }
    auto sku = read_sku(row, options_);
    if (!sku) {
        refuse_row(row, sku.error());
        return;
    }
    seen_[sku->code].state = SkuState::used;
    product->slug = slugs_.claim(product->slug, product->key);
    product->skus.push_back(std::move(*sku));
    emit(std::move(*product));
}

void MagentoImport::add_configurable(const MagentoRow& row) {
    if (const std::string code(row.get(Column::sku)); awaited_.contains(code)) {
        refuse(row.record.line, code, "cannot be a variation of another product, for it is configurable itself");
        deliver(code, std::nullopt);
    }
    auto product = read_product(row, options_);
    if (!product) {
        refuse_row(row, product.error());
        orphan(row);
        return;
    }
    auto variations = parse_variations(row.get(Column::configurable_variations));
    if (!variations) {
        refuse_row(row, "configurable_variations " + variations.error());
        return;
    }
    if (variations->size() > variations_max) {
        refuse_row(row, fmt::format("configurable_variations has more than {} variations", variations_max));
        orphan(row);
        return;
    }
    // The configurable row's own sku is no SKU of anything, so no variation may name it.
    seen_[product->key].state = SkuState::used;
    product->slug = slugs_.claim(product->slug, product->key);
    Waiting waiting{.product = std::move(*product)};
    waiting.slots.reserve(variations->size());
    for (auto& variation : *variations) {
        waiting.slots.push_back(Slot{.variation = std::move(variation)});
        if (!claim(waiting, waiting.slots.size() - 1)) {
            waiting.slots.pop_back();
        }
    }
    if (waiting.missing == 0) {
        complete(std::move(waiting));
    } else {
        waiting_.emplace(row.record.line, std::move(waiting));
    }
}

// Fills the slot from the rows before it or notes that it waits; false if the variation cannot be part of the product.
bool MagentoImport::claim(Waiting& waiting, std::size_t slot) {
    auto& [variation, sku] = waiting.slots[slot];
    const long line = waiting.product.line;
    if (auto checked = check_sku_texts(variation.sku, variation.size, variation.color); !checked) {
        refuse(line, variation.sku, "variation: " + checked.error());
        return false;
    }
    const auto seen = seen_.find(variation.sku);
    if (seen == seen_.end()) {
        if (!awaited_.try_emplace(variation.sku, Awaited{line, slot}).second) {
            refuse(line, variation.sku,
                   fmt::format("variation of {} is named by configurable_variations before", waiting.product.key));
            return false;
        }
        ++waiting.missing;
        return true;
    }
    switch (seen->second.state) {
        case SkuState::refused:
            return false;  // Its own row was refused with its reason.
        case SkuState::used:
            refuse(line, variation.sku,
                   fmt::format("variation of {} is part of a product already (its row is on line {})",
                               waiting.product.key, seen->second.line));
            return false;
        case SkuState::pending:
            break;
    }
    const auto pending = pending_.find(variation.sku);
    sku = std::move(pending->second);
    pending_.erase(pending);
    seen->second.state = SkuState::used;
    return true;
}

// The SKUs of a refused configurable row are told so, instead of being told that nobody names them.
void MagentoImport::orphan(const MagentoRow& row) {
    const auto variations = parse_variations(row.get(Column::configurable_variations));
    if (!variations) {
        return;
    }
    for (const auto& variation : *variations) {
        const auto pending = pending_.find(variation.sku);
        if (pending != pending_.end()) {
            const long line = pending->second.line;
            pending_.erase(pending);
            seen_[variation.sku].state = SkuState::refused;
            refuse(line, variation.sku,
                   fmt::format("its configurable product on line {} was refused", row.record.line));
        } else if (!seen_.contains(variation.sku) && !awaited_.contains(variation.sku)) {
            orphaned_.try_emplace(variation.sku, row.record.line);
        }
    }
}

// Hands a sku, or the news that it was refused, to the product that waits for it, if one does.
void MagentoImport::deliver(const std::string& code, std::optional<ImportedSku> sku) {
    const auto awaited = awaited_.find(code);
    if (awaited == awaited_.end()) {
        orphaned_.erase(code);
        return;
    }
    const auto waiting = waiting_.find(awaited->second.product_line);
    if (sku) {
        seen_[code].state = SkuState::used;
        waiting->second.slots[awaited->second.slot].sku = std::move(sku);
    }
    awaited_.erase(awaited);
    if (--waiting->second.missing == 0) {
        auto complete_one = std::move(waiting->second);
        waiting_.erase(waiting);
        complete(std::move(complete_one));
    }
}

void MagentoImport::complete(Waiting waiting) {
    auto& product = waiting.product;
    std::set<std::pair<std::string, std::string>> kinds;
    for (auto& [variation, sku] : waiting.slots) {
        if (!sku) {
            continue;
        }
        // The list of variations says by what the SKUs of this product differ; the SKU's own attributes are second to
        // it.
        sku->size = variation.size.empty() ? sku->size : variation.size;
        sku->color = variation.color.empty() ? sku->color : variation.color;
        if (!kinds.emplace(sku->size, sku->color).second) {
            refuse(sku->line, sku->code,
                   fmt::format("product {} has another sku of size \"{}\" and color \"{}\"", product.key, sku->size,
                               sku->color));
            continue;
        }
        product.skus.push_back(std::move(*sku));
    }
    if (product.skus.empty()) {
        refuse(product.line, product.key, "none of its variations could be imported");
        return;
    }
    emit(std::move(product));
}

void MagentoImport::finish() {
    finished_ = true;
    for (auto& [line, waiting] : waiting_) {
        for (const auto& slot : waiting.slots) {
            if (!slot.sku && awaited_.contains(slot.variation.sku)) {
                refuse(line, slot.variation.sku,
                       fmt::format("variation of {} has no row in the file", waiting.product.key));
            }
        }
        complete(std::move(waiting));
    }
    std::vector<const ImportedSku*> unclaimed;
    for (const auto& [code, sku] : pending_) {
        unclaimed.push_back(&sku);
    }
    std::ranges::sort(unclaimed, {}, &ImportedSku::line);
    for (const auto* sku : unclaimed) {
        refuse(sku->line, sku->code,
               "is not visible individually, and no configurable product names it as a variation");
    }
    waiting_.clear();
    awaited_.clear();
    pending_.clear();
    orphaned_.clear();
}

void MagentoImport::refuse(long line, std::string key, std::string reason) {
    ++counts_.refused;
    ready_.emplace_back(RefusedRow{line, std::move(key), std::move(reason)});
}

void MagentoImport::refuse_row(const MagentoRow& row, std::string reason) {
    const auto key = row.get(Column::sku);
    // A key that is not text cannot be reported or stored; the line still says where it is.
    const bool readable = utf8_length(key).has_value();
    if (const auto seen = seen_.find(std::string(key)); seen != seen_.end() && seen->second.line == row.record.line) {
        seen->second.state = SkuState::refused;
    }
    refuse(row.record.line, readable ? std::string(key) : "", std::move(reason));
}

void MagentoImport::emit(ImportedProduct product) {
    ++counts_.products;
    counts_.skus += static_cast<long>(product.skus.size());
    ready_.emplace_back(std::move(product));
}

}  // namespace marque::catalog::import
