#pragma once
// Strings numbered in the order of their coming, in one piece of memory.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace marque::catalog::search {

inline constexpr std::uint32_t none = 0xFFFFFFFF;

/// An open-addressing table; numbers are dense and begin at 0.
class StringTable {
public:
    /// The string's number, new or not.
    std::uint32_t add(std::string_view text);
    /// Its number, or `none`.
    [[nodiscard]] std::uint32_t find(std::string_view text) const;
    [[nodiscard]] std::string_view operator[](std::uint32_t number) const {
        return std::string_view{bytes_}.substr(ends_[number], ends_[number + 1] - ends_[number]);
    }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size() - 1); }
    [[nodiscard]] std::size_t memory_bytes() const;
    void shrink();

private:
    [[nodiscard]] std::size_t slot_of(std::string_view text, std::size_t hash) const;
    void grow();

    std::string bytes_;
    std::vector<std::uint32_t> ends_{0};
    std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(64, none);
};

}  // namespace marque::catalog::search
