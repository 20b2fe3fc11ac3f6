// Kyrgyz suffixes first, then Russian ones: "футболкалар" is a Kyrgyz plural of a Russian word.
#include "features/catalog/search/stemmers.h"

#include <libstemmer.h>

#include "core/check.h"
#include "features/catalog/search/kyrgyz.h"
#include "features/catalog/search/words.h"

namespace marque::catalog::search {
namespace {

std::string stemmed(sb_stemmer* stemmer, std::string_view word) {
    // sb_symbol is unsigned char; looking at a text's bytes as such is allowed.
    const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
    const auto* stem = sb_stemmer_stem(stemmer, bytes, static_cast<int>(word.size()));
    check(stem != nullptr, "a stemmer without memory");
    return {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(stemmer))};
}

}  // namespace

void Stemmers::Delete::operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }

Stemmers::Stemmers() : english_(sb_stemmer_new("english", "UTF_8")), russian_(sb_stemmer_new("russian", "UTF_8")) {
    check(english_ != nullptr && russian_ != nullptr, "libstemmer without English or Russian");
}

std::string Stemmers::term(std::string_view word, Tongue tongue) const {
    if (is_latin(word)) return stemmed(english_.get(), word);
    if (!is_cyrillic(word)) return std::string{word};
    if (tongue == Tongue::kyrgyz) return stemmed(russian_.get(), kyrgyz_stem(word));
    return stemmed(russian_.get(), word);
}

}  // namespace marque::catalog::search
