// Reading at the start, choosing a coding with each request.
#include "http/static_files.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "core/refusal.h"
#include "http/coding.h"
#include "http/problem.h"

namespace marque::http {
namespace {

namespace fs = std::filesystem;

constexpr Refusal no_file{404, "web.file_not_found", "There is no such file of the shop's pages"};

struct Type {
    std::string_view ending;
    std::string_view content_type;
};
constexpr std::array types{
    Type{".js", "text/javascript; charset=utf-8"},
    Type{".css", "text/css; charset=utf-8"},
    Type{".svg", "image/svg+xml"},
    Type{".woff2", "font/woff2"},
    Type{".webp", "image/webp"},
    Type{".png", "image/png"},
};

std::string_view type_of(std::string_view name) {
    for (const auto& [ending, content_type] : types) {
        if (name.ends_with(ending)) return content_type;
    }
    return {};
}

/// A build's files are some hundred kilobytes; what is larger was put there by mistake.
constexpr std::uintmax_t file_bytes_max = std::uintmax_t{16} * 1024 * 1024;

std::string content_of(const fs::path& path) {
    if (fs::file_size(path) > file_bytes_max) throw std::runtime_error("too large for a page: " + path.string());
    std::ifstream stream{path, std::ios::binary};
    std::string content{std::istreambuf_iterator<char>{stream}, {}};
    if (!stream) throw std::runtime_error("cannot be read: " + path.string());
    return content;
}

std::string content_if_there(const fs::path& path) { return fs::exists(path) ? content_of(path) : std::string{}; }

}  // namespace

StaticFiles StaticFiles::read(const std::string& folder) {
    StaticFiles files;
    if (folder.empty() || !fs::is_directory(folder)) return files;
    for (const auto& entry : fs::directory_iterator{folder}) {
        const std::string name = entry.path().filename().string();
        const auto content_type = type_of(name);
        if (!entry.is_regular_file() || content_type.empty()) continue;
        files.files_.emplace(name, std::make_shared<const File>(content_type, content_of(entry.path()),
                                                                content_if_there(entry.path().string() + ".br"),
                                                                content_if_there(entry.path().string() + ".gz")));
    }
    return files;
}

std::string_view StaticFiles::find(std::string_view begin, std::string_view end) const {
    for (auto at = files_.lower_bound(begin); at != files_.end() && at->first.starts_with(begin); ++at) {
        if (at->first.ends_with(end)) return at->first;
    }
    return {};
}

Response StaticFiles::answer(const Request& request, std::string_view name) const {
    const auto found = files_.find(name);
    if (found == files_.end()) throw Refused{no_file};
    const auto& file = *found->second;
    Response response;
    response.content_type = file.content_type;
    response.vary = "Accept-Encoding, Origin";
    response.add_header("Cache-Control", "public, max-age=31536000, immutable");
    const auto coding = choose_coding(request.header("Accept-Encoding"), !file.brotli.empty() && !file.gzip.empty());
    if (!coding) throw Refused{not_acceptable};
    const auto& bytes = *coding == Coding::brotli ? file.brotli : *coding == Coding::gzip ? file.gzip : file.plain;
    // A file that does not compress has one form, whatever its reader likes best.
    const bool coded = *coding != Coding::identity && !bytes.empty();
    if (coded) response.add_header("Content-Encoding", coding_word(*coding));
    response.parts.emplace_back(coded ? bytes : file.plain);
    response.owner = found->second;
    return response;
}

std::string web_folder(const std::string& given) {
    if (!given.empty()) return given;
    std::error_code none;
    const fs::path program = fs::read_symlink("/proc/self/exe", none);
    if (none) return {};
    // build/release/src/app/marque and build/web; bin/marque and share/marque/web.
    for (const auto& folder : {program.parent_path() / "../../../web", program.parent_path() / "../share/marque/web"}) {
        if (fs::is_directory(folder, none)) return fs::weakly_canonical(folder, none).string();
    }
    return {};
}

}  // namespace marque::http
