# Uses the library as another project would and runs what comes out.
#   cmake -D HOW=... -D SOURCE=... -D BUILD=... -D WORK=... -D CXX=... -D FLAGS=... -P check.cmake
# HOW is one of
#   find_package      the build tree installed, and moved to another place
#   pkg_config        the same, by a plain command line
#   add_subdirectory  the source tree inside the consumer's
#   fetch_content     the same, declared with FetchContent
#   parent            below a project with modules, targets, flags and macros of its own
#   no_exceptions     refused at the first header, in words
#   shared            built anew as shared libraries by the preset "release" on a machine without
#                     GTest, installed, moved; every component
#   deb               the Debian packages of what "shared" has built
cmake_minimum_required(VERSION 3.24)

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    string(REPLACE ";" " " command "${ARGV}")
    message(FATAL_ERROR "${command}\nfailed (${result}):\n${output}")
  endif()
endfunction()

set(consumer "${SOURCE}/tests/package/consumer")
set(prefix "${WORK}/moved")
set(shared_build "${WORK}/../shared/library")
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
set(compiler -G Ninja "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_CXX_FLAGS=${FLAGS}")

# Configures, builds and runs the consumer.
function(consume)
  run("${CMAKE_COMMAND}" ${compiler} -S "${consumer}" -B "${WORK}/build" "-DVERSION=${VERSION}"
    ${ARGV})
  run("${CMAKE_COMMAND}" --build "${WORK}/build" -j 2)
  run("${WORK}/build/consumer")
  foreach(program IN ITEMS consumer_v2 consumer_receiver consumer_outbox
      consumer_outbox_postgres consumer_test)
    if(EXISTS "${WORK}/build/${program}")
      run("${WORK}/build/${program}")
    endif()
  endforeach()
endfunction()

# Installs a build tree and moves what came out.
function(install_and_move build)
  run("${CMAKE_COMMAND}" --install "${build}" --prefix "${WORK}/first")
  check_files("${WORK}/first")
  file(RENAME "${WORK}/first" "${prefix}")
endfunction()

# Nothing of other projects, and no test, is installed.
function(check_files root)
  file(GLOB_RECURSE files RELATIVE "${root}" "${root}/*")
  foreach(file IN LISTS files)
    if(NOT file MATCHES "include/dropcowboy/|lib.*dropcowboy|bin/dropcowboy$|share/.*dropcowboy")
      message(FATAL_ERROR "${file} is installed and should not be")
    endif()
    if(file MATCHES "_tests|gtest|gmock|/httplib\\.h|nlohmann")
      message(FATAL_ERROR "${file} is installed and should not be")
    endif()
  endforeach()
endfunction()

# A shared library exports the public API and nothing else.
function(check_symbols library)
  execute_process(COMMAND nm -D -C --defined-only "${library}"
    OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  if(NOT symbols MATCHES "dropcowboy::")
    message(FATAL_ERROR "${library} exports nothing")
  endif()
  set(private "nlohmann|httplib|dropcowboy::(json|text|curl|delivery)::")
  if(symbols MATCHES "\n[0-9a-f]+ . ((vtable|typeinfo|typeinfo name) for )?(${private})[^\n]*")
    message(FATAL_ERROR "${library} exports what is not public: ${CMAKE_MATCH_0}")
  endif()
endfunction()

if(HOW STREQUAL "add_subdirectory" OR HOW STREQUAL "fetch_content")
  consume("-DHOW=${HOW}" "-DDROPCOWBOY_SOURCE=${SOURCE}")
elseif(HOW STREQUAL "find_package")
  install_and_move("${BUILD}")
  consume("-DCMAKE_PREFIX_PATH=${prefix}" "-DWITH_SIMULATOR=${WITH_SIMULATOR}"
    "-DWITH_RECEIVER=${WITH_RECEIVER}" "-DWITH_OUTBOX=${WITH_OUTBOX}" "-DWITH_OUTBOX_POSTGRES=${WITH_OUTBOX_POSTGRES}")
elseif(HOW STREQUAL "pkg_config")
  install_and_move("${BUILD}")
  file(GLOB pc_files "${prefix}/*/pkgconfig" "${prefix}/*/*/pkgconfig")
  set(ENV{PKG_CONFIG_PATH} "${pc_files}")
  execute_process(COMMAND pkg-config --cflags --libs dropcowboy
    OUTPUT_VARIABLE options OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(options UNIX_COMMAND "${options} ${FLAGS}")
  run("${CXX}" -std=c++17 "${consumer}/main.cpp" -o "${WORK}/consumer" ${options})
  run("${WORK}/consumer")
elseif(HOW STREQUAL "parent")
  foreach(case IN ITEMS modules targets all)
    run("${CMAKE_COMMAND}" ${compiler} -S "${SOURCE}/tests/package/parent" -B "${WORK}/${case}"
      "-DDROPCOWBOY_SOURCE=${SOURCE}" -DCASE=${case})
  endforeach()
  run("${CMAKE_COMMAND}" --build "${WORK}/all" -j 2)
  run("${WORK}/all/consumer")
  run("${WORK}/all/consumer_receiver")
elseif(HOW STREQUAL "no_exceptions")
  execute_process(COMMAND "${CXX}" -std=c++17 -fno-exceptions -fsyntax-only "-I${SOURCE}/include"
    "-I${BUILD}/generated/include" "${consumer}/main.cpp"
    RESULT_VARIABLE result ERROR_VARIABLE output)
  if(result EQUAL 0 OR NOT output MATCHES "dropcowboy needs exceptions")
    message(FATAL_ERROR "-fno-exceptions is not refused in words:\n${output}")
  endif()
elseif(HOW STREQUAL "shared")
  run("${CMAKE_COMMAND}" --preset release ${compiler} -S "${SOURCE}" -B "${shared_build}"
    -DBUILD_SHARED_LIBS=ON -DCMAKE_INSTALL_PREFIX=/usr -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON
    -DDROPCOWBOY_BUILD_EXAMPLES=OFF -DDROPCOWBOY_BUILD_TOOLS=OFF)
  run("${CMAKE_COMMAND}" --build "${shared_build}" -j 2)
  install_and_move("${shared_build}")
  file(GLOB_RECURSE libraries "${prefix}/*.so")
  list(LENGTH libraries count)
  math(EXPR expected "3 + ${WITH_OUTBOX} + ${WITH_OUTBOX_POSTGRES}")
  if(NOT count EQUAL expected)
    message(FATAL_ERROR "${expected} shared libraries were to be installed: ${libraries}")
  endif()
  foreach(library IN LISTS libraries)
    check_symbols("${library}")
    if(NOT EXISTS "${library}.${VERSION}" OR NOT EXISTS "${library}.${SOVERSION}")
      message(FATAL_ERROR "${library} has no version or no SOVERSION")
    endif()
  endforeach()
  consume("-DCMAKE_PREFIX_PATH=${prefix}" -DWITH_SIMULATOR=ON -DWITH_RECEIVER=ON
    "-DWITH_OUTBOX=${WITH_OUTBOX}" "-DWITH_OUTBOX_POSTGRES=${WITH_OUTBOX_POSTGRES}")
elseif(HOW STREQUAL "deb")
  run("${CMAKE_COMMAND}" -E chdir "${WORK}" cpack -G DEB
    --config "${shared_build}/CPackConfig.cmake" -B "${WORK}")
  file(GLOB packages "${WORK}/*.deb")
  list(LENGTH packages count)
  if(NOT count EQUAL 2)
    message(FATAL_ERROR "a runtime and a development package were to be made: ${packages}")
  endif()
  foreach(package IN LISTS packages)
    run(dpkg-deb -x "${package}" "${prefix}")
    execute_process(COMMAND dpkg-deb -f "${package}" Package Depends OUTPUT_VARIABLE fields
      COMMAND_ERROR_IS_FATAL ANY)
    if(NOT fields MATCHES "Depends: .*(libcurl4|libdropcowboy${SOVERSION} \\(= ${VERSION}\\))")
      message(FATAL_ERROR "${package} does not name what it needs: ${fields}")
    endif()
  endforeach()
  check_files("${prefix}")
  consume("-DCMAKE_PREFIX_PATH=${prefix}/usr" -DWITH_SIMULATOR=ON -DWITH_RECEIVER=ON)
else()
  message(FATAL_ERROR "HOW=${HOW} is unknown")
endif()
