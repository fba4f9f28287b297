# The warnings of our own code; private to it, never forced on a project that uses us.
function(dropcowboy_warnings target)
  if(MSVC)
    target_compile_options(${target} PRIVATE /W4 $<$<BOOL:${DROPCOWBOY_WARNINGS_AS_ERRORS}>:/WX>)
  else()
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
      $<$<BOOL:${DROPCOWBOY_WARNINGS_AS_ERRORS}>:-Werror>)
  endif()
  # GCC 12 takes an unset std::optional for an uninitialised one where a sanitizer is in between.
  if(DROPCOWBOY_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
endfunction()
