#pragma once
// Files that must be whole or absent: written beside their place, forced to the disk, then renamed. Off the io threads.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/task.h"

namespace marque::work {

/// A file as it is seen in memory; the view lives as long as `owner`.
struct MappedFile {
    std::string_view bytes;
    std::shared_ptr<const void> owner;
};

/// What tests let go wrong: written at its place from the beginning; the process ended by itself half way.
struct WriteFaults {
    bool in_place = false;
    bool die_halfway = false;
};

/// Writes `bytes` as the file `path`, whose folder is made where missing. Nobody ever sees a part of it: it is written
/// in `folder_for_parts`, which must be on the same file system. Throws std::system_error (disk full, no rights).
Task<void> write_whole_file(std::string path, std::string folder_for_parts, std::string bytes, WriteFaults faults = {});

/// Removes files, and the folder where it is empty then. Absent ones are no error; throws std::system_error otherwise.
Task<void> remove_files(std::string folder, std::vector<std::string> names);

/// Removes what lies in a folder since longer than `age`: parts whose writer died. Does nothing where there is none.
Task<void> remove_old_files(std::string folder, std::chrono::seconds age);

/// A file in memory without reading it; nothing where there is none. Only for files that are never written in place.
[[nodiscard]] std::optional<MappedFile> map_file(const std::string& path);

}  // namespace marque::work
