#pragma once
// What the tests of the Magento import share: a whole source imported into lists that can be compared.

#include <fmt/core.h>

#include "features/catalog/import/magento.h"

namespace marque::catalog::import {

struct Outcome {
    std::vector<ImportedProduct> products;
    std::vector<RefusedRow> refused;
    ImportCounts counts;
    std::string error;

    std::string refusals() const {
        std::string text;
        for (const auto& row : refused) {
            text += fmt::format("{} {}: {}\n", row.line, row.key, row.reason);
        }
        return text;
    }
};

inline MagentoOptions options_for_tests() { return {.today = std::chrono::year{2024} / std::chrono::June / 15}; }

inline Outcome import_from(Source& source, MagentoOptions options = options_for_tests()) {
    MagentoImport import_run(source, std::move(options));
    Outcome outcome;
    for (;;) {
        auto item = import_run.next();
        if (!item) {
            outcome.error = fmt::format("{}: {}", item.error().line, item.error().message);
            break;
        }
        if (!*item) {
            break;
        }
        if (auto* product = std::get_if<ImportedProduct>(&**item)) {
            outcome.products.push_back(std::move(*product));
        } else {
            outcome.refused.push_back(std::get<RefusedRow>(**item));
        }
    }
    outcome.counts = import_run.counts();
    return outcome;
}

}  // namespace marque::catalog::import
