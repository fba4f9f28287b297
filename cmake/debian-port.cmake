# Builds for another processor on a Debian 12 machine: DROPCOWBOY_PORT is i386 or arm64. Headers and
# libraries are those of Debian 12 for it, which cmake/port-root.sh has unpacked. Programs for i386
# run as they are, with the libraries of that directory, where the kernel can do that (some are set
# up not to); all others under qemu's user mode.
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES DROPCOWBOY_PORT)
set(root "${CMAKE_CURRENT_LIST_DIR}/../build/port-roots/${DROPCOWBOY_PORT}")
cmake_path(NORMAL_PATH root)

if(DROPCOWBOY_PORT STREQUAL "i386")
  set(CMAKE_SYSTEM_PROCESSOR i686)
  set(compilers i686-linux-gnu)
  set(CMAKE_LIBRARY_ARCHITECTURE i386-linux-gnu)
  # The old kind of path serves the libraries' own libraries, too.
  set(CMAKE_EXE_LINKER_FLAGS_INIT
    "-Wl,--dynamic-linker,${root}/lib/ld-linux.so.2 -Wl,--disable-new-dtags")
  foreach(directory IN ITEMS lib usr/lib)
    string(APPEND CMAKE_EXE_LINKER_FLAGS_INIT " -Wl,-rpath,${root}/${directory}/i386-linux-gnu")
  endforeach()
  execute_process(COMMAND "${root}/lib/ld-linux.so.2" --version
    RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
  if(NOT result EQUAL 0)
    set(CMAKE_CROSSCOMPILING_EMULATOR "qemu-i386-static;-L;${root}")
  endif()
elseif(DROPCOWBOY_PORT STREQUAL "arm64")
  set(CMAKE_SYSTEM_PROCESSOR aarch64)
  set(compilers aarch64-linux-gnu)
  set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
  set(CMAKE_CROSSCOMPILING_EMULATOR "qemu-aarch64-static;-L;${root}")
else()
  message(FATAL_ERROR "DROPCOWBOY_PORT is '${DROPCOWBOY_PORT}': i386 and arm64 are known")
endif()

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSROOT "${root}")
set(CMAKE_C_COMPILER ${compilers}-gcc)
set(CMAKE_CXX_COMPILER ${compilers}-g++)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${root}")
set(ENV{PKG_CONFIG_LIBDIR}
  "${root}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/pkgconfig:${root}/usr/share/pkgconfig")
