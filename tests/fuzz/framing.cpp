// Framing: however the bytes are cut, the header ends at the same place; and a header that is accepted has one reading.
#include "http/framing.h"

#include <algorithm>

#include "core/text.h"
#include "fuzz.h"

namespace {

using marque::fuzz::must;
using namespace marque::http;

std::ptrdiff_t count(const Request& request, std::string_view name) {
    return std::ranges::count_if(request.headers,
                                 [&](const Header& header) { return marque::lowered(header.name) == name; });
}

void check_accepted(std::string_view head_text, const SessionLimits& limits) {
    Request request;
    Head head;
    if (parse_head(head_text, limits, request, head) != nullptr) return;
    must(request.path.starts_with('/'), "the target is a path");
    must(request.target.find_first_of(" \t#") == std::string_view::npos, "no blank in the target");
    must(!head.http_1_1 || count(request, "host") == 1, "one Host");
    must(count(request, "transfer-encoding") == 0, "no Transfer-Encoding");
    must(count(request, "content-length") <= 1, "one length");
    must(head.content_length == 0 || count(request, "content-length") == 1, "a length that was sent");
    must(head.content_length <= limits.body_bytes_max, "a body within its bound");
    must(request.headers.size() <= limits.headers_max, "not too many fields");
    must(head_text.find('\0') == std::string_view::npos, "no NUL");
    const auto lines = static_cast<std::ptrdiff_t>(request.headers.size()) + 2;
    must(std::ranges::count(head_text, '\n') == lines, "each line is a field: none folded, none lost");
    must(std::ranges::count(head_text, '\r') == lines, "each line ends in CR LF");
    for (const auto& header : request.headers) {
        must(!header.name.empty() && header.name.find_first_of(" \t:") == std::string_view::npos, "a name is a word");
    }
    (void)marque::http::parse_query(request.query);
    (void)marque::http::percent_decoded(request.path, false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = marque::fuzz::text_of(data, size);
    const SessionLimits limits;
    HeadScanner whole;
    const bool done = whole.scan(text);
    HeadScanner piecewise;
    bool done_early = false;
    for (std::size_t cut = 1; cut <= size && !done_early; ++cut) done_early = piecewise.scan(text.substr(0, cut));
    must(done == done_early, "cutting does not matter");
    must(whole.refusal() == piecewise.refusal() && whole.size() == piecewise.size(), "nor to what is found");
    if (done && whole.refusal() == nullptr) check_accepted(text.substr(0, whole.size()), limits);
    return 0;
}
