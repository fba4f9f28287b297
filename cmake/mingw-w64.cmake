# Builds for 64-bit Windows on a Debian machine. The dependencies that the distribution does not
# have for MinGW-w64 are in WINDOWS_PREFIX, which windows-prefix.sh makes.
if(NOT WINDOWS_PREFIX)
  set(WINDOWS_PREFIX "$ENV{WINDOWS_PREFIX}")
endif()
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WINDOWS_PREFIX)

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
# With threads of the C++ library; the other one, -win32, has none in GCC 12.
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
set(CMAKE_EXE_LINKER_FLAGS_INIT -static) # a program is one file, the compiler's libraries included
set(OPENSSL_USE_STATIC_LIBS ON) # which need libraries of the system behind them

set(CMAKE_FIND_ROOT_PATH "${WINDOWS_PREFIX}" /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} "${WINDOWS_PREFIX}/lib/pkgconfig") # not the build machine's own

find_program(WINE NAMES wine64 wine wine64-stable)
if(WINE)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${WINE}")
endif()
