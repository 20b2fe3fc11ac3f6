#pragma once
// Network addresses of clients: one canonical form for each, and the network around it, as limits count them.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace marque {

/// An IPv4 or IPv6 address. IPv4 is kept as IPv4-mapped IPv6, so "1.2.3.4" and "::ffff:1.2.3.4" are the same address.
class Address {
public:
    Address() = default;
    /// Any textual form of one address, nothing for other text: no port, no brackets, no zone.
    [[nodiscard]] static std::optional<Address> parse(std::string_view text);
    /// Canonical: "1.2.3.4", "2001:db8::1".
    [[nodiscard]] std::string to_text() const;
    /// The network that a provider hands to one customer: /24 of IPv4, /48 of IPv6, as "1.2.3.0/24".
    [[nodiscard]] std::string network_text() const;
    /// What counts as one client for the flood limit: the address, or the /64 that any IPv6 host has to itself.
    [[nodiscard]] std::array<unsigned char, 16> host_bytes() const;
    [[nodiscard]] bool is_v4() const;

private:
    [[nodiscard]] Address masked(int bits) const;
    std::array<unsigned char, 16> bytes_{};
};

}  // namespace marque
