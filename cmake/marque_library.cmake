# One call per folder: a static library of its sources, one doctest program of its *_test.cpp, its migrations embedded.

add_library(marque_warnings INTERFACE)
target_compile_options(marque_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Wno-missing-designated-field-initializers -Werror)
target_include_directories(marque_warnings INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(marque_warnings INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_VISIBILITY $<$<BOOL:${MARQUE_BREAKABLE}>:MARQUE_BREAKABLE>)

# One precompiled header serves every library: what nearly every file includes anyway.
file(WRITE ${CMAKE_BINARY_DIR}/pch.cpp "")
add_library(marque_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cpp)
target_link_libraries(marque_pch PRIVATE marque_warnings)
target_compile_options(marque_pch PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
target_precompile_headers(marque_pch PRIVATE
  <algorithm> <array> <chrono> <cstdint> <expected> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <unordered_map> <utility> <vector> <boost/asio/awaitable.hpp> <boost/describe.hpp> <fmt/core.h>)

# marque_library(NAME [LINK libs…] [TEST_LINK libs…]): globs *.cpp of the current folder.
function(marque_library name)
  cmake_parse_arguments(arg "" "" "LINK;TEST_LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  file(GLOB migrations CONFIGURE_DEPENDS migrations/*.sql)
  if(migrations)
    set_property(GLOBAL APPEND PROPERTY marque_migrations ${migrations})
  endif()
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC marque_warnings fmt::fmt ${arg_LINK})
    target_precompile_headers(${name} REUSE_FROM marque_pch)
    target_compile_options(${name} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE marque_warnings fmt::fmt ${arg_LINK})
  endif()
  if(tests)
    add_executable(${name}_test ${tests} ${CMAKE_SOURCE_DIR}/cmake/doctest_main.cpp)
    target_link_libraries(${name}_test PRIVATE ${name} ${arg_TEST_LINK})
    target_precompile_headers(${name}_test REUSE_FROM marque_pch)
    target_compile_options(${name}_test PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()
