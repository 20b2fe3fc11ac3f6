#pragma once
// Where events may be sent: what a URL must be like, said when it is written and looked at again before each try.

#include <string>
#include <string_view>

#include "core/parse.h"

namespace marque::webhooks {

/// Why nothing is sent to the URL, as a sentence about it ("must begin with https://"); empty where it may. A name is
/// not looked up here: which address it has is decided at the moment of connecting. `loopback_too`: this very machine
/// may be meant, by http.
[[nodiscard]] std::string url_trouble(const std::string& url, bool loopback_too);

/// A URL as a manager writes it, of sane length and letters; where it leads is for url_trouble() to say.
class EndpointUrl {
public:
    static constexpr TextFacts facts{.pattern = "^https?://[!-~]+$",
                                     .min_length = 10,
                                     .max_length = 500,
                                     .example = "https://hooks.shop.example/marque"};

    EndpointUrl() = default;
    [[nodiscard]] static Parsed<EndpointUrl> parse(std::string_view text);
    [[nodiscard]] const std::string& to_text() const { return text_; }

private:
    explicit EndpointUrl(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace marque::webhooks
