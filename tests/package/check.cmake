# Uses the library as another project would and runs what comes out.
#   cmake -D HOW=find_package|add_subdirectory|pkg_config -D SOURCE=... -D BUILD=... -D WORK=...
#         -D CXX=... -D FLAGS=... -P check.cmake
cmake_minimum_required(VERSION 3.24)

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    string(REPLACE ";" " " command "${ARGV}")
    message(FATAL_ERROR "${command}\nfailed (${result}):\n${output}")
  endif()
endfunction()

set(consumer "${SOURCE}/tests/package/consumer")
set(prefix "${WORK}/prefix")
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
set(common -G Ninja "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_CXX_FLAGS=${FLAGS}" -S "${consumer}" -B "${WORK}/build")

if(HOW STREQUAL "add_subdirectory")
  run("${CMAKE_COMMAND}" ${common} "-DDROPCOWBOY_SOURCE=${SOURCE}")
else()
  run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}")
endif()

if(HOW STREQUAL "find_package")
  run("${CMAKE_COMMAND}" ${common} "-DCMAKE_PREFIX_PATH=${prefix}" "-DWITH_SIMULATOR=${WITH_SIMULATOR}"
    "-DWITH_RECEIVER=${WITH_RECEIVER}")
endif()

if(HOW STREQUAL "pkg_config")
  file(GLOB pc_files "${prefix}/*/pkgconfig" "${prefix}/*/*/pkgconfig")
  set(ENV{PKG_CONFIG_PATH} "${pc_files}")
  execute_process(COMMAND pkg-config --cflags --libs dropcowboy
    OUTPUT_VARIABLE options OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(options UNIX_COMMAND "${options} ${FLAGS}")
  run("${CXX}" -std=c++17 "${consumer}/main.cpp" -o "${WORK}/consumer" ${options})
  run("${WORK}/consumer")
  return()
endif()

run("${CMAKE_COMMAND}" --build "${WORK}/build" -j 2)
run("${WORK}/build/consumer")
foreach(program IN ITEMS consumer_receiver consumer_test)
  if(EXISTS "${WORK}/build/${program}")
    run("${WORK}/build/${program}")
  endif()
endforeach()
