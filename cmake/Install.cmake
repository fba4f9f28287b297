# Installs what was built: libraries, headers, CMake package, pkg-config file.
include(CMakePackageConfigHelpers)

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/dropcowboy")
set(installed_targets dropcowboy)
if(TARGET dropcowboy_testing)
  list(APPEND installed_targets dropcowboy_testing)
endif()

install(TARGETS ${installed_targets}
  EXPORT dropcowboy-targets
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT dropcowboy-targets NAMESPACE dropcowboy:: DESTINATION "${config_dir}")

configure_package_config_file(cmake/dropcowboy-config.cmake.in
  "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy-config.cmake" INSTALL_DESTINATION "${config_dir}")
write_basic_package_version_file(
  "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy-config.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy-config-version.cmake"
  DESTINATION "${config_dir}")

configure_file(cmake/dropcowboy.pc.in "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy.pc" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
