# Finds cpp-httplib as httplib::httplib.
#
# Debian ships it as a compiled library without a CMake package, built with feature macros that
# change the layout of its classes. A program that leaves them out corrupts its heap, so they are
# taken from pkg-config.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_HTTPLIB QUIET IMPORTED_TARGET cpp-httplib)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(httplib
  REQUIRED_VARS PC_HTTPLIB_LINK_LIBRARIES
  VERSION_VAR PC_HTTPLIB_VERSION
  REASON_FAILURE_MESSAGE "install libcpp-httplib-dev or set DROPCOWBOY_FETCH_DEPENDENCIES=ON")

if(httplib_FOUND AND NOT TARGET httplib::httplib)
  add_library(httplib::httplib INTERFACE IMPORTED)
  target_link_libraries(httplib::httplib INTERFACE PkgConfig::PC_HTTPLIB)
endif()
