// Failed assertions.
#include "core/check.h"

#include <fmt/format.h>

namespace marque {

Bug::Bug(std::string_view what, std::source_location where)
    : std::logic_error(fmt::format("{} ({}:{})", what, where.file_name(), where.line())) {}

void fail_check(std::string_view what, std::source_location where) { throw Bug{what, where}; }

}  // namespace marque
