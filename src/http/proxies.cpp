// Matching of addresses against blocks; IPv4 is compared as the IPv4-mapped IPv6 address, so that a socket that serves
// both families needs one list.
#include "http/proxies.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "core/text.h"

namespace marque::http {
namespace {

using Bytes = std::array<unsigned char, 16>;
constexpr int mapped_prefix_bits = 96;

std::optional<Bytes> bytes_of(std::string_view text, bool* is_v4 = nullptr) {
    boost::system::error_code failure;
    const auto address = boost::asio::ip::make_address(std::string{text}, failure);
    if (failure) return std::nullopt;
    if (is_v4 != nullptr) *is_v4 = address.is_v4();
    if (address.is_v6()) return address.to_v6().to_bytes();
    return boost::asio::ip::make_address_v6(boost::asio::ip::v4_mapped, address.to_v4()).to_bytes();
}

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// The canonical text of a hop: "1.2.3.4", "1.2.3.4:567", "2001:DB8::1", "[2001:db8::1]:567", "::ffff:1.2.3.4". Nothing
/// for anything else: names, "unknown", zones.
std::optional<std::string> address_of(std::string_view hop) {
    if (hop.starts_with('[')) {
        const auto close = hop.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        const auto rest = hop.substr(close + 1);
        if (!rest.empty() && !(rest.front() == ':' && is_port(rest.substr(1)))) return std::nullopt;
        hop = hop.substr(1, close - 1);
        if (hop.find(':') == std::string_view::npos) return std::nullopt;
    } else if (std::ranges::count(hop, ':') == 1) {
        const auto colon = hop.find(':');
        if (!is_port(hop.substr(colon + 1))) return std::nullopt;
        hop = hop.substr(0, colon);
    }
    boost::system::error_code failure;
    const auto address = boost::asio::ip::make_address(std::string{hop}, failure);
    if (failure || hop.find('%') != std::string_view::npos) return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

}  // namespace

struct ProxyList::Block {
    Bytes network;
    int bits;

    [[nodiscard]] bool holds(const Bytes& address) const {
        for (int bit = 0; bit < bits; bit += 8) {
            const auto index = static_cast<std::size_t>(bit / 8);
            const int left = std::min(8, bits - bit);
            const int mask = (0xFF << (8 - left)) & 0xFF;
            if (((network[index] ^ address[index]) & mask) != 0) return false;
        }
        return true;
    }
};

ProxyList::ProxyList(const std::vector<std::string>& blocks, bool first_is_client) : first_is_client_(first_is_client) {
    for (const auto& text : blocks) {
        const auto slash = text.find('/');
        bool is_v4 = false;
        const auto network = bytes_of(std::string_view{text}.substr(0, slash), &is_v4);
        const int bits_max = is_v4 ? 32 : 128;
        int bits = bits_max;
        bool good = network.has_value();
        if (slash != std::string::npos) {
            const char* end = text.data() + text.size();
            const auto [rest, failure] = std::from_chars(text.data() + slash + 1, end, bits);
            good = good && failure == std::errc{} && rest == end && bits >= 0 && bits <= bits_max;
        }
        if (!good) throw std::runtime_error("trusted proxy \"" + text + "\" is neither an address nor a CIDR block");
        blocks_.push_back({*network, is_v4 ? bits + mapped_prefix_bits : bits});
    }
}

ProxyList::~ProxyList() = default;

bool ProxyList::trusts(std::string_view address) const {
    if (blocks_.empty()) return false;
    const auto bytes = bytes_of(address);
    return bytes && std::ranges::any_of(blocks_, [&](const Block& block) { return block.holds(*bytes); });
}

std::string ProxyList::client_of(const Request& request, std::string_view peer) const {
    std::string client{peer};
    if (first_is_client_) {
        const auto claimed = request.header("X-Forwarded-For");
        return claimed.empty() ? client : std::string{trimmed(claimed.substr(0, claimed.find(',')))};
    }
    for (auto header = request.headers.rbegin(); header != request.headers.rend(); ++header) {
        if (lowered(header->name) != "x-forwarded-for") continue;
        std::string_view rest = header->value;
        while (!rest.empty()) {
            const auto comma = rest.rfind(',');
            const auto hop = trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
            // What no proxy of ours could have written ends the walk: everything before it is the client's own word.
            auto address = address_of(hop);
            if (!address) return client;
            client = std::move(*address);
            if (!trusts(client)) return client;
        }
    }
    return client;
}

}  // namespace marque::http
