# Finds cpp-httplib as httplib::httplib. Installed beside the package of this project, for whoever
# links dropcowboy::testing.
#
# Debian ships it as a compiled library without a CMake package, built with feature macros that
# change the layout of its classes. A program that leaves them out corrupts its heap, so they are
# taken from pkg-config. Others (vcpkg, httplib's own installation) come with a CMake package.
if(NOT TARGET httplib::httplib)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(PC_HTTPLIB QUIET IMPORTED_TARGET cpp-httplib)
  endif()
  if(TARGET PkgConfig::PC_HTTPLIB)
    add_library(httplib::httplib INTERFACE IMPORTED)
    target_link_libraries(httplib::httplib INTERFACE PkgConfig::PC_HTTPLIB)
    set(httplib_VERSION "${PC_HTTPLIB_VERSION}")
  else()
    find_package(httplib CONFIG QUIET)
  endif()
endif()

set(httplib_TARGET "")
if(TARGET httplib::httplib)
  set(httplib_TARGET httplib::httplib)
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(httplib
  REQUIRED_VARS httplib_TARGET
  VERSION_VAR httplib_VERSION
  REASON_FAILURE_MESSAGE "install libcpp-httplib-dev or set DROPCOWBOY_FETCH_DEPENDENCIES=ON")
