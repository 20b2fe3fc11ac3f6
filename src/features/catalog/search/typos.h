#pragma once
// Words within one or two typing errors of another, found by what is left when letters are taken away from both.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace marque::catalog::search {

/// Insertions, deletions, replaced letters and swapped neighbours that lead from one word to the other; `limit` + 1
/// where there are more than `limit`.
[[nodiscard]] int typing_errors(std::u32string_view one, std::u32string_view other, int limit);

/// Finds by deletion neighbourhood: what a word and its misspelling have in common after at most `errors_max` letters
/// of the first `head_letters` of each are left out.
class TypoIndex {
public:
    explicit TypoIndex(int errors_max) : errors_max_(errors_max) {}
    void add(std::u32string_view word, std::uint32_t number);
    /// Makes what was added findable.
    void finish();
    /// Numbers of words that may be within `errors`, each once; typing_errors() must confirm them.
    void find(std::u32string_view word, int errors, std::vector<std::uint32_t>& numbers) const;
    [[nodiscard]] std::size_t memory_bytes() const;

private:
    struct Entry {
        std::uint32_t hash;
        std::uint32_t number;
    };
    int errors_max_;
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> starts_;
    int shift_ = 32;
};

}  // namespace marque::catalog::search
