// Filling in, parts that vanish, mistakes that are named, and HTML that holds nothing but text.
#include "features/messages/template.h"

#include <doctest/doctest.h>

namespace marque::messages {
namespace {

TEST_CASE("a part in [[ ]] goes where what it names is not known") {
    const std::string text = "On its way.[[ To follow it: {parcel}]]";
    CHECK(filled(text, {{"parcel", "AB"}}) == "On its way. To follow it: AB");
    CHECK(filled(text, {{"parcel", ""}}) == "On its way.");
    CHECK(filled(text, {}) == "On its way.");
    CHECK(filled("{a}{b} {c", {{"a", "{b}"}, {"b", "x"}}) == "{b}x {c");
    CHECK(filled("[[{a}", {{"a", "1"}}) == "1");
}

TEST_CASE("a name that a message has not is a mistake that says which it has") {
    const std::vector<std::string_view> names{"amount", "link"};
    CHECK(mistake_in("{amount} {link} { amount } {X} {}", names).empty());
    CHECK(mistake_in("a {price}", names).starts_with("names {price}, which this message has not; it has {amount}"));
    CHECK(mistake_in("[[ {amount}", names) == "must close each [[ with ]]");
    CHECK(mistake_in("]]", names) == "has ]] without [[ before it");
    CHECK(mistake_in("[[ [[ ]] ]]", names) == "must close [[ before the next one");
}

TEST_CASE("every text of the server's own names only what its message has, in every language and way") {
    for (const auto& facts : all_kinds()) {
        for (const Channel channel : {Channel::app, Channel::sms, Channel::mail}) {
            for (const auto* const language : {"ky", "ru", "en"}) {
                const Words words = default_words(facts.kind, channel, language);
                CAPTURE(enum_word(facts.kind));
                CHECK(mistake_in(words.subject, facts.placeholders).empty());
                CHECK(mistake_in(words.body, facts.placeholders).empty());
                CHECK_FALSE(words.body.empty());
            }
        }
    }
}

TEST_CASE("a subject has one line whatever a value holds") {
    CHECK(in_one_line(" a\r\nBcc: b@c.example\t\x7F z ") == "a Bcc: b@c.example z");
}

TEST_CASE("HTML is the text, escaped, with paragraphs, lines and links") {
    const std::string html = html_of("<b>&\n\nhttps://a.example/?x=1&y=\"2\"", "", "en");
    CHECK(html.contains("<p>&lt;b&gt;&amp;</p><p><a href=\"https://a.example/?x=1&amp;y=\">"));
    CHECK(html.contains("&quot;2&quot;</p>"));
}

}  // namespace
}  // namespace marque::messages
