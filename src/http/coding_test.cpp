// What each Accept-Encoding field means, entity tags in lists, and the bounded memory of answers.
#include "http/coding.h"

#include <brotli/decode.h>
#include <doctest/doctest.h>
#include <zlib.h>

#include "http/answer_cache.h"
#include "http/entity_tag.h"
#include "http/stream_coding.h"

namespace marque::http {
namespace {

constexpr auto br = Coding::brotli;
constexpr auto gz = Coding::gzip;
constexpr auto plain = Coding::identity;
constexpr auto none = std::nullopt;

TEST_CASE("Accept-Encoding chooses by weight, then brotli, gzip, identity") {
    struct Case {
        std::string_view field;
        std::optional<Coding> large;  // worth compressing
        std::optional<Coding> small;
    };
    const std::vector<Case> cases{
        {"", plain, plain},
        {"br", br, plain},
        {"gzip", gz, plain},
        {"GZIP", gz, plain},
        {"x-gzip", gz, plain},
        {"gzip, deflate, br", br, plain},
        {"gzip, deflate, br, zstd", br, plain},
        {"gzip;q=1.0, br;q=0.9", gz, plain},
        {"gzip;q=0.5,br;q=0.500", br, plain},
        {"br;q=0", plain, plain},
        {"br;q=0, gzip", gz, plain},
        {"br;q=0.000, gzip;q=0.001", gz, plain},
        {"identity", plain, plain},
        {"identity, br", br, plain},
        {"identity;q=1, br;q=0.5", plain, plain},
        {"identity;q=0.5, gzip", gz, plain},
        {"deflate", plain, plain},
        {"*", br, plain},
        {"*;q=0", none, none},
        {"*;q=0, gzip", gz, gz},
        {"*;q=0, identity", plain, plain},
        {"*;q=0, identity;q=0.1", plain, plain},
        {"*, br;q=0", gz, plain},
        {"*, br;q=0, gzip;q=0", plain, plain},
        {"*;q=0.2, gzip;q=0.1", br, plain},
        {"identity;q=0", none, none},
        {"identity;q=0, br", br, br},
        {"identity;q=0, *", br, br},
        {"identity;q=0, deflate", none, none},
        {"br;q=2", plain, plain},
        {"br;q=1.001", plain, plain},
        {"br;q=0.1234", plain, plain},
        {"br;q=, gzip", gz, plain},
        {"br;level=5, gzip", gz, plain},
        {"br;q=x", plain, plain},
        {"br ; q=0.4 , gzip ; Q=0.3", br, plain},
        {",,br,,", br, plain},
        {" , ", plain, plain},
        {"brr, gzipp", plain, plain},
        {"\"br\"", plain, plain},
    };
    for (const auto& each : cases) {
        CAPTURE(std::string{each.field});
        CHECK(choose_coding(each.field, true) == each.large);
        CHECK(choose_coding(each.field, false) == each.small);
    }
}

std::string un_gzip(const std::string& bytes) {
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    std::string out(1 << 20, '\0');
    std::string in = bytes;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    CHECK(stream.avail_in == 0);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

std::string un_brotli(const std::string& bytes) {
    std::string out(1 << 20, '\0');
    std::size_t size = out.size();
    CHECK(BrotliDecoderDecompress(bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                                  reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_DECODER_RESULT_SUCCESS);
    out.resize(size);
    return out;
}

TEST_CASE("what was compressed is what it was") {
    std::string text;
    for (const std::size_t size : {0UL, 1UL, 1023UL, 1024UL, 70'000UL, 300'000UL}) {
        while (text.size() < size) text += "{\"price\":" + std::to_string(text.size() * 7919 % 100'003) + "},";
        text.resize(size);
        CAPTURE(size);
        CHECK(un_gzip(coded(text, gz)) == text);
        CHECK(un_brotli(coded(text, br)) == text);
        CHECK(coded(text, plain) == text);
    }
}

TEST_CASE("what was compressed while it was made is what it was, and no piece is empty but the last") {
    for (const std::size_t size : {0UL, 1UL, 200UL, 5'000UL, 300'000UL}) {
        for (const Coding coding : {plain, gz, br}) {
            CAPTURE(size);
            std::string text;
            Response response;
            response.stream = [&](std::string& piece) {
                const std::size_t before = text.size();
                while (text.size() < std::min(size, before + 7'000)) {
                    text += static_cast<char>('a' + text.size() * 7919 % 101 % 26);
                }
                piece += text.substr(before);
                return text.size() < size;
            };
            code_stream(response, coding);
            std::string sent;
            for (bool more = true; more;) {
                std::string piece;
                more = response.stream(piece);
                CHECK((!more || !piece.empty()));
                sent += piece;
            }
            CHECK(text.size() == size);
            CHECK((coding == gz ? un_gzip(sent) : coding == br ? un_brotli(sent) : sent) == text);
        }
    }
}

TEST_CASE("If-None-Match: lists, weak tags, the star, and what is no tag") {
    const std::string tag = "\"abc-br\"";
    for (const auto* field : {"\"abc-br\"", "W/\"abc-br\"", "*", " * ", "\"x\", \"abc-br\"", "\"x\",W/\"abc-br\"",
                              "\"a,b\" , \"abc-br\"", ", ,\"abc-br\",", "\"\", \"abc-br\"", "\"x\\\", \"abc-br\""}) {
        CAPTURE(std::string{field});
        CHECK(names_tag(field, tag));
    }
    for (const auto* field :
         {"", "\"abc\"", "abc-br", "\"abc-br", "\"x\", *", "w/\"abc-br\"", "\"ABC-BR\"", "garbage, \"abc-br\""}) {
        CAPTURE(std::string{field});
        CHECK_FALSE(names_tag(field, tag));
    }
}

Response with_body(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
}

constexpr Timestamp noon{Timestamp::Point{std::chrono::hours{12}}};

TEST_CASE("an answer is kept for its version, and its compressed forms for as long as its bytes stay the same") {
    AnswerCache cache{1 << 20};
    const std::string long_text(5000, 'x');
    CHECK(cache.find("k", 1, noon) == nullptr);
    const auto first = cache.keep("k", "kg ru KGS", 1, with_body(long_text));
    CHECK(cache.find("k", 1, noon) == first);
    const auto compressed = cache.in("k", *first, br);
    CHECK(cache.in("k", *first, br) == compressed);
    CHECK(compressed->tag != first->plain().tag);
    CHECK(cache.in("k", *first, gz)->tag != compressed->tag);
    CHECK(cache.find("k", 2, noon) == nullptr);
    const auto second = cache.keep("k", "kg ru KGS", 2, with_body(long_text));
    CHECK(second != first);
    CHECK(cache.in("k", *second, br) == compressed);
    const auto third = cache.keep("k", "kg ru KGS", 3, with_body(long_text + "!"));
    CHECK(cache.in("k", *third, br) != compressed);
    CHECK(cache.size() == 1);
    // The same bytes in another market, language or currency are another answer.
    CHECK(cache.keep("l", "us ru KGS", 3, with_body(long_text))->plain().tag != first->plain().tag);
    CHECK(cache.keep("m", "kg ru KGS", 3, with_body(long_text))->plain().tag == first->plain().tag);
}

TEST_CASE("an answer with an end is not found after it") {
    AnswerCache cache{1 << 20};
    auto response = with_body("banner");
    response.valid_until = Timestamp{noon.point() + std::chrono::minutes{1}};
    cache.keep("k", "", 1, std::move(response));
    CHECK(cache.find("k", 1, noon) != nullptr);
    CHECK(cache.find("k", 1, Timestamp{noon.point() + std::chrono::minutes{1}}) == nullptr);
}

TEST_CASE("the memory is bounded: what was asked for longest ago goes first, a giant is not kept") {
    AnswerCache cache{40'000};
    const std::string page(3000, 'x');
    for (int i = 0; i < 100; ++i) {
        const auto answer = cache.keep("page " + std::to_string(i), "", 1, with_body(page));
        cache.in("page " + std::to_string(i), *answer, gz);
        CHECK(cache.bytes() <= 40'000);
        CHECK(cache.find("page 0", 1, noon) != nullptr);  // asked for again and again
    }
    CHECK(cache.find("page 99", 1, noon) != nullptr);
    CHECK(cache.find("page 50", 1, noon) == nullptr);
    CHECK(cache.size() >= 5);
    const auto giant = cache.keep("giant", "", 1, with_body(std::string(20'000, 'x')));
    CHECK(giant->plain().bytes.size() == 20'000);
    CHECK(cache.find("giant", 1, noon) == nullptr);
    // Held by a request while the cache forgets it.
    const auto form = cache.in("giant", *giant, br);
    CHECK(un_brotli(form->bytes) == giant->plain().bytes);
}

}  // namespace
}  // namespace marque::http
