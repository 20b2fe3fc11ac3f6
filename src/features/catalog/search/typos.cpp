// Entries lie in buckets by the upper bits of their hash, a few each.
#include "features/catalog/search/typos.h"

#include <algorithm>
#include <array>
#include <bit>

namespace marque::catalog::search {
namespace {

/// Only this many letters are varied: the rest is compared afterwards. More would cost memory, fewer time.
constexpr std::size_t head_letters = 7;
constexpr std::size_t letters_max = 40;
/// Words shorter than this cannot be two errors away from one that may have two (8 letters).
constexpr std::size_t two_errors_letters_min = 6;

std::uint32_t hash_of(std::u32string_view letters) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const auto letter : letters) hash = (hash ^ letter) * 0x100000001B3;
    hash ^= hash >> 32U;
    return static_cast<std::uint32_t>(hash * 0x9E3779B1U);
}

/// Hashes of the word's head and of all that it becomes by leaving out up to `errors` letters.
struct Neighbourhood {
    std::array<std::uint32_t, 32> hashes{};
    std::size_t size = 0;

    Neighbourhood(std::u32string_view word, int errors) {
        const auto head = word.substr(0, head_letters);
        take(head);
        if (errors < 1 || head.size() < 2) return;
        for (std::size_t i = 0; i < head.size(); ++i) {
            const auto shorter = without(head, i);
            take(shorter);
            if (errors < 2) continue;
            for (std::size_t k = i; k < shorter.size(); ++k) take(without(shorter, k));
        }
        std::sort(hashes.begin(), hashes.begin() + static_cast<std::ptrdiff_t>(size));
        const auto* end = std::unique(hashes.begin(), hashes.begin() + static_cast<std::ptrdiff_t>(size));
        size = static_cast<std::size_t>(end - hashes.begin());
    }

    static std::u32string without(std::u32string_view word, std::size_t position) {
        std::u32string shorter{word.substr(0, position)};
        shorter += word.substr(position + 1);
        return shorter;
    }
    void take(std::u32string_view letters) { hashes[size++] = hash_of(letters); }
};

}  // namespace

int typing_errors(std::u32string_view one, std::u32string_view other, int limit) {
    const std::size_t difference = one.size() > other.size() ? one.size() - other.size() : other.size() - one.size();
    if (difference > static_cast<std::size_t>(limit) || one.size() > letters_max || other.size() > letters_max) {
        return limit + 1;
    }
    using Row = std::array<int, letters_max + 1>;
    Row before_last{};
    Row last{};
    Row row{};
    for (std::size_t k = 0; k <= other.size(); ++k) last[k] = static_cast<int>(k);
    for (std::size_t i = 1; i <= one.size(); ++i) {
        row[0] = static_cast<int>(i);
        int least = row[0];
        for (std::size_t k = 1; k <= other.size(); ++k) {
            const int replaced = last[k - 1] + (one[i - 1] == other[k - 1] ? 0 : 1);
            row[k] = std::min({replaced, last[k] + 1, row[k - 1] + 1});
            if (i > 1 && k > 1 && one[i - 1] == other[k - 2] && one[i - 2] == other[k - 1]) {
                row[k] = std::min(row[k], before_last[k - 2] + 1);
            }
            least = std::min(least, row[k]);
        }
        if (least > limit) return limit + 1;
        before_last = last;
        last = row;
    }
    return std::min(last[other.size()], limit + 1);
}

void TypoIndex::add(std::u32string_view word, std::uint32_t number) {
    const int errors = word.size() >= two_errors_letters_min ? errors_max_ : std::min(errors_max_, 1);
    const Neighbourhood around{word, errors};
    for (std::size_t i = 0; i < around.size; ++i) entries_.push_back({around.hashes[i], number});
}

void TypoIndex::finish() {
    const int bits = std::clamp(static_cast<int>(std::bit_width(entries_.size())) - 2, 4, 24);
    shift_ = 32 - bits;
    starts_.assign((std::size_t{1} << static_cast<unsigned>(bits)) + 1, 0);
    for (const auto& entry : entries_) ++starts_[(entry.hash >> static_cast<unsigned>(shift_)) + 1];
    for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    std::vector<Entry> placed(entries_.size());
    auto next = starts_;
    for (const auto& entry : entries_) placed[next[entry.hash >> static_cast<unsigned>(shift_)]++] = entry;
    entries_ = std::move(placed);
}

void TypoIndex::find(std::u32string_view word, int errors, std::vector<std::uint32_t>& numbers) const {
    numbers.clear();
    if (starts_.empty()) return;
    const Neighbourhood around{word, errors};
    for (std::size_t i = 0; i < around.size; ++i) {
        const std::uint32_t hash = around.hashes[i];
        const std::size_t bucket = hash >> static_cast<unsigned>(shift_);
        for (std::uint32_t k = starts_[bucket]; k < starts_[bucket + 1]; ++k) {
            if (entries_[k].hash == hash) numbers.push_back(entries_[k].number);
        }
    }
    std::ranges::sort(numbers);
    const auto repeated = std::ranges::unique(numbers);
    numbers.erase(repeated.begin(), repeated.end());
}

std::size_t TypoIndex::memory_bytes() const {
    return entries_.capacity() * sizeof(Entry) + starts_.capacity() * sizeof(std::uint32_t);
}

}  // namespace marque::catalog::search
