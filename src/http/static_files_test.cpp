// Which files are sent, in which form, and that a name is looked up and never made into a path.
#include "http/static_files.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "core/random.h"
#include "core/refusal.h"

namespace marque::http {
namespace {

class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("marque-files-" + random_letters("abcdefgh", 10))) {
        std::filesystem::create_directories(path_ / "below");
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    void put(const std::string& name, std::string_view content) const { std::ofstream{path_ / name} << content; }
    [[nodiscard]] std::string text() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

Response ask(const StaticFiles& files, std::string_view name, std::string_view accepted) {
    Request request;
    request.headers.push_back({"Accept-Encoding", accepted});
    return files.answer(request, name);
}

std::string body_of(const Response& response) { return std::string{response.parts.at(0)}; }

TEST_CASE("a file is sent in the form its reader likes best") {
    const Folder folder;
    folder.put("shop-1a2b.js", "plain");
    folder.put("shop-1a2b.js.br", "brotli");
    folder.put("shop-1a2b.js.gz", "gzip");
    folder.put("font-9z.woff2", "font");
    const auto files = StaticFiles::read(folder.text());
    CHECK(body_of(ask(files, "shop-1a2b.js", "gzip, br")) == "brotli");
    CHECK(body_of(ask(files, "shop-1a2b.js", "gzip")) == "gzip");
    CHECK(body_of(ask(files, "shop-1a2b.js", "")) == "plain");
    const auto font = ask(files, "font-9z.woff2", "gzip, br");
    CHECK(body_of(font) == "font");
    CHECK(font.content_type == "font/woff2");
    CHECK(font.headers.find("Content-Encoding") == std::string::npos);
    CHECK(font.headers.find("immutable") != std::string::npos);
    CHECK(files.find("shop-", ".js") == "shop-1a2b.js");
    CHECK(files.find("shop-", ".css").empty());
}

TEST_CASE("only files of known kinds in the folder itself have names") {
    const Folder folder;
    folder.put("shop.js", "plain");
    folder.put("notes.txt", "no");
    folder.put("below/inner.js", "no");
    const auto files = StaticFiles::read(folder.text());
    for (const auto* name :
         {"notes.txt", "below/inner.js", "../shop.js", "./shop.js", "shop.js.br", "", ".", "/etc/passwd"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(static_cast<void>(ask(files, name, "")), Refused);
    }
    CHECK(StaticFiles::read(folder.text() + "/none").empty());
    CHECK(StaticFiles::read("").empty());
}

}  // namespace
}  // namespace marque::http
