#pragma once
// What the demo shop says beside its products: sizes and colours in order, words that mean the same, what goes
// together.

#include <set>

#include "features/catalog/writer.h"

namespace marque::app {

/// Sizes with their names elsewhere, colours with swatches and families, synonyms; all of market ALL.
void put_demo_words(catalog::Writer& writer);
/// Products like each, and what is worn with it. The products of `owners` must have been written.
void put_demo_relations(catalog::Writer& writer, const std::set<std::string>& owners);

}  // namespace marque::app
