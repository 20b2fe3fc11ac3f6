// Descriptions to plain text: tags, entities, white space, and properties over random input with a printed seed.
#include "features/catalog/import/html_text.h"

#include <doctest/doctest.h>

#include <chrono>
#include <random>

#include "core/text.h"

namespace marque::catalog::import {
namespace {

TEST_CASE("tags become line breaks, blank lines and bullets, or nothing") {
    CHECK(html_to_text("<p>One.</p>\n<p>Two<br />three</p>") == "One.\n\nTwo\nthree");
    CHECK(html_to_text("<ul><li>Soft</li><li> &bull; Warm</li></ul>after") == "• Soft\n• Warm\nafter");
    CHECK(html_to_text("<p>&bull; A.<br />&bull; B. <br />&bull; C.</p>") == "• A.\n• B.\n• C.");
    CHECK(html_to_text("a<b>bold</b> <a href=\"x>y\" title='>'>link</a>") == "abold link");
    CHECK(html_to_text("x<!-- a > b --><script>if (a<b) {}</script>y<STYLE>p{}</Style>z") == "xyz");
    CHECK(html_to_text("x<br><br><br>y</br>z") == "x\n\ny\nz");
    CHECK(html_to_text("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>") == "a b\nc");
}

TEST_CASE("what only looks like a tag stays") {
    CHECK(html_to_text("3 < 5 and 7 > 6") == "3 < 5 and 7 > 6");
    CHECK(html_to_text("open <b and no end") == "open <b and no end");
    CHECK(html_to_text("quote <a title=\"x>rest") == "quote rest");
    CHECK(html_to_text("<!-- never closed") == "");
}

TEST_CASE("entities, named and numeric") {
    CHECK(html_to_text("Tom &amp; Jerry&rsquo;s caf&eacute; 20&deg; &frac14;&Prime;") == "Tom & Jerry’s café 20° ¼″");
    CHECK(html_to_text("HeatTech&trade; LumaTech&reg; a&nbsp;&nbsp;b &ndash; &mdash;") ==
          "HeatTech™ LumaTech® a b – —");
    CHECK(html_to_text("&#8217;&#x2019;&#146;&#xE9;") == "’’’é");
    CHECK(html_to_text("&lt;b&gt; &quot;x&quot; &apos;y&apos;") == "<b> \"x\" 'y'");
    CHECK(html_to_text("&unknown; &; & &#; &#x; &#12a; A&B") == "&unknown; &; & &#; &#x; &#12a; A&B");
    CHECK(html_to_text("&#0;&#xD800;&#99999999;") == "\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("white space is folded and control characters vanish") {
    CHECK(html_to_text("  a \t\r\n b\u00A0 c\x01\u200B\u00ADd  ") == "a b cd");
    CHECK(html_to_line("<p>Ryker&trade;  Tee</p><p>(Crew)</p>") == "Ryker™ Tee (Crew)");
    CHECK(html_to_text("") == "");
    CHECK(html_to_text("<p>&nbsp;</p>") == "");
}

TEST_CASE("invalid UTF-8 becomes the replacement character") {
    CHECK(html_to_text("a\xFFz\xC3") == "a\uFFFDz\uFFFD");
    CHECK(html_to_text("\xED\xA0\x80\xC0\x80\xF5") == "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
    CHECK(html_to_text("é™😀a") == "é™😀a");
}

TEST_CASE("bullets are taken apart from the prose") {
    const auto parts =
        split_bullets(html_to_text("<p>Ideal.</p><p>&bull; A.<br/>&bull; B. &bull; C.</p><p>Also • this.</p>"));
    CHECK(parts.prose == "Ideal.\n\nAlso • this.");
    CHECK(parts.bullets == std::vector<std::string>{"A.", "B.", "C."});
    CHECK(split_bullets("").bullets.empty());
    CHECK(split_bullets("•").bullets.empty());
}

TEST_CASE("random input gives valid, folded text") {
    const auto seed = std::random_device{}();
    INFO("seed ", seed);
    std::mt19937 random(seed);
    const std::vector<std::string> pieces = {"<p>", "</p>", "<br/>", "<li>", "&bull;",   "&amp;", "&#", ";",
                                             "<",   ">",    "\"",    "'",    "word",     " ",     "\n", "<!--",
                                             "-->", "\xE2", "é",     "\x80", "<script>", "&nbsp;"};
    for (int round = 0; round < 3000; ++round) {
        std::string html;
        for (auto count = random() % 30; count > 0; --count) {
            html += random() % 8 == 0 ? std::string(1, static_cast<char>(random() & 0xFFU))
                                      : pieces[random() % pieces.size()];
        }
        const auto text = html_to_text(html);
        INFO("html ", html);
        CHECK(utf8_length(text).has_value());
        CHECK(text.find("  ") == std::string::npos);
        CHECK(text.find("\n\n\n") == std::string::npos);
        CHECK(text.find(" \n") == std::string::npos);
    }
}

TEST_CASE("hostile text of a megabyte is done in time that grows with its length only") {
    for (const std::string_view piece : {"<", "<a", "<a \"", "<a '\">", "&", "<!--", "<script", "<p>", "&#x"}) {
        std::string html;
        while (html.size() < (1U << 20U)) {
            html += piece;
        }
        const auto begin = std::chrono::steady_clock::now();
        CHECK(utf8_length(html_to_text(html + ">")).has_value());
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
    }
}

}  // namespace
}  // namespace marque::catalog::import
