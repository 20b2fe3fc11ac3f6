// Whole files or none.
#include "work/files.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace marque::work {
namespace {

void run(Task<void> task) {
    boost::asio::io_context context;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr thrown) { failure = std::move(thrown); });
    context.run();
    if (failure) std::rethrow_exception(failure);
}

struct Folder {
    std::string path = "/tmp/marque-files-" + std::to_string(::getpid());
    Folder() = default;
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }
};

}  // namespace

TEST_CASE("a file is written, seen in memory, written again and removed with its folder") {
    const Folder folder;
    const std::string place = folder.path + "/kg/abc/1.jpg";
    CHECK_FALSE(map_file(place));
    run(write_whole_file(place, folder.path + "/incoming", "one"));
    const auto first = map_file(place);
    REQUIRE(first);
    run(write_whole_file(place, folder.path + "/incoming", std::string(100'000, 'x')));
    CHECK(first->bytes == "one");  // who has it open keeps what they saw
    CHECK(map_file(place)->bytes.size() == 100'000);
    CHECK(std::filesystem::is_empty(folder.path + "/incoming"));
    run(remove_files(folder.path + "/kg/abc", {"1.jpg", "2.jpg"}));
    CHECK_FALSE(std::filesystem::exists(folder.path + "/kg/abc"));
    CHECK_FALSE(map_file(folder.path));
}

TEST_CASE("what cannot be written leaves nothing") {
    const Folder folder;
    std::filesystem::create_directories(folder.path);
    std::ofstream{folder.path + "/kg"} << "a file where a folder should be";
    CHECK_THROWS_AS(run(write_whole_file(folder.path + "/kg/1.jpg", folder.path + "/incoming", "x")),
                    std::system_error);
    CHECK_THROWS_AS(run(write_whole_file("/proc/nowhere/1.jpg", folder.path + "/incoming", "x")), std::system_error);
    CHECK(std::filesystem::is_empty(folder.path + "/incoming"));
    run(remove_files(folder.path + "/kg", {"1.jpg"}));
}

TEST_CASE("parts whose writer died long ago go, young ones stay") {
    const Folder folder;
    run(write_whole_file(folder.path + "/old", folder.path, "x"));
    run(write_whole_file(folder.path + "/young", folder.path, "x"));
    std::filesystem::last_write_time(folder.path + "/old",
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours{2});
    run(remove_old_files(folder.path, std::chrono::hours{1}));
    CHECK_FALSE(map_file(folder.path + "/old"));
    CHECK(map_file(folder.path + "/young"));
    run(remove_old_files("/nowhere/at/all", std::chrono::hours{1}));
}

}  // namespace marque::work
