# dropcowboy_embed(<output> <file>...): at build time, a C++ source with the bytes of the files, as
# src/testing/page/files.hpp declares them.
set(DROPCOWBOY_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/EmbedFiles.cmake")
function(dropcowboy_embed output)
  set(files)
  foreach(file IN LISTS ARGN)
    get_filename_component(file "${file}" ABSOLUTE)
    list(APPEND files "${file}")
  endforeach()
  add_custom_command(OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${output}" "-DFILES=${files}" -P "${DROPCOWBOY_EMBED_SCRIPT}"
    DEPENDS ${files} "${DROPCOWBOY_EMBED_SCRIPT}"
    COMMENT "Embedding the page" VERBATIM)
endfunction()
