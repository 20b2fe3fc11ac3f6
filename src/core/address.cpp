// Parsing and masking of addresses by the system's own inet_pton and inet_ntop.
#include "core/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>

namespace marque {
namespace {

constexpr std::array<unsigned char, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
    // The longest form, an IPv6 address with an IPv4 tail, has 45 letters.
    if (text.empty() || text.size() > INET6_ADDRSTRLEN) return std::nullopt;
    const std::string terminated{text};
    if (terminated.find('\0') != std::string::npos) return std::nullopt;
    Address address;
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes_.data()) == 1) return address;
    std::ranges::copy(mapped_prefix, address.bytes_.begin());
    if (::inet_pton(AF_INET, terminated.c_str(), address.bytes_.data() + mapped_prefix.size()) == 1) return address;
    return std::nullopt;
}

bool Address::is_v4() const { return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes_.begin()); }

std::string Address::to_text() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v4 = is_v4();
    const unsigned char* bytes = v4 ? bytes_.data() + mapped_prefix.size() : bytes_.data();
    ::inet_ntop(v4 ? AF_INET : AF_INET6, bytes, text.data(), text.size());
    return text.data();
}

std::string Address::network_text() const {
    constexpr int v4_bits = 24;
    constexpr int v6_bits = 48;
    if (is_v4()) return masked(static_cast<int>(mapped_prefix.size()) * 8 + v4_bits).to_text() + "/24";
    return masked(v6_bits).to_text() + "/48";
}

std::array<unsigned char, 16> Address::host_bytes() const { return is_v4() ? bytes_ : masked(64).bytes_; }

Address Address::masked(int bits) const {
    Address out = *this;
    std::fill(out.bytes_.begin() + bits / 8, out.bytes_.end(), static_cast<unsigned char>(0));
    return out;
}

}  // namespace marque
