# The warnings of our own code; private to it, never forced on a project that uses us. Nor do the
# warnings of such a project, or of tomorrow's compilers, stop the build of our code.
function(dropcowboy_warnings target)
  set_target_properties(${target} PROPERTIES COMPILE_WARNING_AS_ERROR OFF)
  if(MSVC)
    target_compile_options(${target} PRIVATE /W4
      $<IF:$<BOOL:${DROPCOWBOY_WARNINGS_AS_ERRORS}>,/WX,/WX->)
  else()
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
      $<IF:$<BOOL:${DROPCOWBOY_WARNINGS_AS_ERRORS}>,-Werror,-Wno-error>)
  endif()
  # GCC 12 takes an unset std::optional for an uninitialised one where a sanitizer is in between.
  if(DROPCOWBOY_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
endfunction()
