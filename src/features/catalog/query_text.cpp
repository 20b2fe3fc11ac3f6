// Words of a search, found anywhere in name and brand.
#include <algorithm>

#include "core/text.h"
#include "features/catalog/filter.h"

namespace marque::catalog {
namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

Bits fitting_text(const Snapshot& snapshot, std::string_view text, std::size_t language) {
    const std::string wanted = lowered(text);
    Bits bits{snapshot.slots()};
    std::string searched;
    snapshot.index().columns.alive.for_each([&](Slot slot) {
        const auto& product = snapshot.product(slot);
        searched = product.read(product.locals[language].name);
        searched += ' ';
        searched += snapshot.vocabulary().brands[product.brand];
        std::ranges::transform(searched, searched.begin(), small);
        if (searched.find(wanted) != std::string::npos) bits.set(slot);
    });
    return bits;
}

}  // namespace marque::catalog
