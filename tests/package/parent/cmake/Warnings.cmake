message(FATAL_ERROR "this Warnings.cmake is the parent's, for its own use")
