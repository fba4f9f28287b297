message(FATAL_ERROR "this Package.cmake is the parent's, for its own use")
