# Text files become part of the binary: marque_embed_text(TARGET NAMESPACE files…) gives the target a function
# std::string_view NAMESPACE::name_extension() for each file. Run as a script (cmake -P), this file does the writing.

function(marque_embed_text target namespace)
  foreach(file IN LISTS ARGN)
    get_filename_component(name ${file} NAME)
    string(MAKE_C_IDENTIFIER ${name} function)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded/${function}.cpp)
    add_custom_command(
      OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -DFILE=${file} -DFUNCTION=${function} -DNAMESPACE=${namespace} -DOUTPUT=${output}
        -P ${CMAKE_SOURCE_DIR}/cmake/embed_text.cmake
      DEPENDS ${file} ${CMAKE_SOURCE_DIR}/cmake/embed_text.cmake
      COMMENT "Embedding ${name}"
      VERBATIM)
    target_sources(${target} PRIVATE ${output})
  endforeach()
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  # As bytes: string literals have a length limit and would need escaping.
  file(READ ${FILE} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(CONCAT source
    "// Written by cmake/embed_text.cmake.\n#include <string_view>\n\n"
    "namespace ${NAMESPACE} {\n\nnamespace {\nconstexpr char bytes[]{${bytes}'\\0'};\n}\n\n"
    "std::string_view ${FUNCTION}();\n"
    "std::string_view ${FUNCTION}() { return {bytes, sizeof bytes - 1}; }\n\n}  // namespace ${NAMESPACE}\n")
  file(WRITE ${OUTPUT} "${source}")
endif()
