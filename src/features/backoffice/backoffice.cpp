// The page of the back office, its policy, and the addresses of both and of its files.
#include "features/backoffice/backoffice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "core/random.h"
#include "core/refusal.h"
#include "features/storefront/storefront.h"

namespace marque::backoffice {
namespace {

using http::Context;
using http::Response;

constexpr Refusal not_built{404, "web.back_office_not_built", "The back office was not built: make web"};

/// 128 bits, in letters that need no escaping in a header or an attribute.
std::string number_used_once() {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::size_t length = 22;
    return random_letters(letters, length);
}

/// Only what this server sends, styles of this very answer, and pictures from where the shop's pages show them.
std::string policy_of(std::string_view number, std::string_view picture_sources) {
    return fmt::format(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{}'; img-src {} blob:; font-src 'self'; "
        "connect-src 'self'; frame-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "object-src 'none'",
        number, picture_sources);
}

Response start(Context& context) { return context.service<Office>().page(); }
Response page(Context& context, std::string /*name*/) { return context.service<Office>().page(); }
Response page_below(Context& context, std::string /*name*/, std::string /*below*/) {
    return context.service<Office>().page();
}
Response page_further_below(Context& context, std::string /*name*/, std::string /*below*/, std::string /*further*/) {
    return context.service<Office>().page();
}

Response file(Context& context, std::string name) {
    return context.service<Office>().files().answer(context.request, name);
}

}  // namespace

Office::Office(const Config& config)
    : files_(http::StaticFiles::read([&] {
          const auto folder = http::web_folder(config.web_dir);
          return folder.empty() ? folder : folder + "/admin";
      }())),
      picture_sources_(storefront::picture_sources(config)),
      test_phones_(config.development() ? fmt::format("{}", fmt::join(config.test_phones, " ")) : std::string{}) {}

Response Office::page() const {
    const auto script = files_.find("admin-", ".js");
    const auto style = files_.find("admin-", ".css");
    if (script.empty() || style.empty()) throw Refused{not_built};
    const auto number = number_used_once();
    auto policy = std::make_shared<const std::string>(policy_of(number, picture_sources_));
    Response response;
    response.content_type = "text/html; charset=utf-8";
    response.content_security_policy = *policy;
    response.owner = std::move(policy);
    response.add_header("Cache-Control", "no-store");
    response.body = fmt::format(
        R"(<!doctype html><html lang="en" data-test-phones="{}"><head><meta charset="utf-8"><title>Marque</title>)"
        R"(<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">)"
        R"(<meta name="color-scheme" content="light dark"><meta property="csp-nonce" nonce="{}">)"
        R"(<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 )"
        R"(0 32 32%22%3E%3Crect width=%2232%22 height=%2232%22 rx=%227%22 fill=%22%231d1b19%22/%3E%3Cpath )"
        R"(d=%22M8 23V9l8 9 8-9v14%22 fill=%22none%22 stroke=%22%23f6f2ec%22 stroke-width=%222.6%22/%3E%3C/svg)"
        R"(%3E"><link rel="stylesheet" href="/admin/assets/{}"><script type="module" src="/admin/assets/{}"></script>)"
        R"(</head><body><div id="root"></div><noscript>The back office needs JavaScript.</noscript></body></html>)",
        test_phones_, number, style, script);
    return response;
}

http::Routes routes() {
    using http::Access;
    using http::get;
    const auto options = [](std::string_view summary) {
        return http::RouteOptions{.summary = summary, .access = Access::open, .refuses = {&not_built}};
    };
    return {
        get<"/admin", start>(options("The back office")),
        get<"/admin/", start>(options("The back office")),
        get<"/admin/{page}", page>(options("A page of the back office")),
        get<"/admin/{page}/{below}", page_below>(options("A page of the back office")),
        get<"/admin/{page}/{below}/{further}", page_further_below>(options("A page of the back office")),
        get<"/admin/assets/{name}", file>({.summary = "Scripts, styles and fonts of the back office; each name is "
                                                      "another content",
                                           .access = Access::open,
                                           .cache = http::Cache::none}),
    };
}

}  // namespace marque::backoffice
