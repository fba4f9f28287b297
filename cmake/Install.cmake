# Installs what was built: libraries, headers, CMake package, pkg-config file.
include(CMakePackageConfigHelpers)

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/dropcowboy")

# One export for every component, so that each of them needs no more than its own dependencies.
function(dropcowboy_install target export)
  install(TARGETS ${target}
    EXPORT ${export}
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT runtime
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime
      NAMELINK_COMPONENT development
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development)
  install(EXPORT ${export} NAMESPACE dropcowboy:: DESTINATION "${config_dir}"
    COMPONENT development)
endfunction()

dropcowboy_install(dropcowboy dropcowboy-targets)
dropcowboy_install(dropcowboy_v2 dropcowboy-v2-targets)
if(TARGET dropcowboy_receiver)
  dropcowboy_install(dropcowboy_receiver dropcowboy-receiver-targets)
endif()
if(TARGET dropcowboy_outbox)
  dropcowboy_install(dropcowboy_outbox dropcowboy-outbox-targets)
endif()
if(TARGET dropcowboy_outbox_postgres)
  dropcowboy_install(dropcowboy_outbox_postgres dropcowboy-outbox_postgres-targets)
endif()
if(TARGET dropcowboy_testing)
  dropcowboy_install(dropcowboy_testing dropcowboy-testing-targets)
  install(FILES cmake/Findhttplib.cmake DESTINATION "${config_dir}" COMPONENT development)
endif()

configure_package_config_file(cmake/dropcowboy-config.cmake.in
  "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy-config.cmake" INSTALL_DESTINATION "${config_dir}")
write_basic_package_version_file(
  "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy-config.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy-config-version.cmake"
  DESTINATION "${config_dir}" COMPONENT development)

# A static library leaves its own libraries to whoever links it.
get_target_property(library_type dropcowboy TYPE)
set(pc_requires Requires.private)
set(pc_threads "")
if(library_type STREQUAL "STATIC_LIBRARY")
  set(pc_requires Requires)
  set(pc_threads "${CMAKE_THREAD_LIBS_INIT}")
endif()
file(RELATIVE_PATH pc_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/dropcowboy.pc.in "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy.pc" @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/dropcowboy.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT development)
