# Every dependency: a target that a project around this one has already, or found on the system. With DROPCOWBOY_FETCH_DEPENDENCIES=ON what the system does
# not have is downloaded, pinned by hash; libcurl never is, because its security updates are the
# system's business.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
if(NOT TARGET CURL::libcurl)
  find_package(CURL 7.80 REQUIRED) # the first with CURLOPT_PREREQFUNCTION, the at-most-once gate
endif()
if(CURL_VERSION_STRING AND CURL_VERSION_STRING VERSION_LESS 7.87)
  message(WARNING "libcurl ${CURL_VERSION_STRING}: while a name server does not answer, it holds up "
    "every call beyond its deadline. 7.87 has the cure (CURLOPT_QUICK_EXIT).")
endif()

include(FetchContent)

# dropcowboy_dependency(<package> <target> <fetch arguments>...): find_package, or fetch when asked
# to, unless the target is there.
macro(dropcowboy_dependency package target)
  if(TARGET ${target})
    message(STATUS "dropcowboy uses the target ${target} that is there")
  elseif(DROPCOWBOY_FETCH_DEPENDENCIES)
    FetchContent_Declare(${package} ${ARGN} FIND_PACKAGE_ARGS)
    FetchContent_MakeAvailable(${package})
  else()
    find_package(${package})
    if(NOT ${package}_FOUND)
      message(FATAL_ERROR "${package} is not installed. Run cmake/install-deps.sh, or configure "
        "with -DDROPCOWBOY_FETCH_DEPENDENCIES=ON to download it.")
    endif()
  endif()
endmacro()

dropcowboy_dependency(nlohmann_json nlohmann_json::nlohmann_json
  URL https://github.com/nlohmann/json/releases/download/v3.12.0/json.tar.xz
  URL_HASH SHA256=42f6e95cad6ec532fd372391373363b62a14af6d771056dbfc86160e6dfff7aa)

if(DROPCOWBOY_BUILD_TESTING OR DROPCOWBOY_BUILD_EXAMPLES OR DROPCOWBOY_BUILD_TESTS
    OR DROPCOWBOY_BUILD_BENCHMARKS)
  dropcowboy_dependency(httplib httplib::httplib
    URL https://github.com/yhirose/cpp-httplib/archive/refs/tags/v0.53.1.tar.gz
    URL_HASH SHA256=185af9587e270de9a3bfee234c6740f02e82265da33c7a41f97e02ee42f979d2)
endif()

if(DROPCOWBOY_BUILD_TOOLS)
  dropcowboy_dependency(CLI11 CLI11::CLI11
    URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.6.2.tar.gz
    URL_HASH SHA256=c6ea6b2e5608b3ea8617999bd5f47420c71b2ebdb8dc4767c1034d1da5785711)
endif()

if(DROPCOWBOY_BUILD_RECEIVER OR DROPCOWBOY_BUILD_TESTS)
  if(NOT TARGET OpenSSL::Crypto OR NOT TARGET OpenSSL::SSL)
    find_package(OpenSSL 1.1.1 REQUIRED) # HMAC; and the tests make their certificates themselves
  endif()
endif()

if(DROPCOWBOY_BUILD_RECEIVER)
  find_package(SQLite3 3.37 QUIET) # STRICT tables; without it there is no outbox
  if(TARGET SQLite::SQLite3 AND NOT TARGET SQLite3::SQLite3) # before CMake 4.3
    add_library(SQLite3::SQLite3 ALIAS SQLite::SQLite3)
  endif()
  find_package(PostgreSQL 14 QUIET) # pipelines; without it there is no outbox on PostgreSQL
endif()

if(DROPCOWBOY_BUILD_TESTS)
  dropcowboy_dependency(GTest GTest::gmock_main
    URL https://github.com/google/googletest/archive/refs/tags/v1.18.0.tar.gz
    URL_HASH SHA256=6e3191c1455468b3fc35a417fb565c1c5071aee1b7e7f85e30cf48a98d37d8b5)
endif()
