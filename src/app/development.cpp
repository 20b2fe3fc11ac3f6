// The kept secret of development and its greeting.
#include "app/development.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "core/log.h"
#include "core/random.h"

namespace marque::app {

std::string development_secret(const Config& config) {
    namespace fs = std::filesystem;
    const fs::path path = fs::path{config.data_dir} / "jwt_secret";
    std::string secret;
    std::ifstream{path} >> secret;
    if (secret.size() >= 32) return secret;
    fs::create_directories(config.data_dir);
    secret = random_letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 43);
    const auto old_mask = ::umask(0077);
    std::ofstream{path} << secret << '\n';
    ::umask(old_mask);
    return secret;
}

void greet(const Config& config, std::uint16_t port, const MarketSet& markets) {
    log::info("server.listening", {{"address", config.host},
                                   {"port", std::to_string(port)},
                                   {"markets", std::to_string(markets.markets.size())},
                                   {"environment", config.environment}});
    if (!config.development()) return;
    fmt::print(stderr,
               "\n  Marque serves http://localhost:{0}\n"
               "    API and viewer   http://localhost:{0}/docs\n"
               "    products         curl 'http://localhost:{0}/api/v1/products?market=kg&lang=ky&limit=2'\n"
               "    log in           phones {1}, code 123456 (development only)\n"
               "    other phones     their code stands at http://localhost:{0}/dev/sms\n\n",
               port, fmt::join(config.test_phones, ", "));
}

}  // namespace marque::app
