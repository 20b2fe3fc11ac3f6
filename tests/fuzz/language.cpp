// Accept-Language: always a language of the market, or none.
#include "http/language.h"

#include <algorithm>

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const marque::MarketInfo market = [] {
        marque::MarketInfo info;
        info.languages = {"ky", "ru", "en"};
        return info;
    }();
    const auto found = marque::http::accepted_language(marque::fuzz::text_of(data, size), market);
    marque::fuzz::must(found.empty() || std::ranges::find(market.languages, found) != market.languages.end(),
                       "a language of the market");
    return 0;
}
