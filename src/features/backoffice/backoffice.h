#pragma once
// The back office at /admin: one page for every path below it, whose script asks the API for everything else, and the
// files of that script.

#include <string>

#include "core/config.h"
#include "http/route.h"
#include "http/static_files.h"

namespace marque::backoffice {

/// The built files and what browsers may load beside them. Made once, read by all threads.
class Office {
public:
    explicit Office(const Config& config);

    [[nodiscard]] const http::StaticFiles& files() const { return files_; }
    /// The page that begins the application. Styles that its script makes carry a number used once, which the policy
    /// of this answer names: nobody else's styles are obeyed. Refuses where the files were not built.
    [[nodiscard]] http::Response page() const;

private:
    http::StaticFiles files_;
    std::string picture_sources_;
    std::string test_phones_;
};

[[nodiscard]] http::Routes routes();

}  // namespace marque::backoffice
