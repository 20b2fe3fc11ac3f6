#pragma once
// Which peers are our own proxies, and whom they speak for.

#include <string>
#include <string_view>
#include <vector>

#include "http/request.h"

namespace marque::http {

/// Addresses and CIDR blocks ("10.0.0.0/8", "fd00::/8"); throws std::runtime_error on any other text.
class ProxyList {
public:
    /// `first_is_client` believes what the client itself wrote: a negative control.
    explicit ProxyList(const std::vector<std::string>& blocks, bool first_is_client = false);
    ~ProxyList();
    ProxyList(const ProxyList&) = delete;
    ProxyList& operator=(const ProxyList&) = delete;

    [[nodiscard]] bool trusts(std::string_view address) const;
    /// The last hop of X-Forwarded-For that is not a trusted proxy itself; the peer where there is no usable one.
    /// To be asked only where the peer is trusted.
    /// Always in the address's one canonical form, without a port, so that it can be a key.
    [[nodiscard]] std::string client_of(const Request& request, std::string_view peer) const;

private:
    struct Block;
    std::vector<Block> blocks_;
    const bool first_is_client_;
};

}  // namespace marque::http
