message(FATAL_ERROR "this Install.cmake is the parent's, for its own use")
