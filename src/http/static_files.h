#pragma once
// Files of web pages (scripts, styles, fonts) as they were built: read once at the start, each with the compressed
// forms that lie beside it, and sent from memory. Their names hold a digest of their content, so they never change.

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "http/request.h"
#include "http/response.h"

namespace marque::http {

class StaticFiles {
public:
    /// No files at all: a server without web pages.
    StaticFiles() = default;
    /// Everything that lies in `folder` itself; none where there is no such folder. Throws std::runtime_error where a
    /// file cannot be read.
    [[nodiscard]] static StaticFiles read(const std::string& folder);

    /// The name of the file whose name begins with `begin` and ends with `end`: what a build calls "shop-B2x9.js".
    /// Empty where there is none.
    [[nodiscard]] std::string_view find(std::string_view begin, std::string_view end) const;
    /// The file in the coding its reader likes best; 404 where there is none of that name.
    [[nodiscard]] Response answer(const Request& request, std::string_view name) const;
    [[nodiscard]] bool empty() const { return files_.empty(); }

private:
    struct File {
        std::string_view content_type;
        std::string plain;
        std::string brotli;  // empty where there is none
        std::string gzip;
    };
    std::map<std::string, std::shared_ptr<const File>, std::less<>> files_;
};

/// Where the pages' files are: `given` where it is not empty, else beside the program as a build or a package lays it
/// (build/web beside build/release, share/marque/web beside bin). Empty where there are none.
[[nodiscard]] std::string web_folder(const std::string& given);

}  // namespace marque::http
