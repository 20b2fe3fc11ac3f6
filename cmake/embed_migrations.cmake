# Migrations become part of the binary: marque_embed_migrations() generates the source of embedded_migrations().
# The same file run as a script (cmake -P) does the writing, again whenever a migration changes.

# marque_embed_migrations([TARGET] [FILES sql…]): a static library, by default `marque_migrations` of all files that
# marque_library() has met so far; so call it after the last feature.
function(marque_embed_migrations)
  cmake_parse_arguments(arg "" "" "FILES" ${ARGN})
  set(target marque_migrations)
  if(arg_UNPARSED_ARGUMENTS)
    set(target ${arg_UNPARSED_ARGUMENTS})
  endif()
  set(files ${arg_FILES})
  if(NOT files)
    get_property(files GLOBAL PROPERTY marque_migrations)
  endif()
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}/embedded_migrations.cpp)
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${target}/files.txt)
  # Rewritten only when a file joined or left, so that a configuration run alone rebuilds nothing.
  string(REPLACE ";" "\n" lines "${files}")
  file(CONFIGURE OUTPUT ${list} CONTENT "@lines@\n" @ONLY)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DLIST=${list} -DOUTPUT=${output} -P ${CMAKE_SOURCE_DIR}/cmake/embed_migrations.cmake
    DEPENDS ${files} ${list} ${CMAKE_SOURCE_DIR}/cmake/embed_migrations.cmake
    COMMENT "Embedding migrations"
    VERBATIM)
  add_library(${target} STATIC ${output})
  target_link_libraries(${target} PUBLIC marque_db)
endfunction()

# text as adjacent raw string literals, each below the 16 KB that compilers promise, cut between lines.
function(marque_raw_literals text result)
  set(literals "")
  string(LENGTH "${text}" left)
  while(left GREATER 8000)
    string(SUBSTRING "${text}" 0 8000 piece)
    string(FIND "${piece}" "\n" cut REVERSE)
    math(EXPR cut "${cut} + 1")
    if(cut EQUAL 0)
      message(FATAL_ERROR "a migration has a line of more than 8000 bytes")
    endif()
    string(SUBSTRING "${text}" 0 ${cut} piece)
    string(SUBSTRING "${text}" ${cut} -1 text)
    string(APPEND literals "R\"marque_sql(${piece})marque_sql\"\n")
    string(LENGTH "${text}" left)
  endwhile()
  string(APPEND literals "R\"marque_sql(${text})marque_sql\"")
  set(${result} "${literals}" PARENT_SCOPE)
endfunction()

function(marque_write_migrations)
  file(STRINGS ${LIST} files)
  list(FILTER files INCLUDE REGEX "\\.up\\.sql$")
  set(by_number "")
  foreach(file IN LISTS files)
    get_filename_component(base ${file} NAME)
    if(NOT base MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.up\\.sql$")
      message(FATAL_ERROR "${file}: a migration is named NNNN_words.up.sql")
    endif()
    list(APPEND by_number "${CMAKE_MATCH_1}|${file}")
  endforeach()
  list(SORT by_number)
  set(entries "")
  set(last "")
  foreach(entry IN LISTS by_number)
    string(REGEX MATCH "^([0-9]+)\\|(.*)$" ignored "${entry}")
    set(digits ${CMAKE_MATCH_1})
    set(up_file "${CMAKE_MATCH_2}")
    if(digits STREQUAL last)
      message(FATAL_ERROR "${up_file}: the number ${digits} is taken by another migration")
    endif()
    set(last ${digits})
    string(REGEX REPLACE "\\.up\\.sql$" ".down.sql" down_file "${up_file}")
    if(NOT EXISTS "${down_file}")
      message(FATAL_ERROR "${up_file} has no ${down_file}")
    endif()
    string(REGEX MATCH "([^/]+)/migrations/([^/]+)\\.up\\.sql$" ignored "${up_file}")
    set(feature ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    string(REGEX REPLACE "^0+([0-9])" "\\1" number ${digits})
    file(SHA256 "${up_file}" checksum)
    file(READ "${up_file}" up)
    file(READ "${down_file}" down)
    marque_raw_literals("${up}" up)
    marque_raw_literals("${down}" down)
    string(APPEND entries
      "    {.number = ${number}, .name = \"${name}\", .feature = \"${feature}\", .up =\n${up},\n.down =\n${down},\n"
      "    .checksum = \"${checksum}\"},\n")
  endforeach()
  string(CONCAT source
    "// Written by cmake/embed_migrations.cmake from the migrations of all features.\n"
    "#include <vector>\n\n#include \"db/admin.h\"\n\nnamespace marque::db {\n\n"
    "std::span<const Migration> embedded_migrations() {\n"
    "    static const std::vector<Migration> all{\n${entries}    };\n    return all;\n}\n\n"
    "}  // namespace marque::db\n")
  file(WRITE ${OUTPUT} "${source}")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  marque_write_migrations()
endif()
