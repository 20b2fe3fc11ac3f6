// The kept secret of development and its greeting.
#include "app/development.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/log.h"
#include "core/random.h"
#include "features/catalog/demo/demo.h"

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

std::vector<storefront::TrialLogin> trial_logins(const Config& config, const MarketSet& markets) {
    std::vector<storefront::TrialLogin> logins;
    if (!config.development()) return logins;
    std::vector<storefront::TrialLogin> managers;
    for (const auto& phone : config.test_phones) {
        const auto manager = std::ranges::find(demo::shop().managers, phone, &demo::Manager::phone);
        const auto* home = markets.find_by_phone(phone);
        if (manager != demo::shop().managers.end()) {
            managers.push_back({phone, fmt::format("{}", fmt::join(manager->markets, ", ")), true});
        } else if (home != nullptr) {
            logins.push_back({phone, std::string{home->code.upper()}, false});
        }
    }
    logins.insert(logins.end(), managers.begin(), managers.end());
    return logins;
}

void greet(const Config& config, std::uint16_t port, const MarketSet& markets) {
    log::info("server.listening", {{"address", config.host},
                                   {"port", std::to_string(port)},
                                   {"markets", std::to_string(markets.markets.size())},
                                   {"environment", config.environment}});
    if (!config.development()) return;
    std::string logins;
    for (const auto& [phone, where, is_manager] : trial_logins(config, markets))
        logins += fmt::format("      {:<15}  {} {}\n", phone, is_manager ? "manager" : "customer", where);
    fmt::print(stderr,
               "\n  Marque serves http://localhost:{0}\n"
               "    the shop         http://localhost:{0}/?market=kg and ?market=us\n"
               "    the back office  http://localhost:{0}/admin\n"
               "    API and viewer   http://localhost:{0}/docs\n"
               "    products         curl 'http://localhost:{0}/api/v1/products?market=kg&lang=ky&limit=2'\n"
               "    back office      http://localhost:{0}/admin\n"
               "    log in           code 123456 (development only) with\n{1}"
               "    other phones     their code stands at http://localhost:{0}/dev/sms\n\n",
               port, logins);
}

}  // namespace marque::app
