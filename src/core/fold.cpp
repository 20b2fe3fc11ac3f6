// Folding by ICU's normalisers, then letter by letter.
#include "core/fold.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "core/check.h"

namespace marque {
namespace {

const icu::Normalizer2& normalizer(const char* name, UNormalization2Mode mode) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* found = icu::Normalizer2::getInstance(nullptr, name, mode, status);
    check(U_SUCCESS(status) != 0 && found != nullptr, "ICU without its normalisers");
    return *found;
}

bool is_latin(UChar32 letter) {
    UErrorCode status = U_ZERO_ERROR;
    return uscript_getScript(letter, &status) == USCRIPT_LATIN;
}

/// The letter a marked Latin letter begins with; any other as it is.
UChar32 without_mark(UChar32 letter, const icu::Normalizer2& decomposer) {
    if (letter < 0xC0 || !is_latin(letter)) return letter;
    icu::UnicodeString parts;
    if (!decomposer.getDecomposition(letter, parts) || parts.isEmpty()) return letter;
    return parts.char32At(0);
}

bool belongs_to_a_word(UChar32 letter) {
    return u_isalnum(letter) != 0 || (U_GET_GC_MASK(letter) & U_GC_M_MASK) != 0 || letter == '\'';
}

}  // namespace

std::string folded(std::string_view text) {
    static const auto& folder = normalizer("nfkc_cf", UNORM2_COMPOSE);
    static const auto& decomposer = normalizer("nfc", UNORM2_DECOMPOSE);
    UErrorCode status = U_ZERO_ERROR;
    const auto source = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
    icu::UnicodeString composed;
    folder.normalize(source, composed, status);
    check(U_SUCCESS(status) != 0, "ICU could not fold a text");
    icu::UnicodeString out;
    for (int32_t i = 0; i < composed.length();) {
        UChar32 letter = composed.char32At(i);
        i += U16_LENGTH(letter);
        if (letter == 0x451) letter = 0x435;
        if (letter == 0x2019 || letter == 0x2BC) letter = '\'';
        const bool kept = letter != 0xFFFD && belongs_to_a_word(letter);
        // A mark that found no letter to join, behind a Latin one, says nothing.
        if (kept && (U_GET_GC_MASK(letter) & U_GC_MN_MASK) != 0 && !out.isEmpty() &&
            is_latin(out.char32At(out.length() - 1))) {
            continue;
        }
        out.append(kept ? without_mark(letter, decomposer) : UChar32{' '});
    }
    std::string utf8;
    out.toUTF8String(utf8);
    return utf8;
}

}  // namespace marque
