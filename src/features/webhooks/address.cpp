// URLs are read by the library that calls them, so that both see the same host.
#include "features/webhooks/address.h"

#include <algorithm>

#include "work/http_client.h"

namespace marque::webhooks {
namespace {

constexpr int https_port = 443;
/// Below it live services that were there before the web: mail, databases of old, remote shells.
constexpr int free_ports_from = 1'024;

bool is_number(std::string_view host) {
    const bool four = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return four || host.find(':') != std::string_view::npos;
}

bool is_this_machine(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost") || work::is_loopback_address(host);
}

bool is_internal_name(std::string_view host) {
    constexpr std::string_view ends[] = {".local", ".localhost", ".internal", ".lan", ".home.arpa"};
    return host.find('.') == std::string_view::npos ||
           std::ranges::any_of(ends, [&](std::string_view end) { return host.ends_with(end); });
}

}  // namespace

std::string url_trouble(const std::string& url, bool loopback_too) {
    const auto place = work::place_of_url(url);
    if (!place) return "must be a URL, like https://hooks.shop.example/marque";
    if (place->has_credentials) return "must not hold a name or a password";
    if (place->has_fragment) return "must not have a part behind #";
    std::string_view host = place->host;
    if (host.ends_with('.')) host.remove_suffix(1);
    if (loopback_too && is_this_machine(host)) return {};
    if (place->scheme != "https") return "must begin with https://";
    if (place->port != https_port && place->port < free_ports_from) {
        return "must have no port, or one from 1024 on";
    }
    const bool is_outside = is_number(host) ? work::is_public_address(host) : !is_internal_name(host);
    return is_outside ? std::string{} : std::string{"must lead to a server of the open internet"};
}

Parsed<EndpointUrl> EndpointUrl::parse(std::string_view text) {
    const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
    const bool fits = text.size() >= facts.min_length && text.size() <= facts.max_length;
    if (!plain || !fits || !(text.starts_with("https://") || text.starts_with("http://"))) {
        return std::unexpected("must be a URL of 10 to 500 characters, like https://hooks.shop.example/marque");
    }
    return EndpointUrl{std::string{text}};
}

}  // namespace marque::webhooks
