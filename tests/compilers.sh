#!/bin/sh
# Builds the library, the receiver, the simulator, the header tests and the samples with every
# compiler that is named and installed, warnings being errors; and, with libc++, the library and the
# smallest consumer, which it runs. (Debian's GoogleTest and cpp-httplib are made for libstdc++.)
#   tests/compilers.sh g++ clang++-14 clang++-19 clang++-19:libc++
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

build() {
  echo "== $1 $2: $($1 --version | head -n 1)"
  work="$root/build/compilers/$1$2"
  if [ "$2" = libc++ ]; then
    cmake -S "$root/tests/package/consumer" -B "$work" -G Ninja -DCMAKE_CXX_COMPILER="$1" \
      -DCMAKE_CXX_FLAGS=-stdlib=libc++ -DHOW=add_subdirectory -DDROPCOWBOY_SOURCE="$root" \
      -DDROPCOWBOY_WARNINGS_AS_ERRORS=ON >/dev/null
    cmake --build "$work" -j 2
    "$work/consumer"
  else
    cmake -S "$root" -B "$work" -G Ninja -DCMAKE_CXX_COMPILER="$1" \
      -DDROPCOWBOY_WARNINGS_AS_ERRORS=ON >/dev/null
    cmake --build "$work" -j 2 --target dropcowboy dropcowboy_receiver dropcowboy_testing \
      dropcowboy_tool header_tests header_tests_20 header_tests_23 samples
  fi
}

missing=
for wanted in "$@"; do
  compiler=${wanted%:*}
  library=
  [ "$compiler" = "$wanted" ] || library=${wanted#*:}
  if command -v "$compiler" >/dev/null; then
    build "$compiler" "$library"
  else
    missing="$missing $compiler"
  fi
done
[ -z "$missing" ] || { echo "not installed:$missing" >&2; exit 1; }
