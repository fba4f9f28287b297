message(FATAL_ERROR "this Dependencies.cmake is the parent's, for its own use")
